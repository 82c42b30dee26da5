"""Who may ask for, grant and do what."""

import pytest

from broker.errors import IllegalTransition, ProtocolViolation
from broker.protocol.vocabulary import Capability, SessionState
from broker.session.capabilities import check_grant, check_peers_may_signal, normalise

VIEW, CONTROL, CLIPBOARD = Capability.VIEW, Capability.CONTROL, Capability.CLIPBOARD


def test_each_capability_is_kept_once_and_in_order() -> None:
    assert normalise([CLIPBOARD, VIEW, CLIPBOARD]) == (VIEW, CLIPBOARD)


def test_control_needs_the_picture() -> None:
    assert normalise([CONTROL]) == (VIEW, CONTROL)


def test_a_grant_may_be_less_than_was_asked_for() -> None:
    assert check_grant((VIEW, CONTROL), [VIEW]) == (VIEW,)


def test_a_grant_may_not_be_more_than_was_asked_for() -> None:
    with pytest.raises(ProtocolViolation):
        check_grant((VIEW,), [CONTROL])


@pytest.mark.parametrize("state", [SessionState.CONSENTED, SessionState.CONNECTED])
def test_peers_may_signal_after_consent(state: SessionState) -> None:
    check_peers_may_signal(state)


@pytest.mark.parametrize("state", [SessionState.WAITING, SessionState.JOINED, SessionState.ENDED])
def test_peers_may_not_signal_without_consent(state: SessionState) -> None:
    with pytest.raises(IllegalTransition):
        check_peers_may_signal(state)
