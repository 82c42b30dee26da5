"""A line with one queue, in simulated time: for tests of what is learnt from it."""

import heapq
from collections.abc import Callable

from client.path.path import Path

REPORT_S = 1.0
"""How often a small packet makes the round trip, as RTCP does."""
SHOWING_S = 0.015
"""What the viewer takes from having received a frame to telling of it."""


class Simulated:
    """Sends frames over a path to a line whose rate can change, and brings the news back."""

    def __init__(self, rate: float, delay_s: float = 0.01) -> None:
        self.rate = rate
        """Bytes per second."""
        self.delay_s = delay_s
        self.hears = True
        self.path = Path()
        self.now = 100.0
        self.seen: list[tuple[float, float]] = []
        """When a frame was there, and how old (s) it was."""
        self._line_free_at = 0.0
        self._timestamp = 0
        self._report_at = self.now
        self._news: list[tuple[float, int, float]] = []

    def send(self, size: int) -> None:
        """Let a frame leave now."""
        self._timestamp += 1
        self.path.video_sent(self._timestamp, size, self.now)
        self._line_free_at = max(self._line_free_at, self.now) + size / self.rate
        came_at = self._line_free_at + self.delay_s
        self.seen.append((came_at, came_at - self.now))
        heapq.heappush(self._news, (came_at + SHOWING_S + self.delay_s, self._timestamp, came_at))

    def run(
        self, seconds: float, wanted: Callable[[float], int], step_s: float = 1 / 30
    ) -> list[int]:
        """Send a frame each step that the path allows one; `wanted` gives its size for a rate."""
        sizes, end = [], self.now + seconds
        while self.now < end:
            self.pass_time(step_s)
            size = wanted(self.path.video_rate(self.now))
            if self.path.video_wait(size, self.now) == 0.0:
                self.send(size)
                sizes.append(size)
        return sizes

    def pass_time(self, seconds: float) -> None:
        """Bring the news that are due."""
        self.now += seconds
        if self.now >= self._report_at:
            self._report_at = self.now + REPORT_S
            came_at = max(self._line_free_at, self.now) + self.delay_s
            heapq.heappush(self._news, (came_at + self.delay_s, 0, self.now))
        while self._news and self._news[0][0] <= self.now:
            told_at, timestamp, sent_at = heapq.heappop(self._news)
            if not self.hears:
                continue
            if timestamp == 0:
                self.path.round_trip(sent_at, 0.0, told_at)
            else:
                self.path.video_shown(timestamp, SHOWING_S, told_at)
