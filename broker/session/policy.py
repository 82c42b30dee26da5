"""What groups allow, and what of it holds for a session. Pure.

Deny wins and the smallest number wins, whichever group says it; nothing that a group says widens
what the settings of the broker allow. A session keeps the policy it began with.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

from broker.errors import NotPermitted
from broker.protocol.files import FilePolicy
from broker.protocol.vocabulary import CONSENT_TIMEOUT_S, Capability
from broker.session.capabilities import AVAILABLE_CAPABILITIES, normalise
from broker.session.limits import CONSENT_SLACK_S, Limits


@dataclass(frozen=True, slots=True)
class Policy:
    """What a session may do at most; None says nothing of it."""

    capabilities: tuple[Capability, ...] | None = None
    consent_s: int | None = None
    """How long the end user may think before it counts as no."""
    session_s: int | None = None
    max_file_bytes: int | None = None
    max_files: int | None = None
    relay: bool = True
    """Whether files, or the whole session, may go through the broker."""
    transcript: bool = True
    """Whether the end user may be asked to keep the chat with the ticket."""

    @property
    def allowed(self) -> tuple[Capability, ...]:
        """What may be asked for: all that is built, but for what is not allowed."""
        every = AVAILABLE_CAPABILITIES
        return normalise(every if self.capabilities is None else every & set(self.capabilities))

    @property
    def consent_timeout_s(self) -> int:
        """After how long the support client takes silence for a no."""
        return _smaller(CONSENT_TIMEOUT_S, self.consent_s) or CONSENT_TIMEOUT_S

    def check(self, capabilities: Iterable[Capability]) -> None:
        """Refuse with NotPermitted to ask for what is not allowed."""
        denied = [one.value for one in normalise(capabilities) if one not in self.allowed]
        if denied:
            raise NotPermitted(f"Your groups do not allow: {', '.join(denied)}.")

    def limits(self, outer: Limits) -> Limits:
        """Give the broker's limits, shortened to what this allows."""
        consent_s = None if self.consent_s is None else self.consent_s + CONSENT_SLACK_S
        return replace(
            outer,
            consent_s=min(outer.consent_s, consent_s or outer.consent_s),
            session_s=min(outer.session_s, self.session_s or outer.session_s),
        )

    def files(self, outer: FilePolicy) -> FilePolicy:
        """Give what the broker lets files do, narrowed to what this allows."""
        return FilePolicy(
            max_file_bytes=_smaller(outer.max_file_bytes, self.max_file_bytes),
            max_files=min(outer.max_files, self.max_files or outer.max_files),
            relay=outer.relay and self.relay,
        )


NO_POLICY: Final = Policy()
"""Of somebody who is in no group: only the settings of the broker bind."""


def strictest(policies: Iterable[Policy]) -> Policy:
    """Give the policy that allows only what all of these allow."""
    return reduce(_both, policies, NO_POLICY)


def _both(one: Policy, other: Policy) -> Policy:
    return Policy(
        _in_both(one.capabilities, other.capabilities),
        _smaller(one.consent_s, other.consent_s),
        _smaller(one.session_s, other.session_s),
        _smaller(one.max_file_bytes, other.max_file_bytes),
        _smaller(one.max_files, other.max_files),
        one.relay and other.relay,
        one.transcript and other.transcript,
    )


def _in_both(
    one: tuple[Capability, ...] | None, other: tuple[Capability, ...] | None
) -> tuple[Capability, ...] | None:
    if one is None or other is None:
        return other if one is None else one
    return tuple(capability for capability in normalise(one) if capability in normalise(other))


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((number for number in (one, other) if number is not None), default=None)
