"""Reads the primary monitor through mss, on every system it knows."""

import sys
import threading
import time
from collections.abc import Sequence
from typing import Final

import mss
import numpy as np
import structlog

from client.capture.region import Rect
from client.errors import ScreenLost
from client.platform.interface import Area, Pixels

log = structlog.get_logger()

GEOMETRY_INTERVAL_S: Final = 1.0
"""How often monitors are looked up again; mss keeps its first answer, and opening takes 2 ms."""

POLL_INTERVAL_S: Final = 1 / 30
BAND_HEIGHT: Final = 64
"""Pictures are compared in bands of this many rows."""

_FAILURES: Final = (mss.ScreenShotError, OSError, ValueError, RuntimeError, AssertionError)
"""What mss raises; the last when the X server is gone (it asserts that there is a reply)."""


class MssReader:
    """Reads parts of the primary monitor. Raises ScreenLost."""

    def __init__(self) -> None:
        self._mss = _open()
        self.area = _primary(self._mss)

    def read(self, rect: Rect) -> Pixels:
        """Read these pixels of the picture, pointer included where mss can draw it."""
        area = self.area
        region = {
            "left": area.left + rect.left,
            "top": area.top + rect.top,
            "width": rect.width,
            "height": rect.height,
        }
        try:
            shot = self._mss.grab(region)
        except _FAILURES as error:
            raise ScreenLost("the screen cannot be read") from error
        return np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)

    def follow_changes(self) -> None:
        """Look for another resolution or another primary monitor."""
        fresh = _open()
        try:
            area = _primary(fresh)
        except ScreenLost:
            _close(fresh)
            raise
        _close(self._mss)
        self._mss, self.area = fresh, area

    def close(self) -> None:
        """Let go of the display."""
        _close(self._mss)


class PollingScreen:
    """Finds changes by reading the whole monitor 30 times a second and comparing it in bands.

    For systems whose own notices of change are not used yet; see `x11_screen` for one that does.
    """

    def __init__(self) -> None:
        self._reader = MssReader()
        self._looked_at = time.monotonic()
        self._last: Pixels | None = None
        self._woken = threading.Event()

    @property
    def area(self) -> Area:
        """The monitor on the desktop."""
        return self._reader.area

    def wait(self, timeout_s: float) -> Sequence[Rect]:
        """Wait for changes. Raises ScreenLost."""
        deadline = time.monotonic() + timeout_s
        while True:
            self._woken.wait(min(POLL_INTERVAL_S, max(0.0, timeout_s)))
            woken = self._woken.is_set()
            self._woken.clear()
            changed = self._compare()
            if changed or woken or time.monotonic() >= deadline:
                return changed

    def read(self, rect: Rect) -> Pixels:
        """Give these pixels as the last comparison saw them."""
        if self._last is None:
            return self._reader.read(rect)
        return self._last[rect.top : rect.bottom, rect.left : rect.right]

    def wake(self) -> None:
        """Let `wait` return now; from any thread."""
        self._woken.set()

    def close(self) -> None:
        """Let go of the display."""
        self._reader.close()

    def _compare(self) -> list[Rect]:
        if time.monotonic() - self._looked_at >= GEOMETRY_INTERVAL_S:
            self._looked_at = time.monotonic()
            self._reader.follow_changes()
        fresh = self._read_all()
        before, self._last = self._last, fresh
        if before is None or before.shape != fresh.shape:
            return [Rect(0, 0, self.area.width, self.area.height)]
        return [
            Rect(0, top, self.area.width, min(top + BAND_HEIGHT, self.area.height))
            for top in range(0, self.area.height, BAND_HEIGHT)
            if not np.array_equal(before[top : top + BAND_HEIGHT], fresh[top : top + BAND_HEIGHT])
        ]

    def _read_all(self) -> Pixels:
        try:
            return self._reader.read(Rect(0, 0, self.area.width, self.area.height))
        except ScreenLost:
            self._reader.follow_changes()  # it may only have become smaller
            return self._reader.read(Rect(0, 0, self.area.width, self.area.height))


def _open() -> mss.MSS:
    try:
        return mss.MSS(with_cursor=True) if sys.platform == "linux" else mss.MSS()
    except _FAILURES as error:
        raise ScreenLost("the screen cannot be opened") from error


def _close(source: mss.MSS) -> None:
    try:
        source.close()
    except _FAILURES as error:  # it is let go of all the same
        log.debug("screen_closed_late", reason=type(error).__name__)


def _primary(source: mss.MSS) -> Area:
    """The primary monitor, less a last odd column and row: 4:2:0 video has even sizes only."""
    try:
        monitor = source.primary_monitor
    except _FAILURES as error:
        raise ScreenLost("no monitor is connected") from error
    area = Area(monitor["left"], monitor["top"], monitor["width"], monitor["height"])
    return area.cropped_even()
