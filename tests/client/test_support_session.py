"""Playbooks: an event goes in, the effects and the state that follow are compared whole."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from broker.protocol import signaling as wire
from broker.protocol.connection import ConnectionTried, Way, WayOutcome, WayTried
from broker.protocol.rights import RightsAsk
from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import (
    Capability,
    ConsentSource,
    EndReason,
    ErrorCode,
    PeerFailure,
    SessionState,
)
from client import effects as do
from client import events as on
from client.consent import NO_CONSENT
from client.support_session import TRANSITIONS, Problem, State, SupportSession
from client.trials import Trial
from tests.client.fake_broker import GOOD_CODE, SESSION_ID, joined
from tests.client.trusted import Trusted, allowed, sdp_of

VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
BOTH = frozenset({VIEW, CONTROL})
PEER = "peer-0001"
OFFER = on.OfferReceived(wire.PeerDescription(peer_id=PEER, kind="offer", sdp=sdp_of()))
CONSOLE, OTHER = Trusted(SESSION_ID), Trusted(SESSION_ID)


def given_message(*capabilities: Capability, source: ConsentSource = ConsentSource.WINDOW) -> Any:
    return do.Send(wire.ConsentGiven(capabilities=capabilities, source=source))


def over(reason: str) -> list[do.Effect]:
    return [
        do.ApplyConsent(),
        do.ClosePeer(),
        do.CloseGuests(None),
        do.CloseSignaling(),
        do.RecordClosed(SESSION_ID, reason),
    ]


def resumed(state: SessionState) -> on.Resumed:
    return on.Resumed(wire.SessionResumed(session_id=SESSION_ID, state=state, ice_servers=()))


def session_in(state: State, granted: frozenset[Capability] = BOTH) -> SupportSession:
    """Lead a session the ordinary way to `state`."""
    session = SupportSession()
    way = [
        (State.ENTERING, None),
        (State.JOINING, on.CodeEntered(GOOD_CODE)),
        (State.ASKING, on.Joined(joined())),
        (State.READY, on.ConsentAnswered(granted, CONSOLE.string)),
        (State.LINKING, OFFER),
        (State.LINKED, on.PeerStood(PEER)),
        (State.OVER, on.StopChosen()),
    ]
    for reached, event in way:
        if event is not None:
            session.handle(event)
        if isinstance(event, on.Joined):
            for each in CONSOLE.events:
                session.handle(each)
        assert session.situation.state is reached
        if reached is state:
            break
    return session


# ---- joining


def test_a_code_is_sent_to_the_broker_as_twelve_digits() -> None:
    session = SupportSession()
    assert session.handle(on.CodeEntered("4821 0937-5523")) == [do.OpenSignaling(GOOD_CODE)]
    assert session.situation.state is State.JOINING


@pytest.mark.parametrize(
    "text", ["", "hello", "482109375524", "48210937552", "４８２１０９３７５５２３"]
)
def test_a_mistyped_code_never_reaches_the_broker(text: str) -> None:
    session = SupportSession()
    assert session.handle(on.CodeEntered(text)) == []
    assert session.situation.state is State.ENTERING
    assert session.situation.trouble is ErrorCode.CODE_MALFORMED


@pytest.mark.parametrize("code", [*ErrorCode])
@pytest.mark.parametrize("fatal", [True, False])
def test_a_refused_code_lets_the_end_user_try_another(code: ErrorCode, fatal: bool) -> None:
    session = session_in(State.JOINING)
    assert session.handle(on.Refused(code, fatal)) == [do.CloseSignaling()]
    assert session.situation.trouble is code
    assert session.handle(on.CodeEntered(GOOD_CODE)) == [do.OpenSignaling(GOOD_CODE)]
    assert session.situation.trouble is None


def test_the_work_for_a_code_is_shown_while_it_is_done_and_forgotten_with_it() -> None:
    session = session_in(State.JOINING)
    assert session.handle(on.ProofUnderWay(40)) == []
    assert (session.situation.state, session.situation.proof_percent) == (State.JOINING, 40)
    session.handle(on.Refused(ErrorCode.CODE_REJECTED, True))
    session.handle(on.CodeEntered(GOOD_CODE))
    assert session.situation.proof_percent is None


def test_an_unreachable_broker_lets_the_end_user_try_again() -> None:
    session = session_in(State.JOINING)
    assert session.handle(on.BrokerUnreachable()) == [do.CloseSignaling()]
    assert session.situation.trouble is Problem.BROKER_UNREACHABLE
    assert session.situation.state is State.ENTERING


def test_giving_up_while_joining_closes_the_socket() -> None:
    session = session_in(State.JOINING)
    assert session.handle(on.StopChosen()) == [do.CloseSignaling()]
    assert session.situation.state is State.ENTERING


# ---- the ways out of this network

SERVERS = (wire.IceServer(urls=("stun:stun.example.org",)),)
TRIALS = (Trial(Way.DIRECT, "stun:stun.example.org", WayOutcome.WORKS, 12),)
TOLD = do.Send(
    ConnectionTried(ways=(WayTried(way=Way.DIRECT, outcome=WayOutcome.WORKS, milliseconds=12),))
)


def test_the_ways_are_tried_on_joining_and_told_to_whoever_comes() -> None:
    session = session_in(State.JOINING)
    greeting = joined().model_copy(update={"ice_servers": SERVERS})
    assert do.TryWays(SERVERS) in session.handle(on.Joined(greeting))
    assert session.handle(on.TechnicianPresenceChanged(True)) == []
    assert session.handle(on.WaysTried(TRIALS)) == [TOLD]
    assert session.handle(on.TechnicianPresenceChanged(False)) == []
    assert session.handle(on.TechnicianPresenceChanged(True)) == [TOLD]
    back = resumed(SessionState.JOINED).message.model_copy(update={"ice_servers": SERVERS})
    assert do.TryWays(SERVERS) in session.handle(on.Resumed(back))
    session.handle(on.ConnectionTold(TOLD.message))
    assert (session.situation.trials, session.situation.told) == (TRIALS, TOLD.message)


def test_the_way_that_is_taken_is_shown_as_long_as_it_stands() -> None:
    session = session_in(State.LINKING)
    session.handle(on.PeerStood(PEER, Way.TURN_TLS))
    assert session.situation.way is Way.TURN_TLS
    session.handle(on.PeerFellSilent(PEER))
    assert session.situation.way is None


# ---- consent


def test_a_joined_session_asks_the_end_user() -> None:
    session = session_in(State.JOINING)
    effects = session.handle(on.Joined(joined(timeout_s=45)))
    assert effects == [do.RecordOpened(SESSION_ID), do.StartConsentTimer(45)]
    assert session.consent == NO_CONSENT


def test_end_user_allowing_view_only_grants_view_only() -> None:
    session = session_in(State.ASKING)
    assert session.handle(on.ConsentAnswered(frozenset({VIEW}), CONSOLE.string)) == [
        do.StopConsentTimer(),
        given_message(VIEW),
        do.ApplyConsent(),
    ]
    assert not session.consent.allows(CONTROL)


@pytest.mark.parametrize(
    ("event", "reason", "timed_out"),
    [
        (on.ConsentRefused(), "consent_declined", False),
        (on.ConsentRefused(timed_out=True), "consent_timeout", True),
        (on.StopChosen(), "consent_declined", False),
        (on.ConsentAnswered(frozenset(), CONSOLE.string), "consent_declined", False),
        (on.ConsentAnswered(frozenset({CONTROL}), CONSOLE.string), "consent_declined", False),
    ],
)
def test_end_user_declining_consent_ends_the_session(
    event: on.Event, reason: str, timed_out: bool
) -> None:
    session = session_in(State.ASKING)
    said = do.Send(wire.ConsentDeclined(timed_out=timed_out))
    assert session.handle(event) == [do.StopConsentTimer(), said, *over(reason)]
    assert session.situation.state is State.OVER
    assert session.situation.end_reason == EndReason(reason)


def test_nothing_is_allowed_while_no_string_is_agreed_whatever_the_window_says() -> None:
    session = session_in(State.JOINING)
    again = Trusted(SESSION_ID)
    session.handle(on.Joined(joined()))
    for event in (None, CONSOLE.committed, on.TrustRevealed(again.reveal), OFFER):
        if event is not None:
            session.handle(event)
        assert session.handle(allowed(session.situation, *BOTH)) == []
        assert session.handle(on.ConsentAnswered(BOTH, CONSOLE.string)) == []
    session.handle(on.TrustRevealed(CONSOLE.reveal))
    session.handle(again.committed)  # takes the string away that is being compared
    assert session.handle(on.ConsentAnswered(BOTH, CONSOLE.string)) == []
    assert session.situation.state is State.ASKING
    assert session.consent == NO_CONSENT
    session.handle(on.TrustRevealed(again.reveal))
    given = session.handle(on.ConsentAnswered(BOTH, again.string))
    assert given_message(VIEW, CONTROL) in given


def test_an_allow_on_its_way_while_another_string_is_agreed_does_not_count_for_it() -> None:
    """Whoever sits between lets the true string be compared, then agrees on one of their own."""
    session = session_in(State.ASKING)
    compared = allowed(session.situation, VIEW, CONTROL)
    between = Trusted(SESSION_ID)
    for event in between.events:
        session.handle(event)
    asked = session.situation
    assert session.handle(compared) == []
    assert session.situation == asked, "the window shows the new string and waits"
    assert (asked.state, asked.trust[0].string) == (State.ASKING, between.string)
    assert session.consent == NO_CONSENT
    assert given_message(VIEW, CONTROL) in session.handle(allowed(asked, VIEW, CONTROL))


def with_grant() -> SupportSession:
    session = SupportSession(BOTH)
    session.handle(on.CodeEntered(GOOD_CODE))
    assert session.handle(on.Joined(joined((VIEW,)))) == [do.RecordOpened(SESSION_ID)]
    assert session.situation.grant_waits
    return session


def test_a_grant_on_the_command_line_waits_for_an_agreed_string() -> None:
    session = with_grant()
    session.handle(CONSOLE.committed)
    session.handle(OFFER)
    assert session.consent == NO_CONSENT
    assert session.handle(on.TrustRevealed(CONSOLE.reveal)) == [
        do.StopConsentTimer(),
        given_message(VIEW, source=ConsentSource.COMMAND_LINE),
        do.ApplyConsent(),
    ]
    assert session.situation.state is State.READY
    assert not session.situation.grant_waits


def test_a_grant_on_the_command_line_waits_no_longer_than_the_broker() -> None:
    session = with_grant()
    effects = session.handle(on.EndedByBroker(EndReason.CONSENT_TIMEOUT))
    assert effects == [do.StopConsentTimer(), *over("consent_timeout")]
    assert session.handle(on.TrustRevealed(CONSOLE.reveal)) == []
    assert not session.situation.grant_waits


def test_a_grant_that_answers_nothing_requested_asks_in_the_window() -> None:
    session = SupportSession(frozenset({Capability.CLIPBOARD_SEND}))
    session.handle(on.CodeEntered(GOOD_CODE))
    session.handle(on.Joined(joined()))
    assert session.situation.state is State.ASKING


# ---- pause and stop


def test_pausing_applies_at_once_and_is_told_once() -> None:
    session = session_in(State.LINKED)
    told = do.Send(wire.SessionPause(paused=True))
    assert session.handle(on.PauseChosen(True)) == [do.ApplyConsent(), told]
    assert not session.consent.allows(VIEW)
    assert session.handle(on.PauseChosen(True)) == []


def test_stopping_tells_the_broker_and_withdraws_everything() -> None:
    session = session_in(State.LINKED)
    assert session.handle(on.StopChosen()) == [
        do.Send(wire.SessionStop()),
        *over("end_user_stopped"),
    ]
    assert session.consent == NO_CONSENT


@pytest.mark.parametrize("state", [State.ASKING, State.READY, State.LINKING, State.LINKED])
def test_an_end_by_the_broker_ends_it_here(state: State) -> None:
    session = session_in(state)
    effects = session.handle(on.EndedByBroker(EndReason.TECHNICIAN_ENDED))
    assert effects == [do.StopConsentTimer(), *over("technician_ended")]


@pytest.mark.parametrize("state", [State.ASKING, State.READY, State.LINKING, State.LINKED])
def test_the_end_user_is_told_while_nothing_can_be_written_down(state: State) -> None:
    session = session_in(state)
    assert session.handle(on.AuditTold(fails=True)) == []
    assert session.situation.unrecorded
    session.handle(on.AuditTold(fails=False))
    assert not session.situation.unrecorded


def test_another_code_can_be_entered_after_the_end() -> None:
    session = session_in(State.OVER)
    assert session.handle(on.RestartChosen()) == []
    assert session.handle(on.CodeEntered(GOOD_CODE)) == [do.OpenSignaling(GOOD_CODE)]


# ---- the websocket


def test_a_broken_socket_changes_nothing_but_what_is_shown() -> None:
    session = session_in(State.LINKED)
    assert session.handle(on.SignalingBroken()) == []
    assert session.situation.state is State.LINKED
    assert not session.situation.broker_attached


@pytest.mark.parametrize(
    ("state", "known", "said"),
    [
        (State.ASKING, SessionState.JOINED, []),
        (State.READY, SessionState.JOINED, [given_message(VIEW, CONTROL)]),
        (State.READY, SessionState.CONSENTED, []),
        (State.LINKED, SessionState.CONSENTED, [do.Send(wire.PeerConnected(peer_id=PEER))]),
        (State.LINKED, SessionState.CONNECTED, []),
    ],
)
def test_a_broker_that_comes_back_is_told_what_it_missed(
    state: State, known: SessionState, said: list[do.Effect]
) -> None:
    session = session_in(state)
    session.handle(on.SignalingBroken())
    assert session.handle(resumed(known)) == said
    assert session.situation.broker_attached


def test_a_pause_is_told_again_when_the_broker_comes_back() -> None:
    session = session_in(State.READY)
    session.handle(on.PauseChosen(True))
    session.handle(on.SignalingBroken())
    told = do.Send(wire.SessionPause(paused=True))
    assert session.handle(resumed(SessionState.CONSENTED)) == [told]


def test_a_rejected_resume_ends_the_session_with_its_reason() -> None:
    session = session_in(State.LINKED)
    effects = session.handle(on.Refused(ErrorCode.RESUME_REJECTED, fatal=True))
    assert effects == [do.StopConsentTimer(), *over("resume_rejected")]
    assert session.situation.end_reason is None
    assert session.situation.trouble is ErrorCode.RESUME_REJECTED


@pytest.mark.parametrize(
    "event", [on.Refused(ErrorCode.WRONG_STATE, False), on.Refused(ErrorCode.SHUTTING_DOWN, True)]
)
def test_a_passing_refusal_does_not_end_a_running_session(event: on.Event) -> None:
    session = session_in(State.LINKED)
    assert session.handle(event) == []
    assert session.situation.state is State.LINKED


def test_the_technicians_presence_is_shown() -> None:
    session = session_in(State.READY)
    assert session.handle(on.TechnicianPresenceChanged(False)) == []
    assert not session.situation.technician_present


# ---- the peer connection


def test_an_offer_before_consent_is_not_answered() -> None:
    session = session_in(State.ASKING)
    assert session.handle(OFFER) == []


def test_an_offer_is_answered_with_the_brokers_ice_servers() -> None:
    assert session_in(State.READY).handle(OFFER) == [do.OpenPeer(OFFER.message, ())]


def test_a_fresh_offer_replaces_the_older_peer() -> None:
    session = session_in(State.LINKED)
    fresh = wire.PeerDescription(peer_id="peer-0002", kind="offer", sdp=sdp_of() + "a=x")
    effects = session.handle(on.OfferReceived(fresh))
    assert effects == [do.ClosePeer(), do.OpenPeer(fresh, ())]
    assert session.handle(on.PeerFellSilent(PEER)) == []


def test_an_answer_from_the_console_is_ignored() -> None:
    answer = wire.PeerDescription(peer_id=PEER, kind="answer", sdp="v=0")
    assert session_in(State.READY).handle(on.OfferReceived(answer)) == []


def test_candidates_of_the_current_peer_are_handed_over_and_others_dropped() -> None:
    session = session_in(State.LINKING)
    ours = wire.PeerCandidate(peer_id=PEER, candidate="x")
    other = wire.PeerCandidate(peer_id="peer-0009", candidate="x")
    assert session.handle(on.CandidateReceived(ours)) == [do.AddCandidate(ours)]
    assert session.handle(on.CandidateReceived(other)) == []


def test_a_standing_peer_is_reported() -> None:
    session = session_in(State.LINKING)
    told = do.Send(wire.PeerConnected(peer_id=PEER))
    assert session.handle(on.PeerStood(PEER)) == [told]


def test_a_silent_peer_is_reported_and_a_fresh_offer_awaited() -> None:
    session = session_in(State.LINKED)
    told = do.Send(wire.PeerLost(peer_id=PEER))
    assert session.handle(on.PeerFellSilent(PEER)) == [told, do.ClosePeer()]
    assert session.situation.state is State.READY
    assert session.situation.link_trouble
    assert session.consent.allows(VIEW)


def test_a_peer_that_cannot_be_made_is_reported() -> None:
    session = session_in(State.LINKING)
    told = do.Send(wire.PeerFailed(peer_id=PEER, reason=PeerFailure.CONNECT_TIMEOUT))
    effects = session.handle(on.PeerBroke(PEER, PeerFailure.CONNECT_TIMEOUT))
    assert effects == [told, do.ClosePeer()]


def test_a_failure_at_the_console_closes_our_side_too() -> None:
    session = session_in(State.LINKING)
    failed = wire.PeerFailed(peer_id=PEER, reason=PeerFailure.ICE_FAILED)
    assert session.handle(on.RemotePeerFailed(failed)) == [do.ClosePeer()]


# ---- properties

ANY_EVENT = st.sampled_from(
    [
        on.CodeEntered(GOOD_CODE),
        on.CodeEntered("1"),
        on.Joined(joined().model_copy(update={"may_ask": (VIEW, CONTROL)})),
        on.Refused(ErrorCode.RESUME_REJECTED, True),
        on.Refused(ErrorCode.INTERNAL, False),
        on.BrokerUnreachable(),
        on.SignalingBroken(),
        resumed(SessionState.JOINED),
        on.TechnicianPresenceChanged(False),
        on.ConsentAnswered(BOTH, CONSOLE.string),
        on.ConsentAnswered(BOTH, OTHER.string),
        on.ConsentAnswered(frozenset({VIEW}), CONSOLE.string),
        on.ConsentAnswered(frozenset({VIEW}), None),
        on.ConsentRefused(),
        on.PauseChosen(True),
        on.PauseChosen(False),
        on.RightGiven(CONTROL),
        on.RightTaken(VIEW),
        on.RightAsked(RightsAsk(capability=CONTROL, reason="why", minutes=1), 0.0),
        on.AskAnswered(True, 0.0),
        on.AskAnswered(False, 0.0),
        on.TimePassed(30.0),
        on.TimePassed(90.0),
        on.HeldBack(True),
        *CONSOLE.events,
        *OTHER.events,
        on.TrustBroken(TrustBreach.STRINGS_DIFFER, ""),
        on.StopChosen(),
        on.RestartChosen(),
        OFFER,
        on.CandidateReceived(wire.PeerCandidate(peer_id=PEER, candidate="x")),
        on.PeerStood(PEER),
        on.PeerFellSilent(PEER),
        on.PeerBroke(PEER, PeerFailure.ICE_FAILED),
        on.RemotePeerFailed(wire.PeerFailed(peer_id=PEER, reason=PeerFailure.ICE_FAILED)),
        on.EndedByBroker(EndReason.TECHNICIAN_LOST),
    ]
)


class AnyOrder(RuleBasedStateMachine):
    """Whatever comes in whatever order, consent holds."""

    def __init__(self) -> None:
        super().__init__()
        self.session = SupportSession()
        self.open_peers = 0

    @rule(event=ANY_EVENT)
    def happens(self, event: on.Event) -> None:
        answered = isinstance(event, on.ConsentAnswered | on.RightGiven | on.AskAnswered)
        before = self.session.consent.granted
        agreed = {one.string for one in self.session.situation.trust}
        for effect in self.session.handle(event):
            if isinstance(effect, do.OpenPeer):
                self.open_peers += 1
                assert self.session.consent.answered
            elif isinstance(effect, do.ClosePeer):
                self.open_peers = 0
        assert answered or self.session.consent.granted <= before
        if self.session.consent.granted and not before and isinstance(event, on.ConsentAnswered):
            assert event.seen in agreed

    @invariant()
    def rights_exist_only_while_the_session_lives(self) -> None:
        live = self.session.situation.state in (State.READY, State.LINKING, State.LINKED)
        assert self.session.consent.answered == live
        assert live or not self.session.consent.given
        assert live or self.session.situation.ask is None

    @invariant()
    def there_is_at_most_one_peer(self) -> None:
        assert self.open_peers <= 1


TestAnyOrder = AnyOrder.TestCase


@given(ANY_EVENT, st.sampled_from(State))
def test_an_event_out_of_place_does_nothing(event: on.Event, state: State) -> None:
    session = session_in(state)
    before = session.situation
    heard_as = {type(event), type(session._refine(event))}
    if not any((state, kind) in TRANSITIONS for kind in heard_as):
        assert session.handle(event) == []
        assert session.situation == before
