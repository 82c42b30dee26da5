"""How fast a path carries bytes, learnt from when what was sent came in. Pure.

The path is taken for one queue in front of one line: what was sent came in once the line had been
free for it, after a delay that is the same for all. So the time that the line was busy with it is
the time from when it could begin to when it was there, and bytes by busy time are the line's rate.
Nothing is learnt from a line that was idle, so a quiet screen does not make the estimate smaller.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

START: Final = 250_000.0
"""Bytes per second before anything came in: 2 Mbit/s."""
LEAST: Final = 10_000.0
MOST: Final = 12_500_000.0
"""Limits of the estimate, in bytes per second."""

JITTER_S: Final = 0.004
"""What a busy line and a slow page make alike: this much later than ever is not late."""
SHORTEST_BUSY_S: Final = 0.02
"""Less busy time than this only says that the line is at least so fast."""
SHORTEST_TILE_S: Final = 0.01
"""What the page may take to draw a tile and tell of it; no line is taken to be faster."""
COLLAPSE_S: Final = 0.15
"""A line that was busy with something for so much longer than it should has become another."""
REPORT_S: Final = 0.5
"""Losses are looked at over no less than this."""
LOSSY: Final = 0.05
"""Beyond this share of packets lost, most frames wait for one that is sent again."""
REPAIR_S: Final = 0.1
"""A browser asks again for a packet after this long, and notes a lost one by the next frame."""
BAD_LOSS: Final = 0.15
"""Beyond this share of packets lost, the loss is taken for a line that is too full."""
QUICK_S: Final = 0.03
"""A tile that comes so little later than one ever did has not waited."""
MEMORY_S: Final = 1.0
MOST_SAMPLES: Final = 12
"""What the estimate is made from: the newest arrivals, not older than MEMORY_S."""
DELAY_MEMORY_S: Final = 10.0
"""A delay as short as one seen this long ago, or at most twice as long, may be had again."""

_RISE: Final = 2.0
"""The estimate grows by this factor at most with each arrival."""
_USED: Final = 0.4
"""Beyond this share of the estimate under way, the path counts as used."""
_SILENCE: Final = 0.5
_OVERUSE: Final = 0.85


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that was sent and came in."""

    size: int
    """Bytes."""
    sent_at: float
    came_at: float
    """When the sender would have heard of it, had the receiver told at once."""


@dataclass(frozen=True, slots=True)
class _Sample:
    came_at: float
    size: int
    busy_s: float


class Delay:
    """The shortest time from sending to hearing of it, of the last 10 to 20 seconds."""

    def __init__(self) -> None:
        self._before = self._now = float("inf")
        self._turns_at = float("-inf")

    def seen(self, delay_s: float, now: float) -> None:
        """Take a delay into account."""
        if now >= self._turns_at:
            self._before, self._now = self._now, float("inf")
            self._turns_at = now + DELAY_MEMORY_S
        self._now = min(self._now, delay_s)

    @property
    def shortest(self) -> float:
        """Seconds; infinite before anything was seen."""
        return min(self._before, self._now)


class Estimate:
    """The rate of one path."""

    def __init__(self) -> None:
        self.rate = START
        """Bytes per second."""
        self.delay = Delay()
        self._free_at = float("-inf")
        self._samples: deque[_Sample] = deque(maxlen=MOST_SAMPLES)
        self._report: float | None = None
        self._counted = (0, 0, float("-inf"))
        self._repair_s = 0.0
        """What a frame may take longer because packets of it were sent again."""

    @property
    def free_since(self) -> float:
        """When the line was done with the last frame that came in, by the sender's clock."""
        return max(0.0, self._free_at - self.delay.shortest) if self._samples else 0.0

    def begins(self, sent_at: float) -> float:
        """Say from when on the line could be busy with what was sent then."""
        idle = sent_at + self.delay.shortest + JITTER_S
        return max(self._free_at, idle)

    def came(self, arrivals: Sequence[Arrival]) -> None:
        """These came in, one after the other, and it was heard of when the last had.

        Those before the last may have been there for long: the news of them may have been lost.
        """
        last = arrivals[-1]
        self.delay.seen(last.came_at - last.sent_at, last.came_at)
        samples = [self._sample(arrivals[at:]) for at in (0, len(arrivals) - 1)]
        self._free_at = max(self._free_at, last.came_at)
        sample = max(samples, key=lambda sample: sample.size / (sample.busy_s + 1e-3))
        if sample.busy_s > COLLAPSE_S + sample.size / self.rate:
            self._samples.clear()  # the line is not the one that they were about
        self._samples.append(sample)
        while self._samples[0].came_at < last.came_at - MEMORY_S:
            self._samples.popleft()
        self._learn()

    def _sample(self, arrivals: Sequence[Arrival]) -> _Sample:
        came_at = arrivals[-1].came_at
        busy = max(0.0, came_at - self.begins(arrivals[0].sent_at) - self._repair_s)
        return _Sample(came_at, sum(arrival.size for arrival in arrivals), busy)

    def _learn(self) -> None:
        size = sum(sample.size for sample in self._samples)
        busy = sum(sample.busy_s for sample in self._samples)
        seen = size / max(busy, SHORTEST_BUSY_S)
        if busy < SHORTEST_BUSY_S:
            seen = max(seen, self.rate)
        self._set(min(seen, self.rate * _RISE))

    def tile_came(self, arrival: Arrival, under_way: int) -> None:
        """A tile came in, when this many bytes of tiles were under way at its sending.

        Tiles travel by SCTP, which holds them back for reasons of its own (a window that grows
        slowly, a second of silence after a loss): that they come quickly says that the path is
        fast, that they come late says little. While they come quickly though the path is used, each
        lets twice its bytes follow.
        """
        self.delay.seen(arrival.came_at - arrival.sent_at, arrival.came_at)
        took = max(SHORTEST_TILE_S, arrival.came_at - arrival.sent_at)
        seen = under_way / took
        if took < self.delay.shortest + QUICK_S and seen > _USED * self.rate:
            seen = max(seen, self.rate + arrival.size / took)
        if seen > self.rate:
            self._set(min(seen, self.rate * _RISE))

    def fell_silent(self) -> None:
        """Something did not come in at all."""
        self._set(self.rate * _SILENCE)

    def receiver_estimates(self, rate: float) -> None:
        """Take the receiver's own estimate (REMB), in bytes per second.

        It cannot know how much more than it was sent the path would carry: only when it falls does
        it say something, that packets came in ever later.
        """
        before, self._report = self._report, rate
        if before is not None and rate < 0.95 * before and rate < self.rate:
            self._set(max(rate, self.rate * _OVERUSE))

    def receiver_counted(self, lost: int, highest: int, now: float) -> None:
        """Take the packets lost so far and the highest sequence number (RTCP receiver report).

        Browsers report with every request for a packet, so a report alone says little.
        """
        before, at, since = self._counted
        if now - since < REPORT_S:
            return
        self._counted = lost, highest, now
        fraction = (lost - before) / max(1, highest - at)
        self._repair_s = self.delay.shortest + REPAIR_S if fraction > LOSSY else 0.0
        if since > float("-inf") and fraction > BAD_LOSS:
            self._set(self.rate * (1 - min(1.0, fraction) / 2))

    def _set(self, rate: float) -> None:
        self.rate = max(LEAST, min(rate, MOST))
