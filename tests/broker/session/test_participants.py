"""Who comes into a session and how they go: every offer, question and answer by itself."""

from dataclasses import replace

import pytest

from broker.errors import IllegalTransition, NotFound
from broker.protocol.participants import MAX_GUESTS, EntryPurpose, EntryStage
from broker.session.participants import NOBODY_ELSE, Participants
from tests.broker.session.playbook import after

BEN, CLEO = "usr_" + "2" * 32, "usr_" + "3" * 32
GUEST, LEAD = EntryPurpose.GUEST, EntryPurpose.LEAD
HAND_OVER, QUEUE = EntryPurpose.HAND_OVER, EntryPurpose.QUEUE
TAKE_OVER = EntryPurpose.TAKE_OVER
INVITED = NOBODY_ELSE.invited(BEN, "Ben", "Ada", after(1))
AT_THE_DOOR = INVITED.arrived(BEN, "Ben", GUEST, 7, after(2))
WITH_BEN = AT_THE_DOOR.let_in(after(3))
OFFERED = NOBODY_ELSE.offered(BEN, "Ben", "Ada", after(1))
QUEUED = NOBODY_ELSE.put_back(after(1))


def test_an_invited_guest_is_asked_about_when_they_come_and_looks_only_then() -> None:
    assert not INVITED.asking
    assert not INVITED.is_guest(BEN)
    asked = AT_THE_DOOR.asking
    assert asked is not None
    assert (asked.number, asked.by, asked.since) == (7, "Ada", after(2))
    assert not AT_THE_DOOR.is_guest(BEN)
    assert WITH_BEN.is_guest(BEN)
    assert WITH_BEN.open == ()


def test_who_was_not_invited_does_not_even_reach_the_end_user() -> None:
    with pytest.raises(NotFound):
        NOBODY_ELSE.arrived(CLEO, "Cleo", GUEST, 7, after(2))
    with pytest.raises(NotFound):
        INVITED.arrived(BEN, "Ben", HAND_OVER, 7, after(2))
    with pytest.raises(NotFound):
        WITH_BEN.arrived(BEN, "Ben", GUEST, 9, after(4))


def test_a_lead_needs_no_invitation_but_the_end_user_is_asked() -> None:
    lead = NOBODY_ELSE.arrived(CLEO, "Cleo", LEAD, 7, after(2))
    assert lead.asking is not None
    assert lead.let_in(after(3)).is_guest(CLEO)


def test_the_end_user_is_asked_about_one_person_at_a_time() -> None:
    with pytest.raises(IllegalTransition, match="somebody else"):
        AT_THE_DOOR.arrived(CLEO, "Cleo", LEAD, 8, after(3))


def test_nobody_is_invited_twice_and_not_too_many_are() -> None:
    with pytest.raises(IllegalTransition, match="already"):
        INVITED.invited(BEN, "Ben", "Ada", after(2))
    full = NOBODY_ELSE
    for number in range(MAX_GUESTS):
        full = full.invited(f"usr_{number:032x}", "Somebody", "Ada", after(1))
    with pytest.raises(IllegalTransition, match=str(MAX_GUESTS)):
        full.invited(CLEO, "Cleo", "Ada", after(2))


def test_who_is_refused_is_gone() -> None:
    assert AT_THE_DOOR.refused() == NOBODY_ELSE
    with pytest.raises(IllegalTransition):
        AT_THE_DOOR.refused().let_in(after(4))


def test_an_offer_that_comes_to_nothing_leaves_nothing() -> None:
    assert INVITED.closed(BEN) == NOBODY_ELSE
    assert OFFERED.closed(BEN) == NOBODY_ELSE
    assert AT_THE_DOOR.closed(BEN) == NOBODY_ELSE
    with pytest.raises(IllegalTransition):
        WITH_BEN.closed(BEN)


def test_handing_over_takes_an_offer_its_acceptance_and_the_end_user() -> None:
    asked = OFFERED.arrived(BEN, "Ben", HAND_OVER, 7, after(2))
    assert asked.asking is not None
    assert asked.asking.by == "Ada"
    assert asked.let_in(after(3)) == NOBODY_ELSE
    assert asked.refused() == NOBODY_ELSE


def test_a_guest_may_be_the_next_in_charge_and_the_other_guests_stay() -> None:
    cleo = WITH_BEN.invited(CLEO, "Cleo", "Ada", after(4)).arrived(CLEO, "Cleo", GUEST, 8, after(5))
    both = cleo.let_in(after(6)).controlled_by(CLEO)
    offered = both.offered(BEN, "Ben", "Ada", after(7))
    assert {entry.purpose for entry in offered.of(BEN)} == {GUEST, HAND_OVER}
    over = offered.arrived(BEN, "Ben", HAND_OVER, 9, after(8)).let_in(after(9))
    assert [guest.account_id for guest in over.guests] == [CLEO]
    assert over.controller_id is None


def test_one_hand_over_at_a_time() -> None:
    with pytest.raises(IllegalTransition, match="handed over already"):
        OFFERED.offered(CLEO, "Cleo", "Ada", after(2))


def test_a_guest_who_goes_takes_control_and_their_own_hand_over_along() -> None:
    guest = WITH_BEN.controlled_by(BEN).offered(BEN, "Ben", "Ada", after(4))
    assert guest.gone(BEN) == NOBODY_ELSE
    other = WITH_BEN.offered(CLEO, "Cleo", "Ada", after(4))
    assert other.gone(BEN).hand_over == other.hand_over
    with pytest.raises(IllegalTransition):
        INVITED.gone(BEN)


def test_control_stays_with_who_has_it_when_another_goes() -> None:
    cleo = WITH_BEN.arrived(CLEO, "Cleo", LEAD, 8, after(4)).let_in(after(5)).controlled_by(CLEO)
    assert cleo.gone(BEN).controller_id == CLEO
    assert cleo.controlled_by(None).controller_id is None


def test_only_who_is_in_gets_control() -> None:
    with pytest.raises(IllegalTransition):
        AT_THE_DOOR.controlled_by(BEN)


def test_nobody_is_given_control_whose_own_groups_do_not_allow_it() -> None:
    looking = INVITED.arrived(BEN, "Ben", GUEST, 7, after(2), may_control=False).let_in(after(3))
    assert looking.is_guest(BEN)
    with pytest.raises(IllegalTransition):
        looking.controlled_by(BEN)


def test_a_session_in_the_queue_has_nobody_until_the_end_user_lets_somebody_take_it() -> None:
    queued = WITH_BEN.controlled_by(BEN).put_back(after(4))
    assert queued == Participants(queued_since=after(4))
    taking = queued.arrived(CLEO, "Cleo", QUEUE, 8, after(5))
    assert taking.asking is not None
    assert taking.asking.stage is EntryStage.ASKING
    assert taking.refused() == queued
    assert taking.let_in(after(6)) == NOBODY_ELSE


def test_a_lead_takes_over_when_the_end_user_lets_them_and_one_at_a_time() -> None:
    taking = WITH_BEN.arrived(CLEO, "Cleo", TAKE_OVER, 8, after(5))
    assert taking.asking is not None
    assert taking.refused() == WITH_BEN
    assert taking.let_in(after(6)) == replace(WITH_BEN, hand_over=None)
    itself = WITH_BEN.arrived(BEN, "Ben", TAKE_OVER, 8, after(5))
    assert itself.let_in(after(6)) == NOBODY_ELSE
    with pytest.raises(IllegalTransition, match="handed over already"):
        OFFERED.arrived(CLEO, "Cleo", TAKE_OVER, 8, after(5))


def test_a_session_that_is_not_in_the_queue_cannot_be_taken() -> None:
    with pytest.raises(IllegalTransition, match="queue any more"):
        NOBODY_ELSE.arrived(CLEO, "Cleo", QUEUE, 8, after(5))


def test_nobody_in_charge_means_nobody_invites_hands_over_joins_or_puts_back() -> None:
    for step in (
        lambda: QUEUED.invited(BEN, "Ben", "Ada", after(2)),
        lambda: QUEUED.offered(BEN, "Ben", "Ada", after(2)),
        lambda: QUEUED.arrived(CLEO, "Cleo", LEAD, 8, after(2)),
        lambda: QUEUED.arrived(CLEO, "Cleo", TAKE_OVER, 8, after(2)),
        lambda: QUEUED.put_back(after(2)),
    ):
        with pytest.raises(IllegalTransition):
            step()


def test_each_is_a_value_of_its_own() -> None:
    assert replace(WITH_BEN) == WITH_BEN
    assert INVITED.open[0].stage is EntryStage.OFFERED
