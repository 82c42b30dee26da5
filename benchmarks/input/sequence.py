"""What arrived: numbers out of a cycle, what is lost, what came out of order, how late. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.screen.figures import percentile

Arrival = tuple[int, float]
"""A number, and when it arrived, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the events of one run."""

    sent: int
    lost: int
    reordered: int
    delays_ms: Sequence[float]
    """Of each that arrived, from the page's event to the X server's, in the order of arrival."""

    def values(self) -> dict[str, float | None]:
        """Give every metric by its name; no delay is known when nothing arrived."""
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        delays = {
            f"delay_ms_{name}": percentile(self.delays_ms, share) if self.delays_ms else None
            for name, share in shares.items()
        }
        return {
            "sent": float(self.sent),
            "lost": float(self.lost),
            "reordered": float(self.reordered),
            **delays,
        }


def unwrap(places: Sequence[int], cycle: int) -> list[int]:
    """Give the running numbers of events that only tell their place in a cycle.

    Each is the one nearest to what is expected next: right as long as less than half a cycle is
    lost or out of order at once.
    """
    numbers: list[int] = []
    expected = 0
    for place in places:
        ahead = (place - expected + cycle // 2) % cycle - cycle // 2
        numbers.append(expected + ahead)
        expected = max(expected, numbers[-1] + 1)
    return numbers


def tally(sent: Mapping[int, float], arrivals: Sequence[Arrival]) -> Tally:
    """Compare what left (number → when the page's event was) with what arrived."""
    known = [(number, at) for number, at in arrivals if number in sent]
    newest, reordered = -1, 0
    for number, _ in known:
        reordered += number < newest
        newest = max(newest, number)
    lost = len(sent) - len({number for number, _ in known})
    return Tally(len(sent), lost, reordered, [(at - sent[number]) * 1000 for number, at in known])
