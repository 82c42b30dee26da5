"""Which ways out of a network work, and which one two sides will take. Pure.

The console's `src/trials.js` says the same; tests/vectors/trials.json holds for both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broker.protocol.connection import ConnectionTried, Way, WayOutcome, WayTried

_WAYS: Final = tuple(Way)
_OUTCOMES: Final = tuple(WayOutcome)
"""Both best first: a server that refuses was reached, at least."""
_TURN: Final = frozenset({Way.TURN_UDP, Way.TURN_TCP, Way.TURN_TLS})


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one server. `code` is that of a refusal (RFC 8656, section 19)."""

    way: Way
    url: str
    outcome: WayOutcome
    milliseconds: int | None = None
    code: int | None = None


class Finding(StrEnum):
    """What one side's network is like, for words that a person can act on."""

    UNTRIED = "untried"
    """The broker can be reached, and names no server that could be asked for more."""
    DIRECT = "direct"
    """The straight way is open, as far as one side alone can tell."""
    RELAYED = "relayed"
    """Only a TURN server can be reached."""
    REFUSED = "refused"
    """A TURN server was reached and refused, and there is no other way."""
    UNTRUSTED = "untrusted"
    """The same, with a certificate that nobody vouches for."""
    NO_RELAY = "no_relay"
    """The straight way is closed, and there is no TURN server to ask."""
    ONLY_WEB = "only_web"
    """Nothing gets through but the websocket to the broker."""
    NOTHING = "nothing"
    """Not even that."""


NO_WAY: Final = frozenset({Finding.REFUSED, Finding.UNTRUSTED, Finding.NO_RELAY, Finding.ONLY_WEB})
"""No peer connection can be expected."""


def summary(trials: Sequence[Trial]) -> ConnectionTried:
    """Tell each way once, by its best server. `trials` is not empty."""
    best: dict[Way, Trial] = {}
    for trial in sorted(trials, key=lambda one: _OUTCOMES.index(one.outcome), reverse=True):
        best[trial.way] = trial
    ways = (best[way] for way in Way if way in best)
    return ConnectionTried(
        ways=tuple(
            WayTried(way=one.way, outcome=one.outcome, milliseconds=one.milliseconds)
            for one in ways
        )
    )


def finding(tried: ConnectionTried) -> Finding:
    """Say what the network is like of the side that tried this."""
    outcomes = _outcomes(tried)
    if outcomes.get(Way.BROKER, WayOutcome.WORKS) is not WayOutcome.WORKS:
        return Finding.NOTHING
    if not outcomes.keys() - {Way.BROKER}:
        return Finding.UNTRIED
    match _best_way(tried):
        case Way.DIRECT:
            return Finding.DIRECT
        case Way.BROKER:
            return _why_no_way({outcomes[way] for way in _TURN & outcomes.keys()})
        case _:
            return Finding.RELAYED


def road(ours: ConnectionTried | None, theirs: ConnectionTried | None) -> Way:
    """Say which way the two sides will most likely take: the worse of what each of them has.

    BROKER: no peer connection can be expected, and nothing is gained by waiting for one to fail.
    It may come about all the same where both are on one network, so do not give it up.
    """
    best = [Way.DIRECT if tried is None else _best_way(tried) for tried in (ours, theirs)]
    return max(best, key=_WAYS.index)


def _best_way(tried: ConnectionTried) -> Way:
    """Give the best way that works. With nothing asked but the broker, nothing speaks against any.

    `finding` has looked whether the broker itself can be reached.
    """
    outcomes = _outcomes(tried)
    if not outcomes.keys() - {Way.BROKER}:
        return Way.DIRECT
    working = (way for way in Way if outcomes.get(way) is WayOutcome.WORKS)
    return next(working, Way.BROKER)


def _why_no_way(turn: set[WayOutcome]) -> Finding:
    if WayOutcome.REFUSED in turn:
        return Finding.REFUSED
    if WayOutcome.UNTRUSTED in turn:
        return Finding.UNTRUSTED
    return Finding.ONLY_WEB if turn else Finding.NO_RELAY


def _outcomes(tried: ConnectionTried) -> Mapping[Way, WayOutcome]:
    return {one.way: one.outcome for one in tried.ways}
