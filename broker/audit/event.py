"""What an audit event holds, and which of its fields may be read by whom.

Pure: it knows nothing of where events are kept. A field that nobody classified counts as secret,
and secret values never reach a record. What is about a person can be taken out of an event and put
back, so that it can be kept apart and be erased.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Literal

from broker.protocol.vocabulary import ActorKind, Role

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
    "branding_changed": FieldClass.PUBLIC,
    "branding_colour": FieldClass.PUBLIC,
    "branding_name": FieldClass.PUBLIC,
    "branding_welcome": FieldClass.PUBLIC,
    "capabilities": FieldClass.PUBLIC,
    "characters": FieldClass.PUBLIC,
    "capability": FieldClass.PUBLIC,
    "client_version": FieldClass.PUBLIC,
    "code": FieldClass.SECRET,
    "comment": FieldClass.PERSONAL,
    "consent_source": FieldClass.PUBLIC,
    "closure": FieldClass.PUBLIC,
    "departure": FieldClass.PUBLIC,
    "direction": FieldClass.PUBLIC,
    "email": FieldClass.PERSONAL,
    "end_reason": FieldClass.PUBLIC,
    "end_user_lines": FieldClass.PUBLIC,
    "erased_owner": FieldClass.PUBLIC,
    "error": FieldClass.PUBLIC,
    "expires_at": FieldClass.PUBLIC,
    "failures": FieldClass.PUBLIC,
    "export_format": FieldClass.PUBLIC,
    "feeds": FieldClass.PUBLIC,
    "feeds_hash": FieldClass.PUBLIC,
    "file_name": FieldClass.PERSONAL,
    "file_result": FieldClass.PUBLIC,
    "filters": FieldClass.PERSONAL,
    "from_state": FieldClass.PUBLIC,
    "group_id": FieldClass.PUBLIC,
    "group_ids": FieldClass.PUBLIC,
    "group_name": FieldClass.PUBLIC,
    "group_names": FieldClass.PUBLIC,
    "lease_minutes": FieldClass.PUBLIC,
    "lines": FieldClass.PUBLIC,
    "machine": FieldClass.PERSONAL,
    "message_type": FieldClass.PUBLIC,
    "note_hash": FieldClass.PUBLIC,
    "operating_system": FieldClass.PUBLIC,
    "operation": FieldClass.PUBLIC,
    "paused": FieldClass.PUBLIC,
    "peer_failure": FieldClass.PUBLIC,
    "peer_id": FieldClass.PUBLIC,
    "peer_way": FieldClass.PUBLIC,
    "place": FieldClass.PUBLIC,
    "policy_capabilities": FieldClass.PUBLIC,
    "policy_consent_s": FieldClass.PUBLIC,
    "policy_max_file_bytes": FieldClass.PUBLIC,
    "policy_max_files": FieldClass.PUBLIC,
    "policy_relay": FieldClass.PUBLIC,
    "policy_session_s": FieldClass.PUBLIC,
    "policy_transcript": FieldClass.PUBLIC,
    "problem": FieldClass.PUBLIC,
    "purpose": FieldClass.PUBLIC,
    "reason": FieldClass.PERSONAL,
    "receipt_key": FieldClass.PUBLIC,
    "record_class": FieldClass.PUBLIC,
    "renewal": FieldClass.PUBLIC,
    "reply_title": FieldClass.PERSONAL,
    "rights_change": FieldClass.PUBLIC,
    "road": FieldClass.PUBLIC,
    "role": FieldClass.PUBLIC,
    "role_before": FieldClass.PUBLIC,
    "satisfaction": FieldClass.PUBLIC,
    "scopes": FieldClass.PUBLIC,
    "sha256": FieldClass.PUBLIC,
    "signature": FieldClass.PUBLIC,
    "signed_at": FieldClass.PUBLIC,
    "signed_hash": FieldClass.PUBLIC,
    "signed_records": FieldClass.PUBLIC,
    "target_account": FieldClass.PERSONAL,
    "target_name": FieldClass.PERSONAL,
    "timed_out": FieldClass.PUBLIC,
    "technician_lines": FieldClass.PUBLIC,
    "to_state": FieldClass.PUBLIC,
    "token_id": FieldClass.PUBLIC,
    "token_name": FieldClass.PUBLIC,
    "transcript_hash": FieldClass.PUBLIC,
    "transfers": FieldClass.PUBLIC,
    "trust_breach": FieldClass.PUBLIC,
    "unrecorded_s": FieldClass.PUBLIC,
    "version": FieldClass.PUBLIC,
}
"""The class of every detail an event may carry."""

REDACTED: Final = "[secret]"

ACTOR_NAME: Final = "actor_name"
SOURCE_ADDRESS: Final = "source_address"

_PUBLIC_TEXTS: Final = (
    "recorded_at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "session_id",
    "ticket_id",
)

PERSONAL_ERASED: Final = "personal.erased"
"""The action that tells of an erasure; its detail `erased_owner` says whose."""

MONTH: Final = "month_"
"""What an owner begins with that is a month, as `month_2026-11`."""

ERASED: Final = "\N{EM DASH}"
"""What stands in a table where a name was that has to be one."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, and from where."""

    kind: ActorKind
    account_id: str | None = None
    name: str | None = None
    address: str | None = None


KIND_OF_ROLE: Final = {
    Role.TECHNICIAN: ActorKind.TECHNICIAN,
    Role.LEAD: ActorKind.TECHNICIAN,
    Role.AUDITOR: ActorKind.AUDITOR,
    Role.ADMIN: ActorKind.ADMIN,
}
"""What an account of each role is called on the audit log."""

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
        name: value if class_of(name) is not FieldClass.SECRET else REDACTED
        for name, value in details.items()
    }


def class_of(detail: str) -> FieldClass:
    """Give the class of a detail; what nobody classified counts as secret."""
    return DETAIL_CLASSES.get(detail, FieldClass.SECRET)


def personal_part(event: AuditEvent) -> dict[str, DetailValue]:
    """Give what of an event is about a person, by name; empty when nothing is.

    Who acted and from where stand beside the details, under names that no detail has.
    """
    about = {ACTOR_NAME: event.actor.name, SOURCE_ADDRESS: event.actor.address}
    details = {
        name: value
        for name, value in event.details.items()
        if class_of(name) is FieldClass.PERSONAL
    }
    return {name: value for name, value in about.items() if value is not None} | details


def with_personal_part(event: AuditEvent, personal: dict[str, DetailValue]) -> AuditEvent:
    """Put back into an event what `personal_part` took out of it.

    TypeError when a name or an address is no text.
    """
    details = dict(personal)
    name, address = details.pop(ACTOR_NAME, None), details.pop(SOURCE_ADDRESS, None)
    if not isinstance(name, str | None) or not isinstance(address, str | None):
        raise TypeError("a name or an address holds something that is no text")
    return AuditEvent(
        event.recorded_at,
        event.action,
        Actor(event.actor.kind, event.actor.account_id, name, address),
        event.outcome,
        event.session_id,
        event.ticket_id,
        {**event.details, **details},
    )


def personal_owner(event: AuditEvent) -> str:
    """Name what an event's personal part belongs to, and is erased with.

    That is its session, else the account that acted, else the month.
    """
    named = event.session_id or event.actor.account_id
    return named or f"{MONTH}{canonical_time(event.recorded_at)[:7]}"


def public_fields(event: AuditEvent, sequence: int) -> dict[str, Any]:
    """Give the fields of a record by their names, without what is about a person."""
    return {
        "sequence": sequence,
        "recorded_at": canonical_time(event.recorded_at),
        "action": event.action,
        "outcome": event.outcome,
        "actor_kind": event.actor.kind.value,
        "actor_id": event.actor.account_id,
        "session_id": event.session_id,
        "ticket_id": event.ticket_id,
        "details": {
            name: value
            for name, value in event.details.items()
            if class_of(name) is not FieldClass.PERSONAL
        },
    }


def event_from_public_fields(fields: Mapping[str, Any]) -> AuditEvent:
    """Read what `public_fields` gave, with details as JSON has them. ValueError, TypeError."""
    texts = {name: fields[name] for name in _PUBLIC_TEXTS}
    for value in texts.values():
        if not (value is None or isinstance(value, str)):
            raise TypeError("a field holds something that is no text")
    return AuditEvent(
        datetime.fromisoformat(texts["recorded_at"]).astimezone(UTC),
        texts["action"],
        Actor(ActorKind(texts["actor_kind"]), texts["actor_id"]),
        texts["outcome"],
        texts["session_id"],
        texts["ticket_id"],
        detail_values(fields["details"]),
    )


def detail_values(fields: Any) -> dict[str, DetailValue]:
    """Give details as the core has them, with tuples for lists. TypeError when it is no object."""
    if not isinstance(fields, dict):
        raise TypeError("details are an object")
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()
    }


_CANONICAL: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)


def canonical_json(fields: dict[str, Any]) -> bytes:
    """Write fields the one way that is hashed: sorted keys, no spaces, UTF-8."""
    return _CANONICAL.encode(fields).encode("utf-8", "surrogatepass")


def canonical_time(moment: datetime) -> str:
    """Write a moment in UTC with microseconds, as RFC 3339 has it."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"
