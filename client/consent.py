"""What the end user granted, for how long, and whether it may be used right now. Pure.

Everything that shows or does something asks `Consent` first, message by message. Consent is a
value: granting, pausing and withdrawing each give a new one, so nobody can widen it in place.
Times are monotonic seconds, and come in as arguments.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from broker.protocol.rights import RENEWAL_ANSWER_S
from broker.protocol.vocabulary import Capability, ConsentSource

Refusal = Literal["not_granted", "paused"]

NEEDS: Final[dict[Capability, Capability]] = {Capability.CONTROL: Capability.VIEW}
"""A capability on the left makes no sense, and is not granted, without the one on the right."""


@dataclass(frozen=True)
class Lease:
    """A right that ends by itself."""

    capability: Capability
    ends_at: float


class TermStage(StrEnum):
    """Where rights are between one yes of the end user and the next."""

    RUNNING = "running"
    ASKED = "asked"
    """The end user is asked whether they go on."""
    LAPSED = "lapsed"
    """There was no answer: everything is paused."""


@dataclass(frozen=True)
class Term:
    """How long rights hold without another yes; monotonic seconds."""

    stage: TermStage
    until: float
    """When the stage is over."""
    since: float
    """When rights were first in force in this session."""

    @property
    def pauses_at(self) -> float:
        """When everything is paused without a yes, even if nobody has asked."""
        return self.until + (RENEWAL_ANSWER_S if self.stage is TermStage.RUNNING else 0)


@dataclass(frozen=True)
class Consent:
    """The rights in force: what was granted, how, until when, and whether they are paused."""

    granted: frozenset[Capability] = frozenset()
    source: ConsentSource | None = None
    paused: bool = False
    leases: tuple[Lease, ...] = ()
    term: Term | None = None
    """None: nothing is in use, or it has only just begun."""

    @property
    def given(self) -> bool:
        """Whether the end user grants anything at all."""
        return bool(self.granted)

    @property
    def answered(self) -> bool:
        """Whether there was consent and the session is not over; every right may be taken since."""
        return self.source is not None

    def refusal(self, capability: Capability) -> Refusal | None:
        """Say why `capability` may not be used now; None means that it may."""
        if capability not in self.granted:
            return "not_granted"
        return "paused" if self.paused else None

    def allows(self, capability: Capability) -> bool:
        """Whether `capability` may be used now."""
        return self.refusal(capability) is None

    def with_paused(self, paused: bool) -> "Consent":
        """Give the same rights, paused or in use: the end user's own choice begins a new term."""
        return replace(self, paused=paused, term=None)

    def with_given(self, capability: Capability, ends_at: float | None = None) -> "Consent":
        """Give this right too, and what it needs; `ends_at` None: until it is taken back.

        A lease never shortens a right that is there for longer already.
        """
        wanted = with_needs(capability)
        kept = tuple(lease for lease in self.leases if lease.capability not in wanted)
        ends = {c: self._later_end(c, ends_at) for c in in_order(wanted)}
        leases = tuple(Lease(c, end) for c, end in ends.items() if end is not None)
        return replace(self, granted=self.granted | wanted, leases=kept + leases)

    def without(self, *capabilities: Capability) -> "Consent":
        """Take these rights back, and whatever cannot be without them."""
        left = without_orphans(self.granted.difference(capabilities))
        leases = tuple(lease for lease in self.leases if lease.capability in left)
        return replace(self, granted=left, leases=leases, term=self.term if left else None)

    def within(self, capabilities: Iterable[Capability]) -> "Consent":
        """Give what is left of it for somebody who may have these rights at most."""
        return self.without(*self.granted.difference(capabilities))

    def at(self, now: float) -> "Consent":
        """Give the rights that are left at this time."""
        over = [lease.capability for lease in self.leases if lease.ends_at <= now]
        left = self.without(*over) if over else self
        unconfirmed = left.term is not None and left.term.pauses_at <= now
        return replace(left, paused=True) if unconfirmed else left

    def ends_at(self, capability: Capability) -> float | None:
        """When this right ends by itself; None: not before it is taken back."""
        return next((one.ends_at for one in self.leases if one.capability is capability), None)

    def _later_end(self, capability: Capability, ends_at: float | None) -> float | None:
        known = self.ends_at(capability)
        if ends_at is None or (capability in self.granted and known is None):
            return None
        return max(ends_at, known or ends_at)


NO_CONSENT: Final = Consent()
"""Before the answer and after the end: nothing is allowed."""


def with_needs(capability: Capability) -> frozenset[Capability]:
    """Give a capability with what it makes no sense without."""
    needed = NEEDS.get(capability)
    return frozenset({capability}) | (with_needs(needed) if needed else frozenset())


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
