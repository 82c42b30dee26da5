"""Which road a transfer takes: straight to the console, or through the broker. Pure.

Both are tried at its start, with the same chunks, and the better one is kept. Roads are changed
only while nothing is under way. The console's twin is `files/choice.js`.
"""

from typing import Final

from broker.protocol.files import FileRoad

DIRECT_TRIAL_S: Final = 0.4
RELAY_TRIAL_S: Final = 0.6
"""Seconds in which chunks arrive; the first part of each, in which windows grow, does not count."""
WARM_UP: Final = 0.4
BETTER: Final = 1.2
"""So many times faster must the detour be to be worth it."""


class _Meter:
    """Bytes that arrive on one road, from the first of them on."""

    def __init__(self, trial_s: float) -> None:
        self._trial_s = trial_s
        self._began: float | None = None
        self._warm: tuple[float, int] | None = None
        self._last = 0.0
        self._bytes = 0

    def arrived(self, size: int, now: float) -> None:
        if self._began is None:
            self._began = now
            return
        self._bytes += size
        self._last = now
        if self._warm is None and now - self._began >= self._trial_s * WARM_UP:
            self._warm = (now, self._bytes)

    def is_over(self, now: float) -> bool:
        return self._began is not None and now - self._began >= self._trial_s

    @property
    def rate(self) -> float:
        """Bytes a second once it was warm; 0 when too little came."""
        if self._warm is None or self._last <= self._warm[0]:
            return 0.0
        return (self._bytes - self._warm[1]) / (self._last - self._warm[0])


class RoadChoice:
    """Of one transfer. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.road = FileRoad.DIRECT
        self._relay_is_open = False
        self._settled = False
        self._direct_rate = 0.0
        self._meter = _Meter(DIRECT_TRIAL_S)

    @property
    def settled(self) -> bool:
        """Whether it stays as it is."""
        return self._settled

    def relay_opened(self) -> None:
        """There is a second road."""
        self._relay_is_open = True

    def relay_lost(self) -> None:
        """There is none, or none any more: this transfer does without."""
        self._relay_is_open = False
        self._settled = True
        self.road = FileRoad.DIRECT

    def arrived(self, size: int, now: float) -> None:
        """So many more bytes are with the receiver."""
        if not self._settled:
            self._meter.arrived(size, now)

    def rests(self) -> None:
        """Nothing is sent for a while: what was measured so far counts for nothing."""
        self._meter = _Meter(self._trial_s)

    def is_due(self, now: float) -> bool:
        """Whether to take the other road, once nothing is under way on this one."""
        if self._settled or not self._relay_is_open or not self._meter.is_over(now):
            return False
        if self.road is FileRoad.RELAY and self._meter.rate >= BETTER * self._direct_rate:
            self._settled = True
            return False
        return True

    def change(self) -> None:
        """Take the other road: to try it, or because the trial was for nothing."""
        if self.road is FileRoad.DIRECT:
            self._direct_rate, self.road = self._meter.rate, FileRoad.RELAY
        else:
            self._settled, self.road = True, FileRoad.DIRECT
        self._meter = _Meter(self._trial_s)

    @property
    def _trial_s(self) -> float:
        return DIRECT_TRIAL_S if self.road is FileRoad.DIRECT else RELAY_TRIAL_S
