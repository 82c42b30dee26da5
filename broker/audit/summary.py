"""What was done in a session, from its audit events: for whoever takes it over. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.protocol.vocabulary import ActorKind

_TECHNICIANS: Final = (ActorKind.TECHNICIAN, ActorKind.ADMIN)
_CAME: Final = ("session.guest_joined", "session.handed_over", "session.taken")
_CUT: Final = (
    "session.connection_lost",
    "session.handed_over",
    "session.taken",
    "session.put_back",
    "session.ended",
)


@dataclass(frozen=True, slots=True)
class FileDone:
    """A file that passed, or was to."""

    name: str
    direction: str
    size_bytes: int
    result: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Who took part, what was allowed, and what went to and fro."""

    technicians: tuple[str, ...]
    rights: tuple[str, ...]
    connected: timedelta
    files: tuple[FileDone, ...]
    clipboard_texts: int


def summarise(events: Iterable[AuditEvent], now: datetime) -> Summary:
    """Sum up a session's events, oldest first; a connection that stands counts until now."""
    told = list(events)
    return Summary(
        tuple(dict.fromkeys(_technicians(told))),
        rights_ever(told),
        _connected(told, now),
        tuple(_file(event.details) for event in told if event.action == "session.file"),
        sum(
            _number(event.details, "transfers")
            for event in told
            if event.action == "session.clipboard_used"
        ),
    )


def _technicians(events: list[AuditEvent]) -> list[str]:
    names: list[str] = []
    for event in events:
        if event.action == "session.created" and event.actor.kind in _TECHNICIANS:
            names.append(event.actor.name or "")
        elif event.action in _CAME:
            names.append(_text(event.details, "target_name"))
    return [name for name in names if name]


def rights_ever(events: Iterable[AuditEvent]) -> tuple[str, ...]:
    """Give every right that a session's events say was granted at some time, in order."""
    asked = ("session.consent_given", "session.rights_changed")
    granted: list[str] = []
    for event in events:
        value = event.details.get("capabilities")
        if event.action in asked and isinstance(value, tuple | list):
            granted += value
    return tuple(dict.fromkeys(granted))


def _connected(events: list[AuditEvent], now: datetime) -> timedelta:
    whole, since = timedelta(), None
    for event in events:
        if event.action == "session.connected" and since is None:
            since = event.recorded_at
        elif event.action in _CUT and since is not None:
            whole, since = whole + (event.recorded_at - since), None
    return whole if since is None else whole + max(timedelta(), now - since)


def _file(details: dict[str, DetailValue]) -> FileDone:
    return FileDone(
        _text(details, "file_name"),
        _text(details, "direction"),
        _number(details, "bytes"),
        _text(details, "file_result"),
    )


def _text(details: dict[str, DetailValue], name: str) -> str:
    value = details.get(name)
    return value if isinstance(value, str) else ""


def _number(details: dict[str, DetailValue], name: str) -> int:
    value = details.get(name)
    return value if isinstance(value, int) else 0
