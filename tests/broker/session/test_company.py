"""What comings and goings do to a session, as playbooks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.audit.event import BROKER, Actor
from broker.errors import IllegalTransition, NotPermitted
from broker.protocol.participants import (
    Departure,
    EntryAsk,
    EntryClosure,
    EntryOutcome,
    EntryOver,
    EntryPurpose,
    EntryStage,
    Participant,
    SessionParticipants,
)
from broker.protocol.signaling import TechnicianPresence
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import ActorKind, EndReason, Role, SessionState
from broker.session import events as ev
from broker.session.access import check_in_charge, may_read
from broker.session.company import may_attach, who_takes_part
from broker.session.deadlines import next_moment
from broker.session.effects import Dismiss, TellConsoles
from broker.session.limits import Limits
from broker.session.teams import EVERYBODY, Team
from tests.broker.session.playbook import Play, after, given
from tests.builders import END_USER, TECHNICIAN

AGREED, LINKED, OVER = SessionState.CONSENTED, SessionState.CONNECTED, SessionState.ENDED
ADA, BEN = "usr_" + "a" * 32, "usr_" + "2" * 32
BEN_HIMSELF = Actor(ActorKind.TECHNICIAN, BEN, "Ben")
WHO_ADA = Participant(account_id=ADA, name="Ada Technician")
WHO_BEN = Participant(account_id=BEN, name="Ben")
INVITED = ev.Invited(TECHNICIAN, BEN, "Ben")
OFFERED = ev.HandOverOffered(TECHNICIAN, BEN, "Ben")
LIMITS = Limits()


def arrived(purpose: EntryPurpose) -> ev.Arrived:
    return ev.Arrived(BEN_HIMSELF, BEN, "Ben", purpose)


def number(play: Play) -> int:
    asking = play.session.participants.asking
    assert asking is not None
    return asking.number


def with_guest() -> Play:
    play = given(LINKED).when(INVITED, arrived(EntryPurpose.GUEST))
    return play.when(ev.GuestAdmitted(END_USER, number(play)))


def dismissed(play: Play) -> list[str]:
    return [effect.account_id for effect in play.effects if isinstance(effect, Dismiss)]


def test_inviting_is_recorded_with_whom() -> None:
    given(LINKED).when(INVITED).then(LINKED).recorded(
        "session.invited", target_account=BEN, target_name="Ben"
    ).told_client(SessionParticipants(in_charge=WHO_ADA))


def test_the_end_user_is_asked_when_the_guest_comes() -> None:
    play = given(LINKED).when(INVITED, arrived(EntryPurpose.GUEST))
    ask = EntryAsk(
        number=number(play), participant=WHO_BEN, purpose=EntryPurpose.GUEST, by="Ada Technician"
    )
    play.recorded("session.arrived", purpose="guest").told_client(
        SessionParticipants(in_charge=WHO_ADA, ask=ask)
    )


def test_the_question_says_since_when_the_account_exists() -> None:
    since = after(0) - timedelta(days=3, hours=1)
    knows = ev.Arrived(BEN_HIMSELF, BEN, "Ben", EntryPurpose.LEAD, account_since=since)
    asking = who_takes_part(given(LINKED).when(knows).session).ask
    assert asking is not None
    assert asking.account == KnownAccount(since=since, days=3)


def test_a_guest_is_in_only_once_the_end_user_says_so() -> None:
    play = given(LINKED).when(INVITED)
    assert may_attach(play.session) == {ADA}
    play.when(arrived(EntryPurpose.GUEST))
    assert may_attach(play.session) == {ADA, BEN}
    play.when(ev.GuestAdmitted(END_USER, number(play))).recorded(
        "session.guest_joined", target_name="Ben", purpose="guest"
    ).told_client(SessionParticipants(in_charge=WHO_ADA, guests=(WHO_BEN,)))


@pytest.mark.parametrize("timed_out", [False, True])
def test_who_is_refused_is_sent_away(timed_out: bool) -> None:
    play = given(LINKED).when(INVITED, arrived(EntryPurpose.GUEST))
    play.when(ev.EntryRefused(END_USER, number(play), timed_out)).then(LINKED).recorded(
        "session.entry_refused", target_account=BEN, timed_out=timed_out
    )
    assert dismissed(play) == [BEN]
    outcome = EntryOutcome.TIMED_OUT if timed_out else EntryOutcome.REFUSED
    told = TellConsoles(EntryOver(participant=WHO_BEN, outcome=outcome))
    assert play.effects.index(told) < play.effects.index(Dismiss(BEN)), "Ben hears why first"


def test_whoever_is_there_hears_that_an_offer_came_to_nothing() -> None:
    play = given(LINKED).when(INVITED)
    play.when(ev.EntryClosed(TECHNICIAN, BEN, EntryClosure.DECLINED))
    told = EntryOver(participant=WHO_BEN, outcome=EntryOutcome.DECLINED)
    assert TellConsoles(told) in play.effects


def test_an_answer_to_another_question_is_refused() -> None:
    play = given(LINKED).when(INVITED, arrived(EntryPurpose.GUEST))
    wrong = number(play) + 1
    play.refuses(ev.GuestAdmitted(END_USER, wrong), IllegalTransition)
    play.refuses(ev.EntryRefused(END_USER, wrong), IllegalTransition)
    play.refuses(ev.HandedOver(END_USER, number(play)), IllegalTransition)
    given(LINKED).refuses(ev.GuestAdmitted(END_USER, 1), IllegalTransition)


@pytest.mark.parametrize("state", [AGREED, LINKED])
def test_a_session_is_handed_over_without_a_second_consent(state: SessionState) -> None:
    play = given(state).when(OFFERED, arrived(EntryPurpose.HAND_OVER))
    granted = play.session.granted
    play.when(ev.HandedOver(END_USER, number(play))).then(
        AGREED,
        technician_id=BEN,
        technician_name="Ben",
        in_charge_id=BEN,
        controller_id=BEN,
        granted=granted,
        peer_id=None,
    ).recorded("session.handed_over", target_account=BEN, purpose="hand_over").told_client(
        TechnicianPresence(present=False), SessionParticipants(in_charge=WHO_BEN)
    )
    assert dismissed(play) == [ADA]


def test_a_session_stays_with_whoever_has_it_when_the_end_user_refuses_the_next() -> None:
    play = given(LINKED).when(OFFERED, arrived(EntryPurpose.HAND_OVER))
    play.when(ev.EntryRefused(END_USER, number(play))).then(LINKED, in_charge_id=ADA)
    assert dismissed(play) == [BEN]


def test_a_session_put_back_has_nobody_and_is_taken_by_another() -> None:
    play = with_guest().when(ev.PutBack(TECHNICIAN))
    play.then(AGREED, in_charge_id=None, controller_id=None, peer_id=None).recorded(
        "session.put_back", target_account=ADA
    ).told_client(TechnicianPresence(present=False), SessionParticipants(in_charge=None))
    assert dismissed(play) == [BEN, ADA]
    assert may_attach(play.session) == frozenset()
    play.when(arrived(EntryPurpose.QUEUE)).when(ev.Taken(END_USER, number(play))).then(
        AGREED, in_charge_id=BEN
    ).recorded("session.taken", target_name="Ben", purpose="queue")


def test_whoever_put_a_session_back_no_longer_attaches_to_it() -> None:
    play = given(LINKED).when(ev.PutBack(TECHNICIAN))
    play.when(ev.ConsoleAttached(TECHNICIAN)).nothing_happened()
    play.when(ev.ConsoleDetached(TECHNICIAN)).nothing_happened()


def test_control_is_one_persons_at_any_time() -> None:
    play = with_guest().then(LINKED, controller_id=ADA)
    passed = ev.ControlPassed(END_USER, BEN, ADA)
    play.when(passed).then(LINKED, controller_id=BEN).recorded(
        "session.control_passed", target_account=BEN, by_account=ADA
    )
    play.when(passed).nothing_happened()
    play.when(ev.ControlPassed(END_USER, ADA, ADA)).then(LINKED, controller_id=ADA).recorded(
        "session.control_passed", target_account=ADA
    )
    play.refuses(ev.ControlPassed(END_USER, "usr_" + "9" * 32), IllegalTransition)


def test_a_guest_who_goes_gives_control_back_and_is_sent_away() -> None:
    play = with_guest().when(ev.ControlPassed(END_USER, BEN))
    play.when(ev.GuestLeft(END_USER, BEN, Departure.REMOVED)).then(
        LINKED, controller_id=ADA
    ).recorded("session.guest_left", target_account=BEN, departure="removed")
    assert dismissed(play) == [BEN]


def test_what_a_guest_sees_is_recorded_and_changes_nothing() -> None:
    play = with_guest().when(ev.GuestConnected(BEN_HIMSELF, BEN, "peer-0002"))
    play.then(LINKED, peer_id="peer-0001").recorded(
        "session.guest_connected", target_account=BEN, peer_id="peer-0002"
    )
    play.when(ev.GuestDisconnected(END_USER, BEN, "peer-0002")).recorded(
        "session.guest_disconnected", target_account=BEN
    )


def test_an_offer_nobody_takes_up_expires() -> None:
    play = given(LINKED).when(INVITED)
    at, closed = next_moment(play.session, LIMITS) or (None, None)
    assert at == after(4 + LIMITS.offer_s)
    assert closed == ev.EntryClosed(BROKER, BEN, EntryClosure.EXPIRED)
    play.when(closed).recorded("session.entry_closed", target_account=BEN, closure="expired")
    assert play.session.participants.open == ()


def test_a_question_nobody_answers_is_refused() -> None:
    play = given(LINKED).when(INVITED, arrived(EntryPurpose.GUEST))
    at, refused = next_moment(play.session, LIMITS) or (None, None)
    assert at == after(5 + LIMITS.entry_s)
    assert refused == ev.EntryRefused(BROKER, number(play), timed_out=True)


def test_nobody_in_the_queue_for_too_long_ends_the_session() -> None:
    play = given(LINKED).when(ev.ConsoleDetached(TECHNICIAN), ev.PutBack(TECHNICIAN))
    expected = ev.TimeRanOut(BROKER, EndReason.TECHNICIAN_LOST)
    assert next_moment(play.session, LIMITS) == (after(5 + LIMITS.queue_s), expected)


def test_a_session_that_ended_has_nobody() -> None:
    ended = with_guest().when(ev.TechnicianEnded(TECHNICIAN)).then(OVER)
    assert ended.session.participants.guests == ()
    assert next_moment(given(OVER).session, LIMITS) is None


def test_nobody_comes_in_before_consent() -> None:
    given(SessionState.JOINED).refuses(INVITED, IllegalTransition)
    given(SessionState.WAITING).refuses(OFFERED, IllegalTransition)


def test_who_may_read_a_session() -> None:
    alive, over = given(LINKED).session, given(OVER).session
    assert may_read(alive, ADA, Role.TECHNICIAN)
    assert not may_read(alive, BEN, Role.TECHNICIAN)
    assert may_read(alive, BEN, Role.LEAD, EVERYBODY)
    assert not may_read(over, BEN, Role.LEAD, EVERYBODY)
    assert not may_read(alive, BEN, Role.LEAD)
    ours = replace(alive, group_ids=("grp_1", "grp_2"))
    assert may_read(ours, BEN, Role.LEAD, Team(frozenset({"grp_2"})))
    assert not may_read(ours, BEN, Role.LEAD, Team(frozenset({"grp_3"})))
    assert may_read(over, BEN, Role.ADMIN)
    assert may_read(over, BEN, Role.AUDITOR)
    assert may_read(given(LINKED).when(INVITED).session, BEN, Role.TECHNICIAN)
    queued = given(LINKED).when(ev.PutBack(TECHNICIAN)).session
    assert may_read(queued, BEN, Role.TECHNICIAN)
    for slipped_in in (with_guest().session, queued):
        forged = replace(over, participants=slipped_in.participants)
        assert not may_read(forged, BEN, Role.TECHNICIAN)


def test_only_one_is_in_charge() -> None:
    check_in_charge(given(LINKED).session, ADA)
    with pytest.raises(NotPermitted):
        check_in_charge(with_guest().session, BEN)
    with pytest.raises(NotPermitted):
        check_in_charge(given(LINKED).when(ev.PutBack(TECHNICIAN)).session, ADA)


def test_an_offer_is_seen_at_its_stage() -> None:
    [entry] = given(LINKED).when(INVITED).session.participants.guests
    assert (entry.stage, entry.by) == (EntryStage.OFFERED, "Ada Technician")
