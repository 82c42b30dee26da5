"""The hash chain: whatever is done to a log after it was written is found."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from broker.audit.chain import (
    GENESIS_HASH,
    NOTHING_READ,
    Flaw,
    SealedEvent,
    follow,
    seal,
    verify,
)
from broker.audit.event import DETAIL_CLASSES, Actor, AuditEvent, FieldClass
from broker.protocol.vocabulary import ActorKind
from tests.builders import NOW, an_event

SALT = bytes(range(16))
TEXT = st.text(max_size=20)
DETAILS = st.dictionaries(
    st.sampled_from([name for name, kind in DETAIL_CLASSES.items() if kind != FieldClass.SECRET]),
    st.one_of(TEXT, st.integers(), st.booleans(), st.none(), st.lists(TEXT).map(tuple)),
    max_size=4,
)
EVENTS = st.builds(
    AuditEvent,
    st.timedeltas(timedelta(0), timedelta(days=3650)).map(lambda age: NOW + age),
    TEXT,
    st.builds(Actor, st.sampled_from(ActorKind), st.none() | TEXT, st.none() | TEXT),
    st.sampled_from(["success", "refused", "failure"]),
    st.none() | TEXT,
    st.none() | TEXT,
    DETAILS,
)


def log_of(*events: AuditEvent) -> list[SealedEvent]:
    records: list[SealedEvent] = []
    for event in events:
        previous_hash = records[-1].hash if records else GENESIS_HASH
        records.append(seal(event, len(records) + 1, previous_hash, SALT))
    return records


FIVE = log_of(*(an_event(f"test.number{number}") for number in range(5)))


@given(st.lists(EVENTS, max_size=6))
def test_a_log_that_nobody_touched_is_sound(events: list[AuditEvent]) -> None:
    records = log_of(*events)
    verdict = verify(records)
    assert verdict.flaw is None
    assert verdict.records == len(events)
    assert verdict.last_hash == (records[-1].hash if records else GENESIS_HASH)


@given(st.lists(EVENTS, min_size=1, max_size=6), st.data())
def test_any_event_that_was_exchanged_is_found(events: list[AuditEvent], data: Any) -> None:
    records = log_of(*events)
    index = data.draw(st.integers(0, len(records) - 1))
    other = data.draw(EVENTS)
    forged = replace(records[index], event=other)
    same = seal(other, index + 1, records[index].previous_hash, SALT) == records[index]
    verdict = verify([*records[:index], forged, *records[index + 1 :]])
    assert (verdict.flaw is None) == same


CHANGES: list[dict[str, Any]] = [
    {"recorded_at": NOW + timedelta(microseconds=1)},
    {"action": "test.other"},
    {"outcome": "refused"},
    {"actor": Actor(ActorKind.ADMIN)},
    {"session_id": "ses_" + "0" * 32},
    {"ticket_id": "T-2"},
    {"details": {"version": 1}},
]


@pytest.mark.parametrize("change", CHANGES)
def test_every_field_is_covered(change: dict[str, Any]) -> None:
    forged = replace(FIVE[2], event=replace(FIVE[2].event, **change))
    verdict = verify([*FIVE[:2], forged, *FIVE[3:]])
    assert verdict.flaw == Flaw(3, "its contents do not match its hash")
    assert verdict.records == 2


@pytest.mark.parametrize("gone", range(4))
def test_a_record_that_was_removed_is_found(gone: int) -> None:
    verdict = verify(FIVE[:gone] + FIVE[gone + 1 :])
    assert verdict.flaw == Flaw(gone + 1, f"expected record {gone + 1}, found {gone + 2}")


@pytest.mark.parametrize("index", range(4))
def test_records_that_changed_places_are_found(index: int) -> None:
    one, two = FIVE[index], FIVE[index + 1]
    assert verify([*FIVE[:index], two, one, *FIVE[index + 2 :]]).flaw is not None
    swapped = [replace(two, sequence=one.sequence), replace(one, sequence=two.sequence)]
    verdict = verify([*FIVE[:index], *swapped, *FIVE[index + 2 :]])
    assert verdict.flaw == Flaw(index + 1, "it is not chained to the record before it")


def test_a_record_that_was_slipped_in_is_found() -> None:
    extra = seal(an_event("test.extra"), 3, FIVE[1].hash, SALT)
    rest = [replace(record, sequence=record.sequence + 1) for record in FIVE[2:]]
    verdict = verify([*FIVE[:2], extra, *rest])
    assert verdict.flaw == Flaw(4, "it is not chained to the record before it")


def test_a_log_that_was_written_anew_has_another_end() -> None:
    anew = log_of(an_event("test.lie"), *(record.event for record in FIVE[1:]))
    assert verify(anew).flaw is None
    assert verify(anew).last_hash != verify(FIVE).last_hash


def test_losing_the_last_records_shows_only_against_a_checkpoint() -> None:
    shorter = verify(FIVE[:3])
    assert shorter.flaw is None
    assert (shorter.records, shorter.last_hash) != (5, FIVE[4].hash)


def test_a_log_can_be_followed_record_by_record() -> None:
    verdict = NOTHING_READ
    for record in FIVE:
        verdict = follow(verdict, record)
    assert verdict == verify(FIVE)
