"""What the end user granted, and whether it may be used right now. Pure.

Everything that shows or does something asks `Consent` first, message by message. Consent is a
value: granting, pausing and withdrawing each give a new one, so nobody can widen it in place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from broker.protocol.vocabulary import Capability, ConsentSource

Refusal = Literal["not_granted", "paused"]

NEEDS: Final[dict[Capability, Capability]] = {Capability.CONTROL: Capability.VIEW}
"""A capability on the left makes no sense, and is not granted, without the one on the right."""


@dataclass(frozen=True)
class Consent:
    """The rights in force: what was granted, how, and whether they are paused."""

    granted: frozenset[Capability] = frozenset()
    source: ConsentSource | None = None
    paused: bool = False

    @property
    def given(self) -> bool:
        """Whether the end user granted anything at all."""
        return bool(self.granted)

    def refusal(self, capability: Capability) -> Refusal | None:
        """Say why `capability` may not be used now; None means that it may."""
        if capability not in self.granted:
            return "not_granted"
        return "paused" if self.paused else None

    def allows(self, capability: Capability) -> bool:
        """Whether `capability` may be used now."""
        return self.refusal(capability) is None

    def with_paused(self, paused: bool) -> "Consent":
        """Give the same rights, paused or in use."""
        return replace(self, paused=paused)


NO_CONSENT: Final = Consent()
"""Before the answer and after the end: nothing is allowed."""


def without_orphans(capabilities: Iterable[Capability]) -> frozenset[Capability]:
    """Drop every capability whose prerequisite is missing: no control without view."""
    chosen = frozenset(capabilities)
    return frozenset(c for c in chosen if NEEDS.get(c, c) in chosen)


def grant(
    requested: Iterable[Capability], chosen: Iterable[Capability], source: ConsentSource
) -> Consent:
    """Grant what was both asked for and chosen, less whatever lacks its prerequisite."""
    return Consent(without_orphans(frozenset(requested) & frozenset(chosen)), source)


def in_order(capabilities: Iterable[Capability]) -> tuple[Capability, ...]:
    """List capabilities in the vocabulary's order: view before control."""
    chosen = frozenset(capabilities)
    return tuple(capability for capability in Capability if capability in chosen)
