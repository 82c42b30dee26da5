"""Decides how each change reaches the viewer: as an exact tile at once, or by video. Pure.

It also knows which parts of the picture the viewer sees only softly, through the video, and in
which order they are made exact once things are quiet.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from client.capture.region import Rect

CELL_WIDTH: Final = 256
CELL_HEIGHT: Final = 64
"""What is made exact at a time, in pixels: a few milliseconds of work and a few kilobytes."""

TILE_MAX_PIXELS: Final = 160_000
"""Changes larger than this are the video's, which costs the same however much changes."""

QUIET_S: Final = 0.06
"""The picture is made exact once nothing has changed for this long."""

_BYTES_PER_PIXEL: Final = 0.25
"""What a tile is taken to cost before any was sent."""

_LEARNING: Final = 0.2


class Plan:
    """The viewer's state, cell by cell, for one picture size. Times in seconds."""

    def __init__(self, width: int, height: int) -> None:
        self._bounds = Rect(0, 0, width, height)
        rows, columns = -(-height // CELL_HEIGHT), -(-width // CELL_WIDTH)
        self._soft: npt.NDArray[np.bool_] = np.ones((rows, columns), bool)
        self._sent_at: npt.NDArray[np.float64] = np.full((rows, columns), -np.inf)
        self._changed_at = float("-inf")
        self._cost = _BYTES_PER_PIXEL

    @property
    def exact_share(self) -> float:
        """Which part of the cells is exact, from 0 to 1."""
        return 1.0 - float(self._soft.mean())

    def goes_as_tile(self, rect: Rect, room: int, now: float) -> bool:
        """Tell how a change travels; `room` is how many bytes of tiles may leave now."""
        self._changed_at = now
        return rect.area <= TILE_MAX_PIXELS and rect.area * self._cost <= room

    def tile_sent(self, rect: Rect, size: int) -> None:
        """Learn what tiles cost here."""
        if rect.area:
            self._cost += _LEARNING * (size / rect.area - self._cost)

    def goes_by_video(self, rect: Rect) -> None:
        """What lies here is soft from now on."""
        rows, columns = self._cells(rect)
        self._soft[rows, columns] = True

    def forget(self) -> None:
        """The viewer has nothing exact."""
        self._soft[:] = True

    def next_soft(self, now: float, near: tuple[int, int]) -> Rect | None:
        """Give the soft cell nearest to a place, once it is quiet; None when all is exact."""
        if now - self._changed_at < QUIET_S or not self._soft.any():
            return None
        rows, columns = np.nonzero(self._soft)
        across = columns * CELL_WIDTH + CELL_WIDTH // 2 - near[0]
        down = rows * CELL_HEIGHT + CELL_HEIGHT // 2 - near[1]
        nearest = int(np.argmin(across.astype(np.int64) ** 2 + down.astype(np.int64) ** 2))
        return self._cell(int(columns[nearest]), int(rows[nearest]))

    def stalest(self) -> Rect | None:
        """Give the soft cell that was sent longest ago, however much changes meanwhile; None when
        all is exact. So no part of a picture that moves all over is left behind."""
        if not self._soft.any():
            return None
        row, column = divmod(
            int(np.argmin(np.where(self._soft, self._sent_at, np.inf))), self._soft.shape[1]
        )
        return self._cell(column, row)

    def made_exact(self, cell: Rect, now: float) -> None:
        """The viewer has this cell exactly."""
        at = cell.top // CELL_HEIGHT, cell.left // CELL_WIDTH
        self._soft[at], self._sent_at[at] = False, now

    def seconds_to_quiet(self, now: float) -> float | None:
        """Give how long until there is something to make exact; None when all is."""
        if not self._soft.any():
            return None
        return max(0.0, self._changed_at + QUIET_S - now)

    def _cell(self, column: int, row: int) -> Rect | None:
        left, top = column * CELL_WIDTH, row * CELL_HEIGHT
        cell = Rect(left, top, left + CELL_WIDTH, top + CELL_HEIGHT)
        return cell.intersection(self._bounds)

    def _cells(self, rect: Rect) -> tuple[slice, slice]:
        rows = slice(rect.top // CELL_HEIGHT, -(-rect.bottom // CELL_HEIGHT))
        columns = slice(rect.left // CELL_WIDTH, -(-rect.right // CELL_WIDTH))
        return rows, columns
