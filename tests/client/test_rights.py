"""Rights in mid-session, as playbooks of the client's side."""

from dataclasses import replace

import pytest

from broker.protocol import signaling as wire
from broker.protocol.rights import (
    ASK_TIMEOUT_S,
    AskOutcome,
    RightsAnswer,
    RightsAsk,
    RightsChange,
    RightsChanged,
)
from broker.protocol.vocabulary import Capability, ConsentSource, SessionState
from client import effects as do
from client import events as on
from client.rights import MAX_REFUSALS, NOTICE_S
from client.support_session import State, SupportSession
from tests.client.fake_broker import GOOD_CODE, SESSION_ID, joined
from tests.client.trusted import agree, allowed

VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
BOTH = (VIEW, CONTROL)
ASK = RightsAsk(capability=CONTROL, reason="to fix the printer", minutes=30)
NOW = 1000.0
END = NOW + 30 * 60


def a_session(*granted: Capability) -> SupportSession:
    session = SupportSession()
    session.handle(on.CodeEntered(GOOD_CODE))
    message = joined().model_copy(update={"may_ask": BOTH})
    session.handle(on.Joined(message))
    agree(session)
    session.handle(allowed(session.situation, *granted))
    assert session.situation.state is State.READY
    return session


def answer(outcome: AskOutcome, capability: Capability = CONTROL) -> do.AnswerAsk:
    return do.AnswerAsk(RightsAnswer(capability=capability, outcome=outcome))


def told(
    change: RightsChange, capability: Capability, *granted: Capability, asked: bool = False
) -> do.Send:
    reason, minutes = (ASK.reason, ASK.minutes) if asked else (None, None)
    return do.Send(
        RightsChanged(
            change=change, capability=capability, granted=granted, reason=reason, minutes=minutes
        )
    )


def test_the_end_user_takes_a_right_and_gives_it_back() -> None:
    session = a_session(*BOTH)
    taken = [do.ApplyConsent(), told(RightsChange.TAKEN, CONTROL, VIEW)]
    assert session.handle(on.RightTaken(CONTROL)) == taken
    assert not session.consent.allows(CONTROL)
    assert session.handle(on.RightTaken(CONTROL)) == []
    given = [do.ApplyConsent(), told(RightsChange.GIVEN, CONTROL, *BOTH)]
    assert session.handle(on.RightGiven(CONTROL)) == given
    assert session.handle(on.RightGiven(CONTROL)) == []
    assert session.consent.allows(CONTROL)


def test_taking_the_picture_takes_control_with_it() -> None:
    session = a_session(*BOTH)
    assert session.handle(on.RightTaken(VIEW))[1] == told(RightsChange.TAKEN, VIEW)
    assert not session.consent.given
    assert session.consent.answered


def test_giving_control_gives_the_picture_too() -> None:
    session = a_session(VIEW)
    session.handle(on.RightTaken(VIEW))
    session.handle(on.RightGiven(CONTROL))
    assert session.consent.granted == set(BOTH)


def test_what_may_not_be_asked_for_is_neither_given_nor_asked() -> None:
    session = a_session(VIEW)
    assert session.handle(on.RightGiven(Capability.DIAGNOSTICS)) == []
    ask = ASK.model_copy(update={"capability": Capability.DIAGNOSTICS})
    refused = answer(AskOutcome.NOT_OFFERED, Capability.DIAGNOSTICS)
    assert session.handle(on.RightAsked(ask, NOW)) == [refused]
    assert session.situation.ask is None


def test_an_ask_that_is_allowed_is_a_lease_that_runs_out() -> None:
    session = a_session(VIEW)
    assert session.handle(on.RightAsked(ASK, NOW)) == []
    assert session.situation.ask is not None
    assert not session.consent.allows(CONTROL)
    assert session.handle(on.AskAnswered(True, NOW)) == [
        do.ApplyConsent(),
        answer(AskOutcome.GRANTED),
        told(RightsChange.GIVEN, CONTROL, *BOTH, asked=True),
    ]
    assert session.consent.ends_at(CONTROL) == END
    assert session.rights.next_moment(NOW) == END - NOTICE_S
    assert session.handle(on.TimePassed(END - NOTICE_S)) == []
    assert session.situation.ending == (CONTROL,)
    over = [do.ApplyConsent(), told(RightsChange.EXPIRED, CONTROL, VIEW)]
    assert session.handle(on.TimePassed(END)) == over
    assert session.consent.granted == {VIEW}
    assert session.situation.ending == ()
    assert session.rights.next_moment(END) is None


def test_a_lease_that_is_changed_is_not_about_to_end_any_more() -> None:
    for change in (on.RightTaken(CONTROL), on.RightGiven(CONTROL)):
        session = a_session(VIEW)
        session.handle(on.RightAsked(ASK, NOW))
        session.handle(on.AskAnswered(True, NOW))
        session.handle(on.TimePassed(END - NOTICE_S))
        session.handle(change)
        assert session.situation.ending == ()


def test_a_lease_of_a_minute_is_about_to_end_from_its_beginning() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK.model_copy(update={"minutes": 1}), NOW))
    session.handle(on.AskAnswered(True, NOW))
    assert session.situation.ending == (CONTROL,)


def test_an_answer_that_comes_too_late_is_none_to_the_next_question() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK, NOW))
    session.handle(on.TimePassed(NOW + ASK_TIMEOUT_S))
    session.handle(on.RightAsked(ASK, NOW + ASK_TIMEOUT_S))
    late = on.AskAnswered(True, NOW + ASK_TIMEOUT_S, deadline=NOW + ASK_TIMEOUT_S)
    assert session.handle(late) == []
    assert not session.consent.allows(CONTROL)
    assert session.situation.ask is not None


def test_a_lease_is_over_at_its_end_though_nobody_told_the_time() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK, NOW))
    session.handle(on.AskAnswered(True, NOW))
    assert session.consent.at(END - 0.1).allows(CONTROL)
    assert not session.consent.at(END).allows(CONTROL)


def test_a_lease_is_renewed_by_an_ask_and_never_shortened() -> None:
    session = a_session(VIEW)
    for minutes, asked_at in ((30, NOW), (1, NOW), (30, NOW + 600)):
        ask = ASK.model_copy(update={"minutes": minutes})
        session.handle(on.RightAsked(ask, asked_at))
        session.handle(on.AskAnswered(True, asked_at))
    assert session.consent.ends_at(CONTROL) == END + 600


def test_a_right_for_the_whole_session_does_not_become_a_lease() -> None:
    session = a_session(*BOTH)
    session.handle(on.RightAsked(ASK, NOW))
    session.handle(on.AskAnswered(True, NOW))
    assert session.consent.ends_at(CONTROL) is None


def test_an_ask_that_nobody_answers_is_refused() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK, NOW))
    due = session.rights.next_moment(NOW)
    assert due == NOW + ASK_TIMEOUT_S
    assert session.handle(on.TimePassed(due)) == [
        answer(AskOutcome.TIMED_OUT),
        told(RightsChange.REFUSED, CONTROL, VIEW, asked=True),
    ]
    assert session.situation.ask is None


def test_there_is_one_question_at_a_time() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK, NOW))
    assert session.handle(on.RightAsked(ASK, NOW)) == [answer(AskOutcome.BUSY)]


def test_whoever_keeps_asking_is_not_heard_any_more() -> None:
    session = a_session(VIEW)
    for _ in range(MAX_REFUSALS):
        session.handle(on.RightAsked(ASK, NOW))
        assert session.handle(on.AskAnswered(False, NOW))[0] == answer(AskOutcome.REFUSED)
    for _ in range(10_000):
        assert session.handle(on.RightAsked(ASK, NOW)) == [answer(AskOutcome.REFUSED)]
    assert session.situation.ask is None
    view = ASK.model_copy(update={"capability": VIEW})
    assert session.handle(on.RightAsked(view, NOW)) == []


def test_an_answer_to_no_question_does_nothing() -> None:
    session = a_session(VIEW)
    assert session.handle(on.AskAnswered(True, NOW)) == []
    assert session.consent.granted == {VIEW}


def test_the_end_of_the_session_closes_the_question_and_ends_every_lease() -> None:
    session = a_session(VIEW)
    session.handle(on.RightAsked(ASK, NOW))
    session.handle(on.StopChosen())
    assert session.situation.ask is None
    assert session.handle(on.AskAnswered(True, NOW)) == []
    assert session.rights.next_moment(NOW) is None


def test_that_input_waits_is_shown() -> None:
    session = a_session(*BOTH)
    assert session.handle(on.HeldBack(True)) == []
    assert session.situation.held_back


@pytest.mark.parametrize(
    ("state", "known", "said"),
    [
        (SessionState.CONSENTED, None, []),
        (SessionState.CONSENTED, (VIEW,), []),
        (SessionState.CONSENTED, BOTH, [told(RightsChange.TAKEN, CONTROL, VIEW)]),
        (SessionState.CONSENTED, (), [told(RightsChange.GIVEN, VIEW, VIEW)]),
        (
            SessionState.JOINED,
            (),
            [
                do.Send(wire.ConsentGiven(capabilities=BOTH, source=ConsentSource.WINDOW)),
                told(RightsChange.TAKEN, CONTROL, VIEW),
            ],
        ),
    ],
)
def test_a_broker_that_comes_back_is_told_of_the_rights_it_missed(
    state: SessionState, known: tuple[Capability, ...] | None, said: list[do.Effect]
) -> None:
    session = a_session(*BOTH)
    session.handle(on.RightTaken(CONTROL))
    session.handle(on.SignalingBroken())
    back = wire.SessionResumed(session_id=SESSION_ID, state=state, granted=known, ice_servers=())
    assert session.handle(on.Resumed(back)) == said


def test_a_new_session_begins_with_no_refusals() -> None:
    session = a_session(VIEW)
    for _ in range(MAX_REFUSALS):
        session.handle(on.RightAsked(ASK, NOW))
        session.handle(on.AskAnswered(False, NOW))
    session.handle(on.StopChosen())
    session.handle(on.RestartChosen())
    session.handle(on.CodeEntered(GOOD_CODE))
    session.handle(on.Joined(joined().model_copy(update={"may_ask": BOTH})))
    agree(session)
    session.handle(allowed(session.situation, VIEW))
    assert session.handle(on.RightAsked(ASK, NOW)) == []
    assert replace(session.situation, ask=None).may_ask == BOTH
