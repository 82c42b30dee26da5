"""Changes that XDamage does not tell of: some compositors and drivers hide them.

While somebody does something, a few rows of the screen are read every other second and compared
with what they were. When they differ though nothing was told, the notices are not to be trusted,
and the whole picture is compared from then on.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
import structlog

from client.capture.region import Rect
from client.platform.comparison import Comparison
from client.platform.interface import Pixels
from client.platform.mss_screen import POLL_INTERVAL_S, MssReader

log = structlog.get_logger()

CHECK_S: Final = 2.0
"""How often rows are looked at while somebody does something."""
CONFIRM_S: Final = 1.0
"""After this a difference must still be there."""
ROWS: Final = 8
"""How many rows are looked at: one in as many parts of the screen, others each time."""
_GOLDEN: Final = 0.618034
"""Steps of this part of a part come by every row, far from the last ones each time."""


class Unnoticed:
    """Completes what the X server tells of changes. Raises ScreenLost."""

    def __init__(self, reader: MssReader, *, tells: bool) -> None:
        self._reader = reader
        self._comparison = None if tells else Comparison()
        self._due_at = 0.0
        self._checked_at = 0.0
        self._turn = 0.0
        self._rows: dict[int, Pixels] = {}
        self._suspected = False
        self._area = reader.area
        self._touched = np.zeros(self._area.height, bool)

    @property
    def comparing(self) -> bool:
        """Whether changes are found by comparing."""
        return self._comparison is not None

    @property
    def due_at(self) -> float:
        """When to look even if the X server tells nothing; monotonic seconds."""
        return self._due_at if self.comparing else float("inf")

    def complete(
        self,
        told: Sequence[Rect],
        used_since: Callable[[float], bool],
        fetch: Callable[[], Sequence[Rect]],
    ) -> list[Rect]:
        """Give what changed, from what the X server told; in pixels of the picture.

        `fetch` gives what it has told since; `used_since` whether somebody did something.
        """
        now = time.monotonic()
        if self._comparison is not None:
            return self._compare(self._comparison, now)
        self._touch(told)
        if now < self._due_at or not (self._touched.any() or used_since(self._checked_at)):
            return list(told)
        return [*told, *self._check(now, fetch)]

    def _touch(self, told: Iterable[Rect]) -> None:
        if self._area != self._reader.area:
            self._area, self._rows = self._reader.area, {}
            self._touched = np.zeros(self._area.height, bool)
        for rect in told:
            self._touched[rect.top : rect.bottom] = True

    def _compare(self, comparison: Comparison, now: float) -> list[Rect]:
        if now < self._due_at:
            return []
        self._due_at = now + POLL_INTERVAL_S
        return comparison.changed(self._reader.read_all())

    def _check(self, now: float, fetch: Callable[[], Sequence[Rect]]) -> Sequence[Rect]:
        seen = {row: self._read(row) for row in self._rows}
        later = fetch()  # what was drawn before the rows were read has been told by now
        self._touch(later)
        hidden = any(self._differs_untold(row, pixels) for row, pixels in seen.items())
        if hidden and self._suspected:
            return self._distrust()
        self._suspected, self._checked_at = hidden, now
        self._due_at = now + (CONFIRM_S if hidden else CHECK_S)
        if not hidden:
            self._touched[:] = False
            self._rows = {row: self._read(row) for row in self._next_rows()}
        return later

    def _differs_untold(self, row: int, pixels: Pixels) -> bool:
        before = self._rows.get(row)  # gone when the monitor has just changed
        return before is not None and not self._touched[row] and not np.array_equal(pixels, before)

    def _next_rows(self) -> list[int]:
        self._turn = (self._turn + _GOLDEN) % 1.0
        part = self._area.height / ROWS
        return [int((number + self._turn) * part) for number in range(ROWS)]

    def _read(self, row: int) -> Pixels:
        return self._reader.read(Rect(0, row, self._area.width, row + 1))

    def _distrust(self) -> list[Rect]:
        log.warning("changes_not_told", consequence="the screen is compared 30 times a second")
        self._comparison, self._rows = Comparison(), {}
        return self._compare(self._comparison, self._due_at)
