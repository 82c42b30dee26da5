"""What the tables say of a session, told again from its records alone, to be compared.

Pure. Facts are written as evidence has them: moments as canonical text, lists as tuples; who takes
part is `as_recorded`. What only an erased part of a record would tell is UNKNOWN.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from broker.audit.chain import SealedEvent
from broker.audit.event import ERASED, canonical_time
from broker.protocol.vocabulary import SessionState
from broker.session.participants import NOBODY_ELSE
from broker.session.records import CREATED
from broker.session.retold_company import COMPANY, company_after

REPORTED: Final = "session.reported"
REPORT_SEEN: Final = "session.report_seen"
RATED: Final = "session.rated"

UNKNOWN: Final = object()
"""Equal to everything: the record that told it was erased."""

_IN_CHARGE: Final = ("session.handed_over", "session.taken")
_MOMENTS: Final = {
    "session.joined": "joined_at",
    "session.consent_given": "consented_at",
    "session.connected": "connected_at",
}
_GRANTS: Final = ("session.consent_given", "session.rights_changed")
_NOT_YET: Final = ("consent_source", "machine", *_MOMENTS.values(), "ended_at", "end_reason")

ACTIONS: Final = (
    CREATED,
    *_IN_CHARGE,
    *_MOMENTS,
    *_GRANTS[1:],
    *(one for one in COMPANY if one not in _IN_CHARGE),
    "session.connection_lost",
    "session.consent_declined",
    "session.ended",
    REPORTED,
    REPORT_SEEN,
    RATED,
)
"""The records that any of this follows from."""

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the tables say of one session."""

    session_id: str
    session: Facts
    report: Facts | None = None
    said: tuple[Facts, ...] = ()
    """In the order of their numbers."""
    rating: Facts | None = None


@dataclass(slots=True)
class Retold:
    """What a session's records say."""

    session: dict[str, Any] = field(default_factory=dict)
    reports: list[dict[str, Any]] = field(default_factory=list)
    """The report as each record of one would begin it."""
    said: list[dict[str, Any]] = field(default_factory=list)
    told_by: list[SealedEvent] = field(default_factory=list)
    """The record of each thing that was said."""
    seen: dict[str, Any] = field(default_factory=dict)
    rating: tuple[SealedEvent, dict[str, Any]] | None = None
    """With the record of it."""
    erased: bool = False
    """Whether what some of them say of people is gone."""


def retell(records: Iterable[SealedEvent]) -> Retold:
    """Follow a session's records, those of `ACTIONS` in order."""
    told = Retold()
    for record in records:
        told.erased |= record.erased
        _follow(told, record)
    if told.erased:
        for facts in (told.session, *told.reports):
            _forget(facts)
    return told


def _forget(facts: dict[str, Any]) -> None:
    """What is erased on the log is erased beside it, too."""
    if facts:
        facts.update(machine=None, technician_name=ERASED)


def _follow(told: Retold, record: SealedEvent) -> None:
    action, details, at = record.event.action, record.event.details, _at(record)
    if action == CREATED:
        told.session.update(_begin(record))
    elif action == REPORTED:
        _add_report(told, record)
    elif action == REPORT_SEEN:
        by = ERASED if record.erased else record.event.actor.name
        told.seen = {"seen_at": at, "seen_by": by}
    elif action == RATED:
        told.rating = record, {"steps": details.get("satisfaction"), "rated_at": at}
    elif "to_state" in details:
        told.session.update(_move(told.session, record))


def _begin(record: SealedEvent) -> dict[str, Any]:
    event = record.event
    return dict.fromkeys(_NOT_YET) | {
        "ticket_id": event.ticket_id,
        "technician_id": event.actor.account_id,
        "technician_name": event.actor.name,
        "requested": event.details.get("capabilities"),
        "group_ids": event.details.get("group_ids", ()),
        "created_at": _at(record),
        "state": SessionState.WAITING.value,
        "granted": (),
        "participants": NOBODY_ELSE,
    }


def _move(before: Facts, record: SealedEvent) -> dict[str, Any]:
    """Give what changes with a record of the session's own life."""
    action, details, at = record.event.action, record.event.details, _at(record)
    after: dict[str, Any] = {"state": details["to_state"]}
    if action in _MOMENTS:
        name = _MOMENTS[action]
        after[name] = before.get(name) or at
    if action in _GRANTS:
        after["granted"] = details.get("capabilities")
    if action in _IN_CHARGE:
        after["technician_id"] = details.get("target_account", UNKNOWN)
        after["technician_name"] = details.get("target_name")
    if action == "session.joined":
        after["machine"] = details.get("machine")
    if "consent_source" in details:
        after["consent_source"] = details["consent_source"]
    company = company_after(before.get("participants"), record)
    after["participants"] = UNKNOWN if company is None else company
    if details["to_state"] == SessionState.ENDED:
        after |= {"ended_at": at, "end_reason": details.get("end_reason")}
    return after


def _add_report(told: Retold, record: SealedEvent) -> None:
    event, details = record.event, record.event.details
    whose = ("ticket_id", "technician_id", "technician_name", "machine")
    told.reports.append(
        {name: told.session.get(name) for name in whose} | {"reported_at": _at(record)}
    )
    told.said.append(
        {
            "place": details.get("place"),
            "source_address": event.actor.address,
            "note": details.get("reason"),
            "said_at": _at(record),
            "breach": details.get("trust_breach"),
        }
    )
    told.told_by.append(record)
    told.seen = {"seen_at": None, "seen_by": None}


def _at(record: SealedEvent) -> str:
    return canonical_time(record.event.recorded_at)
