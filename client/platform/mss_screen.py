"""Reads a monitor, or the whole desktop, through mss, on every system it knows."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

import mss
import numpy as np
import structlog

from broker.protocol.channels import ScreenCondition
from broker.protocol.monitors import Monitor
from client.capture.region import Rect
from client.errors import DisplayGone, NoMonitor, ScreenLost
from client.platform.comparison import Comparison
from client.platform.interface import Area, Changes, Cursor, Pixels
from client.platform.monitors import Layout, layout

log = structlog.get_logger()

GEOMETRY_INTERVAL_S: Final = 1.0
"""How often monitors are looked up again; mss keeps its first answer, and opening takes 2 ms."""

POLL_INTERVAL_S: Final = 1 / 30

_FAILURES: Final = (mss.ScreenShotError, OSError, ValueError, RuntimeError, AssertionError)
"""What mss raises; the last when the X server is gone (it asserts that there is a reply)."""


class MssReader:
    """Reads parts of what is shown: the primary monitor, until another is chosen.

    Raises ScreenLost.
    """

    def __init__(self) -> None:
        self._names: Callable[[], Mapping[Area, str]] = dict
        self._wanted: str | None = None
        self._mss = _open()
        self._use(_layout(self._mss, {}))

    def read(self, rect: Rect) -> Pixels:
        """Read these pixels of the picture, without the pointer."""
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

    def read_all(self) -> Pixels:
        """Read the whole picture."""
        return self.read(Rect(0, 0, self.area.width, self.area.height))

    def name_by(self, names: Callable[[], Mapping[Area, str]]) -> None:
        """Take better names than mss knows from here, by the monitors' places."""
        self._names = names
        self._use(_layout(self._mss, names()))

    def choose(self, monitor: str | None) -> None:
        """Show this monitor, or `all`; the primary one for None, or while it is not there."""
        self._wanted = monitor
        self._use(self._layout)

    def follow_changes(self) -> None:
        """Look for another resolution or other monitors."""
        fresh = _open()
        try:
            found = _layout(fresh, self._names())
        except ScreenLost:
            _close(fresh)
            raise
        _close(self._mss)
        self._mss = fresh
        self._use(found)

    def _use(self, found: Layout) -> None:
        self._layout = found
        self.monitors = found.monitors
        self.shown, self.area = found.shown(self._wanted)

    def close(self) -> None:
        """Let go of the display."""
        _close(self._mss)


class MssScreen:
    """What every screen that is read through mss tells of its monitors."""

    def __init__(self) -> None:
        self._reader = MssReader()

    @property
    def area(self) -> Area:
        """What is shown, on the desktop."""
        return self._reader.area

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        """Every monitor."""
        return self._reader.monitors

    @property
    def shown(self) -> str:
        """The id of the monitor that is shown, or `all`."""
        return self._reader.shown

    def choose(self, monitor: str | None) -> None:
        """Show this monitor from now on."""
        self._reader.choose(monitor)


class PollingScreen(MssScreen):
    """Finds changes by reading all that is shown 30 times a second and comparing it in bands.

    For systems whose own notices of change are not used yet; see `x11_screen` for one that does.
    """

    def __init__(self) -> None:
        super().__init__()
        self._looked_at = time.monotonic()
        self._comparison = Comparison()
        self._woken = threading.Event()

    @property
    def conditions(self) -> tuple[ScreenCondition, ...]:
        """Changes are found by comparing."""
        return (ScreenCondition.COMPARED,)

    @property
    def cursor(self) -> Cursor | None:
        """Not told: the console shows a pointer of its own."""
        return None

    def wait(self, timeout_s: float) -> Changes:
        """Wait for changes. Raises ScreenLost."""
        deadline = time.monotonic() + timeout_s
        while True:
            woken = self._woken.wait(min(POLL_INTERVAL_S, max(0.0, timeout_s)))
            self._woken.clear()
            changes = self._compare()
            if changes or woken or time.monotonic() >= deadline:
                return changes

    def read(self, rect: Rect) -> Pixels:
        """Give these pixels as the last comparison saw them."""
        last = self._comparison.picture
        if last is None:
            return self._reader.read(rect)
        return last[rect.top : rect.bottom, rect.left : rect.right]

    def wake(self) -> None:
        """Let `wait` return now; from any thread."""
        self._woken.set()

    def close(self) -> None:
        """Let go of the display."""
        self._reader.close()

    def _compare(self) -> Changes:
        now = time.monotonic()
        if now - self._looked_at >= GEOMETRY_INTERVAL_S:
            self._looked_at = now
            self._reader.follow_changes()
        return Changes(self._comparison.changed(self._read_all()), now)

    def _read_all(self) -> Pixels:
        try:
            return self._reader.read_all()
        except ScreenLost:
            self._reader.follow_changes()  # it may only have become smaller
            return self._reader.read_all()


def _open() -> mss.MSS:
    try:
        return mss.MSS()
    except _FAILURES as error:
        raise DisplayGone("the screen cannot be opened") from error


def _close(source: mss.MSS) -> None:
    try:
        source.close()
    except _FAILURES as error:  # it is let go of all the same
        log.debug("screen_closed_late", reason=type(error).__name__)


def _layout(source: mss.MSS, names: Mapping[Area, str]) -> Layout:
    """Look which monitors there are. Raises NoMonitor."""
    try:
        found = source.monitors
    except _FAILURES as error:
        raise NoMonitor("no monitor is connected") from error
    if len(found) < 2:
        raise NoMonitor("no monitor is connected")
    return layout(found, names)
