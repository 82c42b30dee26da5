"""How long rights hold until the end user is asked again, and what follows without an answer. Pure.

The clock is this program's own, and nothing that a broker or a console says stops it or sets it
back: only the end user's yes does, and their own Pause, while which nothing is in use.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, Protocol

from broker.protocol.rights import (
    LAPSED_S,
    RENEWAL_MIN,
    RenewalOutcome,
    RightsRenewed,
)
from broker.protocol.signaling import SessionPause
from client import effects as do
from client import events as on
from client.consent import Consent, Term, TermStage

_OPEN: Final = (TermStage.ASKED, TermStage.LAPSED)


class Facts(Protocol):
    """What is known of the session."""

    @property
    def consent(self) -> Consent:
        """The rights in force."""


class Renewal:
    """The terms of one session after another; `change` replaces fields of the situation."""

    def __init__(self, facts: Callable[[], Facts], change: Callable[..., None]) -> None:
        self._facts = facts
        self._change = change
        self._since: float | None = None
        self._minutes = RENEWAL_MIN
        self.minute_s = 60.0
        self.handlers: dict[type[Any], Callable[[Any], list[do.Effect]]] = {
            on.RenewalAnswered: self._answered,
        }

    def begin(self, minutes: int) -> None:
        """Begin a session in which the end user is asked again after so many minutes."""
        self._since = None
        self._minutes = minutes

    def next_moment(self, now: float) -> float | None:
        """When `on.TimePassed` is due; None while no rights are in use."""
        consent = self._facts().consent
        if consent.term is not None:
            return max(consent.term.until, now)
        return now if consent.given and not consent.paused else None

    def refine(self, event: on.Event) -> on.Event:
        """Name the case at hand: rights that lapsed long enough ago end the session."""
        term = self._facts().consent.term
        lapsed = term is not None and term.stage is TermStage.LAPSED
        if isinstance(event, on.TimePassed) and term and lapsed and term.until <= event.now:
            return on.RightsLapsed()
        return event

    def time_passed(self, now: float) -> list[do.Effect]:
        """Begin a term, ask, or pause what was not confirmed."""
        consent = self._facts().consent
        term = consent.term
        if term is None:
            if consent.given and not consent.paused:
                self._run(consent, now)
            return []
        if term.pauses_at <= now and term.stage is not TermStage.LAPSED:
            return self._lapse(consent, term, now)
        if term.stage is TermStage.RUNNING and term.until <= now:
            asked = replace(term, stage=TermStage.ASKED, until=term.pauses_at)
            self._change(consent=replace(consent, term=asked))
            return [do.ApplyConsent()]
        return []

    def _run(self, consent: Consent, now: float) -> None:
        self._since = now if self._since is None else self._since
        until = now + self._minutes * self.minute_s
        self._change(consent=replace(consent, term=Term(TermStage.RUNNING, until, self._since)))

    def _lapse(self, consent: Consent, term: Term, now: float) -> list[do.Effect]:
        lapsed = replace(term, stage=TermStage.LAPSED, until=now + LAPSED_S)
        self._change(consent=replace(consent, paused=True, term=lapsed))
        return [
            do.ApplyConsent(),
            do.Send(RightsRenewed(outcome=RenewalOutcome.LAPSED)),
            do.Send(SessionPause(paused=True)),
        ]

    def _answered(self, event: on.RenewalAnswered) -> list[do.Effect]:
        consent = self._facts().consent
        if consent.term is None or consent.term.stage not in _OPEN:
            return []
        was_paused = consent.paused
        after = consent.with_paused(not event.allowed)
        self._change(consent=after)
        said: list[do.Effect] = [do.ApplyConsent()]
        if event.allowed:
            self._run(after, event.now)
            said.append(do.Send(RightsRenewed(outcome=RenewalOutcome.CONFIRMED)))
        if after.paused != was_paused:
            said.append(do.Send(SessionPause(paused=after.paused)))
        return said
