"""How much of something may happen: so much at once, and so much a second in the long run."""

from collections.abc import Callable


class Budget:
    """A token bucket that holds `most` and gains `per_second`. `clock` gives monotonic seconds."""

    def __init__(self, per_second: float, most: float, clock: Callable[[], float]) -> None:
        self._per_second = per_second
        self._most = self._left = most
        self._clock = clock
        self._at = clock()

    def take(self, amount: float = 1.0) -> bool:
        """Whether this much may happen now; if so, it counts."""
        now = self._clock()
        gained = max(0.0, now - self._at) * self._per_second
        self._left, self._at = min(self._most, self._left + gained), now
        if amount > self._left:
            return False
        self._left -= amount
        return True
