"""A record as JSON, for whoever verifies the log away from the database. Pure.

A line of an export holds the hashed fields by their names, the personal part with its salt (none
once it is erased) and both hashes, so that every hash can be computed from the line alone. It may
hold the note or the chat that the record tells of, too, as `broker.audit.kept` hashes it.
"""

from collections.abc import Mapping
from typing import Any, Final

from broker.audit.chain import SealedEvent
from broker.audit.event import (
    detail_values,
    event_from_public_fields,
    personal_part,
    public_fields,
    with_personal_part,
)

FIELDS: Final = frozenset(
    {
        "sequence",
        "recorded_at",
        "action",
        "outcome",
        "actor_kind",
        "actor_id",
        "session_id",
        "ticket_id",
        "details",
        "personal_hash",
        "personal",
        "salt",
        "previous_hash",
        "hash",
    }
)


KEPT: Final = "kept"
"""The field of what a record tells of, where an export holds it."""


def record_json(sealed: SealedEvent) -> dict[str, Any]:
    """Give a record as an object that JSON can hold."""
    return public_fields(sealed.event, sealed.sequence) | {
        "personal_hash": sealed.personal_hash,
        "personal": personal_part(sealed.event) if sealed.salt is not None else None,
        "salt": None if sealed.salt is None else sealed.salt.hex(),
        "previous_hash": sealed.previous_hash,
        "hash": sealed.hash,
    }


def record_from_json(fields: Any) -> SealedEvent:
    """Read what `record_json` gave. ValueError, saying what is wrong, when it is no such thing.

    Nothing is verified: that is what `broker.audit.chain` is for.
    """
    if not isinstance(fields, dict) or fields.keys() - {KEPT} != FIELDS:
        raise ValueError("it is not a record of an export")
    if type(fields["sequence"]) is not int:
        raise ValueError("its sequence is no whole number")
    try:
        event = event_from_public_fields(fields)
        salt = None if fields["salt"] is None else bytes.fromhex(fields["salt"])
        return SealedEvent(
            fields["sequence"],
            with_personal_part(event, detail_values(fields["personal"] or {})),
            fields["previous_hash"],
            fields["hash"],
            fields["personal_hash"],
            salt,
        )
    except (TypeError, ValueError) as error:
        raise ValueError("a field of it does not hold what it should") from error


def kept_from_json(fields: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give what a line holds beside its record. ValueError when it is no object."""
    kept = fields.get(KEPT)
    if kept is not None and not isinstance(kept, dict):
        raise ValueError("what it tells of is no object")
    return kept
