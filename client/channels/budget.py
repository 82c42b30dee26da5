"""How often something may happen: at once for a while, and then at a steady rate."""

from collections.abc import Callable


class Budget:
    """Holds `most` and gains one every `seconds`. `clock` gives monotonic seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._left = float(most)
        self._seen_at = clock()

    def take(self) -> bool:
        """Take one; False when there is none."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._seen_at) / self._seconds)
        self._seen_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
