"""When time runs out for a session, and why."""

import pytest

from broker.protocol.vocabulary import EndReason, SessionState
from broker.session import events as ev
from broker.session.deadlines import next_deadline
from broker.session.limits import Limits
from tests.broker.session.playbook import after, given
from tests.builders import END_USER, TECHNICIAN

LIMITS = Limits(
    code_life_s=600,
    consent_s=75,
    client_return_before_consent_s=30,
    client_return_s=120,
    technician_return_s=1800,
    session_s=28800,
)
AWAY = ev.ClientDetached(END_USER)
UNWATCHED = ev.ConsoleDetached(TECHNICIAN)
JOINED_AT, CONSENTED_AT, CONNECTED_AT = 1, 2, 3


def test_a_code_that_nobody_uses_expires() -> None:
    play = given(SessionState.WAITING)
    assert next_deadline(play.session, LIMITS) == (after(600), EndReason.CODE_EXPIRED)


def test_a_session_without_a_code_still_has_an_end() -> None:
    play = given(SessionState.WAITING, code_expires_at=None)
    assert next_deadline(play.session, LIMITS) == (after(28800), EndReason.SESSION_TIME_LIMIT)


def test_consent_is_awaited_for_so_long() -> None:
    play = given(SessionState.JOINED)
    expected = (after(JOINED_AT + 75), EndReason.CONSENT_TIMEOUT)
    assert next_deadline(play.session, LIMITS) == expected


def test_a_client_that_vanishes_before_consent_is_awaited_only_shortly() -> None:
    play = given(SessionState.JOINED).when(AWAY)
    assert next_deadline(play.session, LIMITS) == (after(2 + 30), EndReason.END_USER_LOST)


@pytest.mark.parametrize(
    ("state", "left_at"),
    [(SessionState.CONSENTED, CONSENTED_AT + 1), (SessionState.CONNECTED, CONNECTED_AT + 1)],
)
def test_a_side_that_vanishes_after_consent_may_come_back(
    state: SessionState, left_at: int
) -> None:
    client = given(state).when(AWAY).session
    assert next_deadline(client, LIMITS) == (after(left_at + 120), EndReason.END_USER_LOST)
    console = given(state).when(UNWATCHED).session
    assert next_deadline(console, LIMITS) == (after(left_at + 1800), EndReason.TECHNICIAN_LOST)


def test_no_session_lasts_for_ever() -> None:
    play = given(SessionState.CONNECTED)
    assert next_deadline(play.session, LIMITS) == (after(28800), EndReason.SESSION_TIME_LIMIT)


def test_a_session_that_is_over_has_no_deadline() -> None:
    assert next_deadline(given(SessionState.ENDED).session, LIMITS) is None
