"""How much of something may happen: so much at once, and so much a second. Pure."""


class Budget:
    """A token bucket. It never fills beyond what may happen in one second."""

    def __init__(self, per_second: float) -> None:
        self._per_second = self._left = per_second
        self._at: float | None = None

    def take(self, amount: float, now: float) -> bool:
        """Whether this much may happen now (monotonic seconds); if so, it counts."""
        if self._at is not None:
            self._left += max(0.0, now - self._at) * self._per_second
            self._left = min(self._left, self._per_second)
        self._at = now
        if amount > self._left:
            return False
        self._left -= amount
        return True
