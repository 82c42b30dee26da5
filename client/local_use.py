"""The person at this computer comes first: how long remote input waits for them. Pure.

Told of their keys and mouse from the platform's thread, asked from the event loop's for each
message.
"""

from typing import Final

TELL_S: Final = 0.5
"""While they go on, the event loop is told again after this many seconds, not at every event."""


class LocalUse:
    """When the end user last used keyboard or mouse. Times are monotonic seconds."""

    def __init__(self, hold_s: float) -> None:
        self._hold_s = hold_s
        self._last = self._told = float("-inf")

    def seen(self, now: float) -> bool:
        """Note that they use it now; True when that is worth telling."""
        begins = self.left(now) == 0
        self._last = now
        if not begins and now - self._told < TELL_S:
            return False
        self._told = now
        return True

    def left(self, now: float) -> float:
        """How many seconds remote input still waits; 0: not at all."""
        return max(0.0, self._last + self._hold_s - now)
