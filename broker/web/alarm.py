"""Notices a flood of wrong join codes: rings at too many in a minute, and goes on for a while."""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

MINUTE_S: Final = 60.0

BEARABLE: Final = 5
"""Wrong codes a minute, from all addresses together, that honest people may well bring."""

CALM_S: Final = 600.0
"""The alarm stops when it has not been set off for so long."""

REMEMBERED: Final = 10_000
"""Most failures that are counted in a minute; more of them say nothing new."""


class Alarm:
    """Counts failures over all addresses."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures: deque[float] = deque(maxlen=REMEMBERED)
        self._rings_until: float | None = None

    def note_failure(self) -> bool:
        """Count one more; True when the alarm begins to ring by it."""
        quiet = not self.rings
        self._failures.append(self._now())
        if self.failures <= BEARABLE:
            return False
        self._rings_until = self._now() + CALM_S
        return quiet

    @property
    def rings(self) -> bool:
        """Whether there is a flood, or was one a short while ago."""
        return self._rings_until is not None and self._now() < self._rings_until

    @property
    def failures(self) -> int:
        """Failures in the last minute."""
        while self._failures and self._failures[0] <= self._now() - MINUTE_S:
            self._failures.popleft()
        return len(self._failures)
