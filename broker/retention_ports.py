"""What is kept for how long, as Protocols: classes of record, legal holds, and what is due."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from broker.audit.event import AuditEvent


class RecordClass(StrEnum):
    """What of a session may be kept for a time of its own."""

    TRANSCRIPTS = "transcripts"
    NOTES = "notes"
    REPORTS = "reports"
    PERSONAL = "personal"
    """Whatever is said of people, here and on the audit log; by months what is of no session and no
    account."""
    SESSIONS = "sessions"
    """The session itself, with all of these. Its records on the audit log stay, without people."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A session that nothing may be erased of."""

    session_id: str
    held_at: datetime
    held_by: str
    reason: str


class RetentionStore(Protocol):
    """Holds, and what time has come for."""

    async def hold(self, hold: Hold, event: AuditEvent) -> None:
        """Hold a session. NotFound when there is none, Conflict when it is held."""
        ...

    async def release(self, session_id: str, event: AuditEvent) -> None:
        """Hold it no more. NotFound when it is not held."""
        ...

    async def held(self, session_id: str) -> Hold | None:
        """Give the hold of a session, or None."""
        ...

    async def due(self, kind: RecordClass, before: datetime, limit: int) -> tuple[str, ...]:
        """Give sessions that ended before this moment, are not held, and have such a thing.

        Of what is said of people, also the months (`personal_owner`) that were over before.
        """
        ...

    async def count_due(self, kind: RecordClass, before: datetime) -> int:
        """Count them."""
        ...

    async def drop(self, kind: RecordClass, session_id: str, event: AuditEvent) -> None:
        """Delete or erase it, on record. Conflict when it is held, or the session lives."""
        ...
