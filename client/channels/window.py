"""How much may be under way on a channel: as much as comes back without waiting for the line.

The window grows while acknowledgements come back as fast as they can and shrinks when they come
late, so that what is sent never waits behind what was.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

_SHRINK: Final = 0.7
_FORGET: Final = 1.0005
"""The fastest time grows by this with each acknowledgement: paths change."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of one kind of window: bytes, and seconds."""

    first: int
    least: int
    most: int
    late_s: float
    """An acknowledgement this much later than the fastest one means that a queue builds up."""


class Window:
    """How many bytes may be under way. `reserve` and `room` may be called in another thread."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.size = bounds.first
        self._reserved = 0
        self._dropped = 0
        self._left = 0
        self._acknowledged = 0
        self._under_way: deque[tuple[int, float]] = deque()
        self._fastest = float("inf")
        self._growing = True
        self._shrunk_at = 0.0

    @property
    def room(self) -> int:
        """Bytes that may leave now."""
        return self.size - (self._reserved - self._dropped - self._acknowledged)

    @property
    def unsent(self) -> int:
        """Bytes that took room and have not left yet."""
        return self._reserved - self._dropped - self._left

    def reserve(self, size: int) -> None:
        """Take room."""
        self._reserved += size

    def dropped(self, size: int) -> None:
        """Something that had room never left."""
        self._dropped += size

    def sent(self, total: int, now: float) -> None:
        """Everything up to this many bytes has left."""
        self._left = total
        self._under_way.append((total, now))

    def acknowledged(self, total: int, now: float) -> None:
        """Everything up to this many bytes has arrived."""
        took: float | None = None
        while self._under_way and self._under_way[0][0] <= total:
            took = now - self._under_way.popleft()[1]
        gained = max(0, total - self._acknowledged)
        self._acknowledged = max(total, self._acknowledged)
        if took is not None:
            self._adapt(took, gained, now)

    def _adapt(self, took: float, gained: int, now: float) -> None:
        self._fastest = min(took, self._fastest * _FORGET)
        if took > self._fastest + self._bounds.late_s:
            self._growing = False
            if now - self._shrunk_at > took:
                self._shrunk_at = now
                self.size = max(self._bounds.least, int(self.size * _SHRINK))
        else:
            grown = self.size + (gained if self._growing else gained // 8)
            self.size = min(self._bounds.most, grown)
