"""Rights in mid-session: what the end user gives and takes, and one question at a time. Pure.

The broker says what may be asked for, the end user what is granted; refusing costs nothing, so the
questions are counted: whoever keeps asking is not heard any more.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from broker.protocol.rights import (
    ASK_TIMEOUT_S,
    AskOutcome,
    RightsAnswer,
    RightsChange,
    RightsChanged,
)
from broker.protocol.vocabulary import Capability
from client import effects as do
from client import events as on
from client.consent import Consent, in_order

MAX_REFUSALS: Final = 3
"""After so many refusals of a right the end user is not asked for it again in this session."""

NOTICE_S: Final = 60.0
"""Both sides are told of the end of a lease this long before it."""


@dataclass(frozen=True)
class Ask:
    """The question that is open."""

    capability: Capability
    reason: str
    minutes: int
    deadline: float
    """Monotonic seconds: without an answer by then it is refused."""


class Facts(Protocol):
    """What is known of the session."""

    @property
    def consent(self) -> Consent:
        """The rights in force."""

    @property
    def ask(self) -> Ask | None:
        """The question that is open."""

    @property
    def ending(self) -> tuple[Capability, ...]:
        """What the end user knows to end soon."""


class Rights:
    """The rights of one session after another; `change` replaces fields of the situation."""

    def __init__(self, facts: Callable[[], Facts], change: Callable[..., None]) -> None:
        self._facts = facts
        self._change = change
        self._may_ask: frozenset[Capability] = frozenset()
        self._refusals: Counter[Capability] = Counter()
        self.minute_s = 60.0
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.RightGiven: self._given,
            on.RightTaken: self._taken,
            on.RightAsked: self._asked,
            on.AskAnswered: self._answered,
            on.TimePassed: self._time_passed,
            on.HeldBack: self._held_back,
        }

    def begin(self, may_ask: tuple[Capability, ...]) -> None:
        """Begin a session in which these may be asked for."""
        self._may_ask = frozenset(may_ask)
        self._refusals.clear()

    def next_moment(self, now: float) -> float | None:
        """When `on.TimePassed` is due; None when nothing waits for a time."""
        ask, leases = self._facts().ask, self._facts().consent.leases
        ends = [lease.ends_at for lease in leases]
        moments = [*ends, *(end - NOTICE_S for end in ends), *([ask.deadline] if ask else ())]
        return min((moment for moment in moments if moment > now), default=None)

    def missed(self, known: tuple[Capability, ...] | None) -> list[RightsChanged]:
        """Tell a broker that knows of other rights than are in force; None: it cannot say."""
        ours, theirs = self._facts().consent.granted, frozenset(known or ())
        different = in_order(ours ^ theirs)
        if known is None or not different:
            return []
        first = different[0]
        change = RightsChange.GIVEN if first in ours else RightsChange.TAKEN
        return [self._news(change, first)]

    # ---- the end user gives and takes

    def _given(self, event: on.RightGiven) -> list[do.Effect]:
        consent = self._facts().consent
        after = consent.with_given(event.capability)
        if event.capability not in self._may_ask or after == consent:
            return []
        self._put_in_force(after)
        return [do.ApplyConsent(), do.Send(self._news(RightsChange.GIVEN, event.capability))]

    def _taken(self, event: on.RightTaken) -> list[do.Effect]:
        consent = self._facts().consent
        if event.capability not in consent.granted:
            return []
        self._put_in_force(consent.without(event.capability))
        return [do.ApplyConsent(), do.Send(self._news(RightsChange.TAKEN, event.capability))]

    def _put_in_force(self, after: Consent) -> None:
        """Change the rights; a lease that is gone, or another now, is not about to end any more."""
        before, known = self._facts().consent, self._facts().ending
        still = tuple(c for c in known if after.ends_at(c) == before.ends_at(c))
        self._change(consent=after, ending=still)

    # ---- the technician asks

    def _asked(self, event: on.RightAsked) -> list[do.Effect]:
        message = event.message
        refusal = self._refusal(message.capability)
        if refusal is not None:
            return [_answer(message.capability, refusal)]
        deadline = event.now + ASK_TIMEOUT_S
        self._change(ask=Ask(message.capability, message.reason, message.minutes, deadline))
        return []

    def _refusal(self, capability: Capability) -> AskOutcome | None:
        """Say why the end user is not asked."""
        if capability not in self._may_ask:
            return AskOutcome.NOT_OFFERED
        if self._refusals[capability] >= MAX_REFUSALS:
            return AskOutcome.REFUSED
        return AskOutcome.BUSY if self._facts().ask else None

    def _answered(self, event: on.AskAnswered) -> list[do.Effect]:
        ask = self._facts().ask
        if ask is None or event.deadline not in (None, ask.deadline):
            return []
        return self._allow(ask, event.now) if event.allowed else self._refuse(ask)

    def _allow(self, ask: Ask, now: float) -> list[do.Effect]:
        ends_at = now + ask.minutes * self.minute_s
        after = self._facts().consent.with_given(ask.capability, ends_at)
        self._change(ask=None, consent=after, ending=_ending(after, now))
        told = self._news(RightsChange.GIVEN, ask.capability, ask)
        answer = _answer(ask.capability, AskOutcome.GRANTED)
        return [do.ApplyConsent(), answer, do.Send(told)]

    def _refuse(self, ask: Ask, outcome: AskOutcome = AskOutcome.REFUSED) -> list[do.Effect]:
        self._refusals[ask.capability] += 1
        self._change(ask=None)
        told = self._news(RightsChange.REFUSED, ask.capability, ask)
        return [_answer(ask.capability, outcome), do.Send(told)]

    # ---- time

    def _time_passed(self, event: on.TimePassed) -> list[do.Effect]:
        ask = self._facts().ask
        late = ask is not None and ask.deadline <= event.now
        unanswered = self._refuse(ask, AskOutcome.TIMED_OUT) if ask and late else []
        return [*unanswered, *self._expire(event.now)]

    def _expire(self, now: float) -> list[do.Effect]:
        before = self._facts().consent
        after = before.at(now)
        self._change(consent=after, ending=_ending(after, now))
        if after == before:
            return []
        over = in_order(before.granted - after.granted)
        told = [do.Send(self._news(RightsChange.EXPIRED, capability)) for capability in over]
        return [do.ApplyConsent(), *told]

    def _held_back(self, event: on.HeldBack) -> list[do.Effect]:
        self._change(held_back=event.held_back)
        return []

    def _news(
        self, change: RightsChange, capability: Capability, ask: Ask | None = None
    ) -> RightsChanged:
        granted = in_order(self._facts().consent.granted)
        reason, minutes = (ask.reason, ask.minutes) if ask else (None, None)
        return RightsChanged(
            change=change, capability=capability, granted=granted, reason=reason, minutes=minutes
        )


def _ending(consent: Consent, now: float) -> tuple[Capability, ...]:
    return in_order(c.capability for c in consent.leases if c.ends_at - NOTICE_S <= now)


def _answer(capability: Capability, outcome: AskOutcome) -> do.AnswerAsk:
    return do.AnswerAsk(RightsAnswer(capability=capability, outcome=outcome))
