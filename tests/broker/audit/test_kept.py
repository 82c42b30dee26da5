"""Things beside the log and the records that tell of them."""

import pytest

from broker.audit.chain import GENESIS_HASH, SealedEvent, seal
from broker.audit.event import PERSONAL_ERASED
from broker.audit.kept import CHAT, KINDS, NOTE, KeptCheck, Kind, bound_to, kind_of
from tests.builders import an_event, session_id

FIELDS = {"note_id": "not_1", "text": "Driver from 2009"}


def told(kind: Kind = NOTE, sequence: int = 1) -> SealedEvent:
    event = an_event(kind.action, session_id=session_id(1))
    return seal(bound_to(kind, FIELDS, event), sequence, GENESIS_HASH, b"salt")


def later(action: str, **details: str) -> SealedEvent:
    return seal(an_event(action, details=dict(details)), 9, GENESIS_HASH, b"salt")


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_known_by_what_it_tells_of(kind: Kind) -> None:
    assert kind_of(told(kind)) is kind
    assert kind_of(later("session.ended")) is None


def test_the_same_fields_hash_otherwise_as_another_kind() -> None:
    hashes = {told(kind).event.details[kind.hash_detail] for kind in KINDS}
    assert len(hashes) == len(KINDS)


def test_the_first_flaw_is_named_whether_it_is_a_change_or_a_loss() -> None:
    check = KeptCheck(NOTE)
    check.take(told(sequence=3), FIELDS | {"text": "forged"})
    check.take(told(sequence=4), FIELDS | {"text": b"no text"})
    check.take(told(sequence=2), None)
    flaw = check.flaw()
    assert flaw is not None
    assert (flaw.sequence, flaw.problem) == (2, "the note it tells of is missing")


@pytest.mark.parametrize(
    ("explanation", "explained"),
    [
        (later(PERSONAL_ERASED, erased_owner=session_id(1)), True),
        (later("retention.applied", erased_owner=session_id(1), record_class="sessions"), True),
        (later("retention.applied", erased_owner=session_id(1), record_class="reports"), False),
        (later(PERSONAL_ERASED, erased_owner=session_id(2)), False),
        (later("session.transcript_deleted", erased_owner=session_id(1)), True),
        (later("session.ended"), False),
    ],
)
def test_only_what_takes_such_a_thing_explains_that_it_is_gone(
    explanation: SealedEvent, explained: bool
) -> None:
    check = KeptCheck(CHAT)
    check.take(told(CHAT), None)
    check.see(explanation)
    assert (check.flaw() is None) is explained


def test_an_erasure_does_not_explain_what_was_lost_after_it() -> None:
    check = KeptCheck(NOTE)
    check.take(told(sequence=10), None)
    check.see(later(PERSONAL_ERASED, erased_owner=session_id(1)))
    assert check.flaw() is not None


def test_an_export_need_not_hold_a_thing_but_what_it_holds_has_to_fit() -> None:
    check = KeptCheck(NOTE)
    check.take_exported(told(), None)
    check.take_exported(told(sequence=2), FIELDS)
    assert (check.flaw(), check.bound, check.not_held) == (None, 1, 1)
    check.take_exported(told(sequence=3), FIELDS | {"text": "forged"})
    assert check.flaw() is not None
