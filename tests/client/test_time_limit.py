"""A session ends with its time, by the client's own clock, where the broker is away."""

import pytest

from broker.protocol.vocabulary import Capability, EndReason
from client import events as on
from client.support_session import State, SupportSession
from client.time_limit import SLACK_S
from tests.client.fake_broker import GOOD_CODE, joined
from tests.client.trusted import agree, allowed

NOW = 1000.0


def a_session(ends_in_s: int | None) -> SupportSession:
    session = SupportSession()
    session.handle(on.CodeEntered(GOOD_CODE))
    session.handle(on.Joined(joined().model_copy(update={"ends_in_s": ends_in_s})))
    return session


@pytest.mark.parametrize("consented", [True, False])
def test_the_session_is_over_when_its_time_is(consented: bool) -> None:
    session = a_session(600)
    if consented:
        agree(session)
        session.handle(allowed(session.situation, Capability.VIEW))
        assert session.consent.given
    ends = NOW + 600 + SLACK_S
    assert session.time_limit.next_moment(NOW) == ends
    assert session.time_limit.next_moment(NOW + 300) == ends, "nothing sets it back"
    session.handle(on.TimePassed(ends - 1))
    assert session.situation.state is not State.OVER
    session.handle(on.SignalingBroken())
    session.handle(on.TimePassed(ends))
    assert session.situation.state is State.OVER
    assert session.situation.end_reason is EndReason.SESSION_TIME_LIMIT
    assert session.time_limit.next_moment(ends) is None


def test_a_broker_that_sets_no_limit_ends_sessions_by_itself() -> None:
    session = a_session(None)
    assert session.time_limit.next_moment(NOW) is None
    session.handle(on.TimePassed(NOW + 1e9))
    assert session.situation.state is State.ASKING


def test_the_next_session_has_a_time_of_its_own() -> None:
    session = a_session(600)
    session.time_limit.next_moment(NOW)
    session.time_limit.begin(60)
    assert session.time_limit.next_moment(NOW) == NOW + 60 + SLACK_S
