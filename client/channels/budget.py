"""A budget for what the other side may ask for: a burst, then a steady rate (a token bucket)."""


class Budget:
    """Holds at most `burst` and regains `per_second`."""

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = burst
        self._per_second = per_second
        self._left = burst
        self._at: float | None = None

    def take(self, now: float) -> bool:
        """Take one; False when there is none left. `now` is in seconds, and may go back."""
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now
        self._left = min(self._burst, self._left + passed * self._per_second)
        if self._left < 1:
            return False
        self._left -= 1
        return True
