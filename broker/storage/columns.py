"""How values of the core become columns."""

# ruff: noqa: ARG002 - the dialect is part of a TypeDecorator's signature

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

import structlog
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    String,
    Text,
    TypeDecorator,
    type_coerce,
)
from sqlalchemy.types import NullType

from broker.audit.event import canonical_time
from broker.protocol.vocabulary import Capability
from broker.session.participants import NOBODY_ELSE, Participants
from broker.session.policy import NO_POLICY, Policy

log = structlog.get_logger(__name__)

_PARTICIPANTS: Final = TypeAdapter(Participants)
_POLICY: Final = TypeAdapter(Policy)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite gives back naive times; this never does, and it takes none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone; store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[StrEnum]):
    """One word of a closed vocabulary, stored as itself."""

    impl = String(32)
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Store the word."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Give the member of the vocabulary."""
        return None if value is None else self.vocabulary(value)


class Capabilities(TypeDecorator[tuple[Capability, ...]]):
    """Capabilities in their order, as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Capability, ...] | None, dialect: Dialect) -> str:
        """Store the words."""
        return json.dumps(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Capability, ...]:
        """Give the capabilities."""
        return tuple(Capability(word) for word in json.loads(value))


class ParticipantsText(TypeDecorator[Participants]):
    """Who takes part beside the technician in charge, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Participants | None, dialect: Dialect) -> str:
        """Store them as text."""
        return _PARTICIPANTS.dump_json(value or NOBODY_ELSE).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Participants:
        """Give them as the core has them; what somebody damaged lets nobody in."""
        try:
            return read_participants(value)
        except ValueError:
            log.warning("session.participants_unreadable")  # `audit verify` names the session
            return NOBODY_ELSE


class PolicyText(TypeDecorator[Policy]):
    """What a group's sessions may do at most, as JSON; what it does not say is not limited."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Policy | None, dialect: Dialect) -> str:
        """Store it as text."""
        return _POLICY.dump_json(value or NO_POLICY).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Policy:
        """Give it as the core has it."""
        return _POLICY.validate_json(value)


class Words(TypeDecorator[tuple[str, ...]]):
    """Some words or ids in their order, as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Store them."""
        return json.dumps(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """Give them."""
        return tuple(json.loads(value))


def read_participants(text: str | bytes) -> Participants:
    """Read who takes part. ValueError when the text does not say it."""
    return _PARTICIPANTS.validate_json(text)


def as_it_lies(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """Read a column as the database has it, which may be nonsense of somebody's."""
    return type_coerce(column, NullType()).label(name)


def moment_text(value: Any) -> Any:
    """Write a moment as evidence has it, read as it lies; what is none stays as it is."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=UTC)
    except ValueError:
        return value
    except TypeError:
        return canonical_time(value) if isinstance(value, datetime) else value
    return canonical_time(moment)
