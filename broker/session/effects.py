"""What must be done after an event, in the imperative. The service carries these out in order."""

from dataclasses import dataclass

from broker.audit.event import AuditEvent
from broker.protocol.participants import EntryOver, SessionParticipants
from broker.protocol.signaling import SessionEnded, TechnicianPresence


@dataclass(frozen=True, slots=True)
class Record:
    """Write this audit event in the same transaction as the session's new state."""

    event: AuditEvent


@dataclass(frozen=True, slots=True)
class PublishSnapshot:
    """Show the session's new state to its consoles."""


@dataclass(frozen=True, slots=True)
class TellClient:
    """Send this message to the support client, if it is attached."""

    message: SessionEnded | TechnicianPresence | SessionParticipants


@dataclass(frozen=True, slots=True)
class TellConsoles:
    """Send this message to every console."""

    message: EntryOver | SessionEnded


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Close this account's console: it may not show the session any more."""

    account_id: str


Effect = Record | PublishSnapshot | TellClient | TellConsoles | Dismiss
