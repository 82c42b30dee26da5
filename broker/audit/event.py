"""What an audit event holds, and which of its fields may be read by whom.

Pure: it knows nothing of where events are kept. A field that nobody classified counts as secret,
and secret values never reach a record.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from broker.protocol.vocabulary import ActorKind

Outcome = Literal["success", "refused", "failure"]
DetailValue = str | int | bool | None | tuple[str, ...]


class FieldClass(StrEnum):
    """How a field of an audit event is treated."""

    PUBLIC = "public"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - the name of a class, not a secret


DETAIL_CLASSES: Final[dict[str, FieldClass]] = {
    "by_account": FieldClass.PERSONAL,
    "bytes": FieldClass.PUBLIC,
    "capabilities": FieldClass.PUBLIC,
    "characters": FieldClass.PUBLIC,
    "capability": FieldClass.PUBLIC,
    "client_version": FieldClass.PUBLIC,
    "code": FieldClass.SECRET,
    "consent_source": FieldClass.PUBLIC,
    "closure": FieldClass.PUBLIC,
    "departure": FieldClass.PUBLIC,
    "direction": FieldClass.PUBLIC,
    "email": FieldClass.PERSONAL,
    "end_reason": FieldClass.PUBLIC,
    "end_user_lines": FieldClass.PUBLIC,
    "error": FieldClass.PUBLIC,
    "expires_at": FieldClass.PUBLIC,
    "failures": FieldClass.PUBLIC,
    "file_name": FieldClass.PERSONAL,
    "file_result": FieldClass.PUBLIC,
    "from_state": FieldClass.PUBLIC,
    "lease_minutes": FieldClass.PUBLIC,
    "lines": FieldClass.PUBLIC,
    "machine": FieldClass.PERSONAL,
    "message_type": FieldClass.PUBLIC,
    "operating_system": FieldClass.PUBLIC,
    "paused": FieldClass.PUBLIC,
    "peer_failure": FieldClass.PUBLIC,
    "peer_id": FieldClass.PUBLIC,
    "problem": FieldClass.PUBLIC,
    "purpose": FieldClass.PUBLIC,
    "reason": FieldClass.PERSONAL,
    "reply_title": FieldClass.PERSONAL,
    "rights_change": FieldClass.PUBLIC,
    "road": FieldClass.PUBLIC,
    "role": FieldClass.PUBLIC,
    "sha256": FieldClass.PUBLIC,
    "target_account": FieldClass.PERSONAL,
    "target_name": FieldClass.PERSONAL,
    "timed_out": FieldClass.PUBLIC,
    "technician_lines": FieldClass.PUBLIC,
    "to_state": FieldClass.PUBLIC,
    "transfers": FieldClass.PUBLIC,
    "trust_breach": FieldClass.PUBLIC,
    "version": FieldClass.PUBLIC,
}
"""The class of every detail an event may carry."""

REDACTED: Final = "[secret]"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, and from where."""

    kind: ActorKind
    account_id: str | None = None
    name: str | None = None
    address: str | None = None


BROKER: Final = Actor(ActorKind.BROKER)
"""The broker itself: what happens because time passed."""


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """One thing that happened: who, what, when, which ticket and session, with what outcome."""

    recorded_at: datetime
    action: str
    actor: Actor
    outcome: Outcome = "success"
    session_id: str | None = None
    ticket_id: str | None = None
    details: dict[str, DetailValue] = field(default_factory=dict)


def redact(details: dict[str, DetailValue]) -> dict[str, DetailValue]:
    """Replace every value whose field is secret or was never classified."""
    return {
        name: value
        if DETAIL_CLASSES.get(name, FieldClass.SECRET) is not FieldClass.SECRET
        else REDACTED
        for name, value in details.items()
    }


def record_fields(event: AuditEvent, sequence: int) -> dict[str, Any]:
    """Give every field of a record by its name: what is hashed, and the columns it is kept in."""
    return {
        "sequence": sequence,
        "recorded_at": canonical_time(event.recorded_at),
        "action": event.action,
        "outcome": event.outcome,
        "actor_kind": event.actor.kind.value,
        "actor_id": event.actor.account_id,
        "actor_name": event.actor.name,
        "source_address": event.actor.address,
        "session_id": event.session_id,
        "ticket_id": event.ticket_id,
        "details": event.details,
    }


def canonical_json(event: AuditEvent, sequence: int) -> bytes:
    """Write an event the one way that is hashed: sorted keys, no spaces, UTF-8, UTC times."""
    body = record_fields(event, sequence)
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def canonical_time(moment: datetime) -> str:
    """Write a moment in UTC with microseconds, as RFC 3339 has it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
