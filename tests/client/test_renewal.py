"""Whether the rights go on: asked by the client's own clock, whatever broker and consoles say."""

import pytest
from pydantic import ValidationError

from broker.protocol import signaling as wire
from broker.protocol.channels import CLIENT_CONTROL, RightsState
from broker.protocol.participants import Participant, SessionParticipants
from broker.protocol.rights import (
    LAPSED_S,
    MAX_RENEWAL_MIN,
    RENEWAL_ANSWER_S,
    RENEWAL_MIN,
    RenewalOutcome,
    RenewalStage,
    RightsAsk,
    RightsRenewed,
)
from broker.protocol.vocabulary import Capability, EndReason, SessionState
from client import effects as do
from client import events as on
from client.channels.control import ControlChannel
from client.consent import TermStage
from client.support_session import State, SupportSession
from tests.client.fake_broker import GOOD_CODE, SESSION_ID, joined
from tests.client.test_support_session import over
from tests.client.trusted import Trusted, agree, allowed, sdp_of

VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
BOTH = frozenset({VIEW, CONTROL})
NOW = 1000.0
ASKED = NOW + RENEWAL_MIN * 60
LAPSED = ASKED + RENEWAL_ANSWER_S
ENDS = LAPSED + LAPSED_S

CONFIRMED = do.Send(RightsRenewed(outcome=RenewalOutcome.CONFIRMED))
UNANSWERED = do.Send(RightsRenewed(outcome=RenewalOutcome.LAPSED))


def paused(value: bool) -> do.Send:
    return do.Send(wire.SessionPause(paused=value))


def a_session(minutes: int = RENEWAL_MIN) -> SupportSession:
    session = SupportSession()
    session.handle(on.CodeEntered(GOOD_CODE))
    message = joined().model_copy(update={"may_ask": tuple(BOTH), "renewal_min": minutes})
    session.handle(on.Joined(message))
    agree(session)
    session.handle(allowed(session.situation, *BOTH))
    assert session.renewal.next_moment(NOW) == NOW
    session.handle(on.TimePassed(NOW))
    return session


def asked() -> SupportSession:
    session = a_session()
    assert session.renewal.next_moment(NOW) == ASKED
    assert session.handle(on.TimePassed(ASKED - 1)) == []
    assert session.handle(on.TimePassed(ASKED)) == [do.ApplyConsent()]
    return session


def stage(session: SupportSession) -> TermStage | None:
    return session.consent.term.stage if session.consent.term else None


def test_the_end_user_is_asked_and_says_yes_for_another_term() -> None:
    session = asked()
    assert session.consent.at(ASKED).allows(CONTROL)
    later = ASKED + 20
    yes = session.handle(on.RenewalAnswered(True, later))
    assert yes == [do.ApplyConsent(), CONFIRMED]
    assert session.renewal.next_moment(later) == later + RENEWAL_MIN * 60
    assert session.handle(on.RenewalAnswered(True, later)) == []


def test_without_an_answer_everything_is_paused_and_then_the_session_ends() -> None:
    session = asked()
    assert session.handle(on.TimePassed(LAPSED)) == [do.ApplyConsent(), UNANSWERED, paused(True)]
    assert not session.consent.allows(VIEW)
    assert session.handle(on.TimePassed(ENDS - 1)) == []
    effects = session.handle(on.TimePassed(ENDS))
    stop = do.Send(wire.SessionStop(lapsed=True))
    assert effects == [do.SettleAccounts(), stop, *over("rights_lapsed")]
    assert session.situation.state is State.OVER
    assert session.situation.end_reason is EndReason.RIGHTS_LAPSED


def test_a_late_yes_takes_up_what_was_paused() -> None:
    session = asked()
    session.handle(on.TimePassed(LAPSED))
    yes = session.handle(on.RenewalAnswered(True, LAPSED + 100))
    assert yes == [do.ApplyConsent(), CONFIRMED, paused(False)]
    assert session.consent.allows(CONTROL)
    assert stage(session) is TermStage.RUNNING


def test_rights_stop_by_the_clock_even_when_nobody_asked_in_time() -> None:
    """The loop was busy, or the program stopped: no message is carried out before the timer."""
    session = a_session()
    assert session.consent.at(LAPSED - 1).allows(CONTROL)
    assert not session.consent.at(LAPSED).allows(CONTROL)
    assert not session.consent.at(LAPSED).allows(VIEW)
    session.handle(on.TimePassed(LAPSED + 5))
    assert stage(session) is TermStage.LAPSED


def test_a_pause_of_the_end_user_is_not_disturbed_and_their_resume_begins_a_term() -> None:
    session = a_session()
    session.handle(on.PauseChosen(True))
    assert session.renewal.next_moment(ASKED) is None
    assert session.handle(on.TimePassed(ENDS)) == []
    session.handle(on.PauseChosen(False))
    session.handle(on.TimePassed(ENDS))
    assert session.renewal.next_moment(ENDS) == ENDS + RENEWAL_MIN * 60


@pytest.mark.parametrize("late", [False, True])
def test_the_question_can_be_answered_with_a_pause(late: bool) -> None:
    session = asked()
    if late:
        session.handle(on.TimePassed(LAPSED))
    said = session.handle(on.RenewalAnswered(False, LAPSED))
    assert said == [do.ApplyConsent(), *([] if late else [paused(True)])]
    assert session.handle(on.TimePassed(ENDS)) == []
    assert session.situation.state is State.READY


def test_when_every_right_was_taken_there_is_nothing_to_ask() -> None:
    session = a_session()
    session.handle(on.RightTaken(VIEW))
    assert session.renewal.next_moment(ASKED) is None
    session.handle(on.RightGiven(VIEW))
    session.handle(on.TimePassed(ASKED))
    assert session.renewal.next_moment(ASKED) == ASKED + RENEWAL_MIN * 60


def rogue_events() -> list[on.Event]:
    """Whatever a broker, a console or the network can bring about."""
    ada = Participant(account_id="usr_" + "a" * 32, name="Ada")
    offer = wire.PeerDescription(peer_id="peer-0001", kind="offer", sdp=sdp_of())
    resumed = wire.SessionResumed(
        session_id=SESSION_ID,
        state=SessionState.CONNECTED,
        granted=(VIEW, CONTROL),
        ice_servers=(),
    )
    ask = RightsAsk(capability=CONTROL, reason="go on", minutes=480)
    return [
        *Trusted(SESSION_ID).events,
        on.OfferReceived(offer),
        on.PeerStood("peer-0001"),
        on.PeerFellSilent("peer-0001"),
        on.SignalingBroken(),
        on.Resumed(resumed),
        on.Joined(joined().model_copy(update={"renewal_min": 10_000})),
        on.TechnicianPresenceChanged(False),
        on.ParticipantsTold(SessionParticipants(in_charge=ada), NOW),
        on.ControlAsked(ada.account_id, ada.account_id),
        on.RightAsked(ask, ASKED - 1),
        on.Refused(code=wire.ErrorCode.CONFLICT, fatal=False),
        on.RestartChosen(),
    ]


@pytest.mark.parametrize("event", rogue_events(), ids=lambda event: type(event).__name__)
def test_no_broker_and_no_console_puts_the_question_off(event: on.Event) -> None:
    session = a_session()
    for _ in range(3):
        session.handle(event)
    assert session.renewal.next_moment(NOW) == ASKED
    session.handle(on.TimePassed(ASKED))
    assert stage(session) is TermStage.ASKED
    session.handle(event)
    assert not session.consent.at(LAPSED).allows(CONTROL)
    session.handle(on.TimePassed(LAPSED))
    session.handle(event)
    assert stage(session) is TermStage.LAPSED
    session.handle(on.TimePassed(ENDS))
    assert session.situation.state is State.OVER


def test_a_broker_may_have_it_asked_sooner_but_not_later() -> None:
    assert a_session(5).renewal.next_moment(NOW) == NOW + 5 * 60
    told = joined().model_dump()
    for minutes in (0, MAX_RENEWAL_MIN + 1, 10_000_000):
        with pytest.raises(ValidationError):
            wire.SessionJoined.model_validate(told | {"renewal_min": minutes})


def test_consoles_are_told_that_it_is_asked_and_how_long_it_may_take() -> None:
    said: list[str] = []
    session = a_session()

    def heard() -> RightsState:
        now = NOW if stage(session) is TermStage.RUNNING else ASKED + 10
        channel = ControlChannel(lambda text: said.append(text) is None, lambda: now, print)
        channel.tell_rights(session.consent)
        state = CLIENT_CONTROL.validate_json(said[-1])
        assert isinstance(state, RightsState)
        return state

    assert heard().renewal is None
    session.handle(on.TimePassed(ASKED))
    renewal = heard().renewal
    assert renewal is not None
    assert (renewal.stage, renewal.left_s) == (RenewalStage.ASKED, RENEWAL_ANSWER_S - 10)
