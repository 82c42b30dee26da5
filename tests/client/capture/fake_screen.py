"""A screen whose pixels and damage the test chooses; it remembers what was asked of it."""

import threading
import time
from typing import Final

import numpy as np

from broker.protocol.channels import ScreenCondition
from broker.protocol.monitors import Monitor
from client.capture.region import Rect
from client.errors import ScreenLost
from client.platform.interface import Area, Changes, Cursor, Pixels

RESTING_S: Final = 0.9
"""Who waits for longer than this has nothing to do."""


class FakeScreen:
    """A Screen. `paint`, `resize` and `lose` are for the test, from any thread."""

    def __init__(self, width: int = 320, height: int = 192) -> None:
        self.area = Area(0, 0, width, height)
        self.pixels: Pixels = np.zeros((height, width, 4), np.uint8)
        self.reads: list[Rect] = []
        self.threads: set[int] = set()
        self.opened = 0
        self.closed = threading.Event()
        self.conditions: tuple[ScreenCondition, ...] = ()
        self.cursor: Cursor | None = None
        self.monitors: tuple[Monitor, ...] = ()
        self.shown: str | None = None
        self.chosen: list[str | None] = []
        self._changed = threading.Condition()
        self._damage: list[Rect] = []
        self._next_area: Area | None = None
        self._woken = False
        self._waits_for = 0.0
        self._lost = False
        self._hangs = self._fails_once = False

    # ---- for the test

    def paint(self, rect: Rect, colour: int) -> None:
        """Fill a rectangle with 0xRRGGBB and tell of it."""
        self.draw(rect, np.array([colour], "<u4").view(np.uint8))

    def draw(self, rect: Rect, pixels: Pixels) -> None:
        """Put these pixels there and tell of it."""
        with self._changed:
            self.pixels[rect.top : rect.bottom, rect.left : rect.right] = pixels
            self._damage.append(rect)
            self._changed.notify_all()

    def resize(self, width: int, height: int, colour: int) -> None:
        """Take another resolution, one colour all over."""
        with self._changed:
            self._next_area = Area(0, 0, width, height)
            self.pixels = np.zeros((height, width, 4), np.uint8)
            self.pixels[:] = np.array([colour], "<u4").view(np.uint8)
            self._damage = [Rect(0, 0, width, height)]
            self._changed.notify_all()

    def lose(self, lost: bool = True) -> None:
        """Let everything fail from now on, or no longer."""
        with self._changed:
            self._lost = lost
            self._changed.notify_all()

    def fail_once(self) -> None:
        """Let the next wait fail, as one does while a monitor takes another size."""
        with self._changed:
            self._fails_once = True
            self._changed.notify_all()

    def hang(self, hangs: bool = True) -> None:
        """Let waits not come back, as when the display server hangs, or let them again."""
        with self._changed:
            self._hangs = hangs
            self._woken = True
            self._changed.notify_all()

    def become(self, *conditions: ScreenCondition) -> None:
        """Have these conditions from the next wait on."""
        with self._changed:
            self.conditions = conditions
            self._woken = True
            self._changed.notify_all()

    def point(self, cursor: Cursor) -> None:
        """Have this pointer from now on."""
        with self._changed:
            self.cursor = cursor
            self._woken = True
            self._changed.notify_all()

    def until_chosen(self, monitor: str | None, timeout_s: float = 10) -> bool:
        """Wait until this monitor is the one to show. Blocks."""
        with self._changed:
            return self._changed.wait_for(lambda: self.chosen[-1:] == [monitor], timeout_s)

    def until_resting(self, timeout_s: float = 10) -> bool:
        """Wait until whoever owns the screen has nothing to do but to wait. Blocks."""
        with self._changed:
            return self._changed.wait_for(self._is_resting, timeout_s)

    def _is_resting(self) -> bool:
        return self._waits_for > RESTING_S and not self._damage and not self._woken

    # ---- Screen

    def open(self) -> "FakeScreen":
        """What an engine opens."""
        with self._changed:
            self._check()
            self.opened += 1
            self.closed.clear()
            return self

    def choose(self, monitor: str | None) -> None:
        with self._changed:
            self.chosen.append(monitor)
            self._changed.notify_all()

    def wait(self, timeout_s: float) -> Changes:
        with self._changed:
            self._waits_for = timeout_s
            self._changed.notify_all()
            self._changed.wait_for(
                lambda: (
                    self._damage or self._woken or self._lost or self._fails_once or self._next_area
                ),
                timeout_s,
            )
            self._changed.wait_for(lambda: not self._hangs)
            self._waits_for = 0.0
            self._check()
            self._woken = False
            if self._next_area is not None:
                self.area, self._next_area = self._next_area, None
            damage, self._damage = self._damage, []
            return Changes(damage, time.monotonic())

    def read(self, rect: Rect) -> Pixels:
        with self._changed:
            self._check()
            self.reads.append(rect)
            self.threads.add(threading.get_ident())
            height, width = self.pixels.shape[:2]
            if rect.right > width or rect.bottom > height:
                raise ScreenLost("there is no such part of the screen any more")
            return self.pixels[rect.top : rect.bottom, rect.left : rect.right].copy()

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify_all()

    def close(self) -> None:
        self.closed.set()

    def _check(self) -> None:
        fails, self._fails_once = self._lost or self._fails_once, False
        if fails:
            raise ScreenLost("the screen cannot be read")
