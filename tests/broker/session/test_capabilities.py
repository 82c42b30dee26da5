"""Who may ask for, grant and do what."""

import pytest

from broker.errors import IllegalTransition, InvalidRequest, ProtocolViolation
from broker.protocol.vocabulary import Capability, SessionState
from broker.session.capabilities import (
    AVAILABLE_CAPABILITIES,
    check_available,
    check_change,
    check_grant,
    check_peers_may_signal,
    normalise,
)

VIEW, CONTROL, CLIPBOARD = Capability.VIEW, Capability.CONTROL, Capability.CLIPBOARD_SEND


def test_each_capability_is_kept_once_and_in_order() -> None:
    assert normalise([CLIPBOARD, VIEW, CLIPBOARD]) == (VIEW, CLIPBOARD)


def test_control_needs_the_picture() -> None:
    assert normalise([CONTROL]) == (VIEW, CONTROL)


@pytest.mark.parametrize("capability", Capability)
def test_only_what_is_built_can_be_asked_for(capability: Capability) -> None:
    if capability in AVAILABLE_CAPABILITIES:
        check_available([capability])
        return
    with pytest.raises(InvalidRequest, match=f"capabilities: {capability.value} not available yet"):
        check_available([VIEW, capability])


def test_a_grant_may_be_less_than_was_asked_for() -> None:
    assert check_grant((VIEW, CONTROL), [VIEW]) == (VIEW,)


def test_a_grant_may_not_be_more_than_was_asked_for() -> None:
    with pytest.raises(ProtocolViolation):
        check_grant((VIEW,), [CONTROL])


def test_in_mid_session_no_more_may_be_given_than_may_be_asked_for() -> None:
    assert check_change([CONTROL], (VIEW, CONTROL)) == (VIEW, CONTROL)
    with pytest.raises(ProtocolViolation):
        check_change([VIEW, CLIPBOARD], (VIEW, CONTROL))


@pytest.mark.parametrize("state", [SessionState.CONSENTED, SessionState.CONNECTED])
def test_peers_may_signal_after_consent(state: SessionState) -> None:
    check_peers_may_signal(state)


@pytest.mark.parametrize("state", [SessionState.WAITING, SessionState.JOINED, SessionState.ENDED])
def test_peers_may_not_signal_without_consent(state: SessionState) -> None:
    with pytest.raises(IllegalTransition):
        check_peers_may_signal(state)
