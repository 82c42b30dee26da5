"""Reads the primary monitor through mss, on every system it knows."""

import sys
import time
from typing import Final

import mss
import numpy as np

from client.errors import ScreenLost
from client.platform.interface import Area, Shot

GEOMETRY_INTERVAL_S: Final = 1.0
"""How often monitors are looked up again; mss keeps its first answer, and opening takes 2 ms."""

_FAILURES: Final = (mss.ScreenShotError, OSError, ValueError, RuntimeError)


class MssScreen:
    """The primary monitor through mss; reopened when monitors change and when a grab fails."""

    def __init__(self) -> None:
        self._mss = _open()
        self._area = _primary(self._mss)
        self._looked_at = time.monotonic()

    def grab(self) -> Shot:
        """Read the monitor, following changes of resolution. Raises ScreenLost."""
        if time.monotonic() - self._looked_at >= GEOMETRY_INTERVAL_S:
            self._follow_changes()
        try:
            return self._grab()
        except ScreenLost:
            self._reopen()
            return self._grab()

    def close(self) -> None:
        """Let go of the display."""
        self._mss.close()

    def _grab(self) -> Shot:
        area = self._area
        try:
            shot = self._mss.grab(
                {"left": area.left, "top": area.top, "width": area.width, "height": area.height}
            )
        except _FAILURES as error:
            raise ScreenLost("the screen cannot be read") from error
        pixels = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
        even = Area(area.left, area.top, area.width, area.height).cropped_even()
        return Shot(even, pixels[: shot.height & ~1, : shot.width & ~1])

    def _follow_changes(self) -> None:
        fresh = _open()
        self._looked_at = time.monotonic()
        area = _primary(fresh)
        if area == self._area:
            fresh.close()
            return
        self._mss.close()
        self._mss, self._area = fresh, area

    def _reopen(self) -> None:
        self._mss.close()
        self._mss = _open()
        self._area = _primary(self._mss)


def _open() -> mss.MSS:
    try:
        return mss.MSS(with_cursor=True) if sys.platform == "linux" else mss.MSS()
    except _FAILURES as error:
        raise ScreenLost("the screen cannot be opened") from error


def _primary(source: mss.MSS) -> Area:
    try:
        monitor = source.primary_monitor
    except _FAILURES as error:
        raise ScreenLost("no monitor is connected") from error
    return Area(monitor["left"], monitor["top"], monitor["width"], monitor["height"])
