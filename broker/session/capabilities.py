"""Who may ask for, grant and do what, and when. Pure."""

from collections.abc import Iterable
from typing import Final

from broker.errors import IllegalTransition, InvalidRequest, ProtocolViolation
from broker.protocol.vocabulary import Capability, SessionState

AVAILABLE_CAPABILITIES: Final = frozenset(
    {
        Capability.VIEW,
        Capability.CONTROL,
        Capability.CLIPBOARD_SEND,
        Capability.CLIPBOARD_RECEIVE,
        Capability.FILES_SEND,
        Capability.FILES_RECEIVE,
    }
)
"""What is built. The vocabulary has more words, so that nothing changes its name later."""

_ORDER = tuple(Capability)


def normalise(capabilities: Iterable[Capability]) -> tuple[Capability, ...]:
    """Give each capability once, `view` first, and `view` whenever `control` is there."""
    wanted = set(capabilities)
    if Capability.CONTROL in wanted:
        wanted.add(Capability.VIEW)
    return tuple(capability for capability in _ORDER if capability in wanted)


def check_available(capabilities: Iterable[Capability]) -> None:
    """Refuse with InvalidRequest to ask for what is not built."""
    missing = [each.value for each in normalise(capabilities) if each not in AVAILABLE_CAPABILITIES]
    if missing:
        raise InvalidRequest(f"capabilities: {', '.join(missing)} not available yet")


def check_grant(
    requested: tuple[Capability, ...], granted: Iterable[Capability]
) -> tuple[Capability, ...]:
    """Give the normalised grant; ProtocolViolation when it exceeds what was asked for."""
    normal = normalise(granted)
    if not set(normal) <= set(requested):
        raise ProtocolViolation("More was granted than was asked for.")
    return normal


def check_change(
    granted: Iterable[Capability], allowed: tuple[Capability, ...]
) -> tuple[Capability, ...]:
    """Give the normalised rights after a change; ProtocolViolation beyond what may be asked for."""
    normal = normalise(granted)
    if not set(normal) <= set(allowed):
        raise ProtocolViolation("More was granted than may be asked for.")
    return normal


def check_somebody_joined(state: SessionState) -> None:
    """Refuse what needs a support client while the session waits for one, or is over."""
    if state in (SessionState.WAITING, SessionState.ENDED):
        raise IllegalTransition("No end user has joined this session.")


def check_peers_may_signal(state: SessionState) -> None:
    """Refuse to relay descriptions and candidates before consent."""
    if state not in (SessionState.CONSENTED, SessionState.CONNECTED):
        raise IllegalTransition("The end user has not given consent.")
