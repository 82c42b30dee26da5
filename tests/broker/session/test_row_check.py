"""Rows of sessions, reports and ratings, held against records."""

from dataclasses import replace
from typing import Any

from broker.audit.chain import GENESIS_HASH, SealedEvent, seal
from broker.audit.event import ERASED, Actor
from broker.protocol.vocabulary import ActorKind
from broker.session.retold import Rows, retell
from broker.session.row_check import RowCheck
from tests.builders import TECHNICIAN, a_session, an_event, its_creation, session_id

HERS = session_id(1)
END_USER = Actor(ActorKind.END_USER, name="kitchen-pc", address="198.51.100.9")
SAID = {"place": "support_client", "reason": "They ask for money"}


def records(*told: tuple[str, Actor, dict[str, Any]], erased: bool = False) -> list[SealedEvent]:
    events = [its_creation(a_session())]
    events += [
        an_event(action, actor=actor, session_id=HERS, ticket_id="T-1", details=details)
        for action, actor, details in told
    ]
    sealed = [seal(one, at, GENESIS_HASH, b"salt") for at, one in enumerate(events, start=1)]
    return [without_people(one) for one in sealed] if erased else sealed


def without_people(record: SealedEvent) -> SealedEvent:
    """Give a record whose owner's key is gone."""
    event = record.event
    actor = replace(event.actor, name=None, address=None)
    public = {
        name: value
        for name, value in event.details.items()
        if name not in ("machine", "reason", "target_account", "target_name")
    }
    return replace(record, event=replace(event, actor=actor, details=public), salt=None)


def rows_of(told: list[SealedEvent], **other: Any) -> Rows:
    """Give the rows that these records tell of."""
    retold = retell(told)
    report = retold.reports[0] | retold.seen if retold.reports else None
    rating = None if retold.rating is None else retold.rating[1]
    return replace(Rows(HERS, retold.session, report, tuple(retold.said), rating), **other)


def problem(rows: Rows, told: list[SealedEvent]) -> str | None:
    check = RowCheck()
    check.take(rows, told)
    assert check.sessions == 1
    return check.problem()


REPORTED = records(
    ("session.reported", END_USER, SAID),
    ("session.report_seen", TECHNICIAN, {}),
    ("session.rated", END_USER, {"satisfaction": 4}),
)


def test_rows_that_say_what_the_records_tell_fit() -> None:
    assert problem(rows_of(REPORTED), REPORTED) is None


def test_the_first_session_that_differs_is_named() -> None:
    check = RowCheck()
    rows = rows_of(REPORTED)
    for ticket in ("T-1", "T-2", "T-3"):
        check.take(replace(rows, session={**rows.session, "ticket_id": ticket}), REPORTED)
    assert check.problem() == f"session {HERS}: its row has another ticket_id than its records tell"


def test_a_report_or_a_rating_without_a_record_is_found() -> None:
    rows = rows_of(REPORTED)
    assert problem(rows, REPORTED[:1]) is not None
    unsaid = replace(rows, said=(), report=None)
    assert problem(unsaid, REPORTED[:1]) == f"session {HERS}: its rating has no record"
    assert problem(replace(rows, report=None), REPORTED) is not None
    assert problem(replace(rows, said=()), REPORTED) is not None


def test_what_is_missing_is_named_by_its_record() -> None:
    assert problem(rows_of(REPORTED, report=None, said=()), REPORTED) == (
        "record 2: the report it tells of is missing"
    )
    assert problem(rows_of(REPORTED, rating=None), REPORTED) == (
        "record 4: the rating it tells of is missing"
    )


def test_retention_explains_what_is_missing() -> None:
    check = RowCheck()
    check.take(rows_of(REPORTED, report=None, said=()), REPORTED)
    check.take_missing(REPORTED[0])
    details = {"erased_owner": HERS, "record_class": "sessions"}
    applied = an_event("retention.applied", details=dict(details))
    check.see(seal(applied, 9, GENESIS_HASH, b"salt"))
    assert check.problem() is None


def test_an_erased_session_says_nothing_of_people_any_more() -> None:
    handed_over = (
        "session.handed_over",
        END_USER,
        {"to_state": "consented", "target_account": "usr_b", "target_name": "Ben"},
    )
    gone = records(
        handed_over,
        ("session.reported", END_USER, SAID),
        ("session.report_seen", TECHNICIAN, {}),
        erased=True,
    )
    rows = rows_of(gone)
    assert rows.session["technician_name"] == ERASED
    assert rows.report is not None
    assert (rows.report["seen_by"], rows.report["machine"]) == (ERASED, None)
    assert rows.said[0]["note"] is None
    assert problem(rows, gone) is None
    whoever = {**rows.session, "technician_id": "usr_whoever"}
    assert problem(replace(rows, session=whoever), gone) is None
    told_again = {**rows.session, "machine": "kitchen-pc"}
    assert problem(replace(rows, session=told_again), gone) is not None


def test_a_session_without_its_creation_is_left_to_whoever_looks_for_that() -> None:
    assert problem(Rows(HERS, {"ticket_id": "T-1"}), []) is None
    erased_since = [without_people(one) for one in REPORTED[3:]]
    assert problem(Rows(HERS, {}, rating=rows_of(REPORTED).rating), erased_since) is None


def test_a_record_that_cannot_be_read_is_left_to_the_chain() -> None:
    unreadable = seal(an_event("unreadable"), 2, GENESIS_HASH, b"salt")
    assert problem(rows_of(REPORTED[:1]), [REPORTED[0], unreadable]) is None
