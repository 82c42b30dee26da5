"""Finds what changed between two pictures of a screen, for systems that do not say so. Pure.

A picture is compared band by band, eight bytes at a time: what is the same costs one pass over the
memory and nothing else. Only a band that differs is looked at more closely.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from client.capture.region import Rect
from client.platform.interface import Pixels

BAND_HEIGHT: Final = 64
"""Rows that are compared at a time."""
PAIR: Final = 2
"""Pixels in eight bytes: rectangles begin and end at even columns."""
GAP_PAIRS: Final = 32
"""Changes in one band that lie at least this far apart become rectangles of their own."""
MOST_PIECES: Final = 4
"""A band in more pieces than these is told as one rectangle."""

Words = npt.NDArray[np.uint64]


class Comparison:
    """The picture as it was, and what is different in the next one."""

    def __init__(self) -> None:
        self.picture: Pixels | None = None
        """The last picture compared, height × width × 4."""

    def changed(self, fresh: Pixels) -> list[Rect]:
        """Take a picture of even width and give where it differs from the one before.

        Everything, when there was none or it had another size. The picture is kept, not copied.
        """
        before, self.picture = self.picture, fresh
        height, width = fresh.shape[:2]
        if before is None or before.shape != fresh.shape:
            return [Rect(0, 0, width, height)]
        old, new = _words(before), _words(fresh)
        changed: list[Rect] = []
        for top in range(0, height, BAND_HEIGHT):
            differs = old[top : top + BAND_HEIGHT] != new[top : top + BAND_HEIGHT]
            if differs.any():
                changed += _pieces(differs, top)
        return changed


def _words(picture: Pixels) -> Words:
    """See rows of pixels as rows of pairs."""
    return np.ascontiguousarray(picture).reshape(len(picture), -1).view(np.uint64)


def _pieces(differs: npt.NDArray[np.bool_], top: int) -> Iterator[Rect]:
    """Give the rectangles in one band (rows × pairs) around what differs."""
    columns = np.flatnonzero(differs.any(axis=0))
    gaps = np.flatnonzero(np.diff(columns) > GAP_PAIRS)
    runs = np.split(columns, gaps + 1) if len(gaps) < MOST_PIECES else [columns]
    for run in runs:
        begin, end = int(run[0]), int(run[-1]) + 1
        rows = np.flatnonzero(differs[:, begin:end].any(axis=1))
        yield Rect(begin * PAIR, top + int(rows[0]), end * PAIR, top + int(rows[-1]) + 1)
