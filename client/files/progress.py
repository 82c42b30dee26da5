"""How far something is, how fast it goes and how long it still takes. Pure."""

from collections import deque
from typing import Final

SPAN_S: Final = 3.0
"""The speed is that of so many last seconds."""
_STEP_S: Final = 0.25


class Progress:
    """Bytes that are there, out of `size`; times are monotonic seconds."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.done = 0
        self._seen: deque[tuple[float, int]] = deque()

    def moved(self, amount: int, now: float) -> None:
        """So many more bytes are there."""
        self.done += amount
        if not self._seen or now - self._seen[-1][0] >= _STEP_S:
            self._seen.append((now, self.done))
        while self._seen and now - self._seen[0][0] > SPAN_S:
            self._seen.popleft()

    def reached(self, done: int, now: float) -> None:
        """So many bytes are there in all; fewer than before when something is to come again."""
        self.moved(done - self.done, now)

    def rests(self) -> None:
        """Nothing is on its way: the time that passes now counts for nothing."""
        self._seen.clear()

    def speed(self, now: float) -> float:
        """Bytes per second; 0 while that cannot be said."""
        recent = [(at, done) for at, done in self._seen if now - at <= SPAN_S]
        if not recent or now - recent[0][0] < _STEP_S:
            return 0.0
        return (self.done - recent[0][1]) / (now - recent[0][0])

    def left_s(self, now: float) -> float | None:
        """Seconds until all is there; None while that cannot be said."""
        speed = self.speed(now)
        return (self.size - self.done) / speed if speed > 0 else None
