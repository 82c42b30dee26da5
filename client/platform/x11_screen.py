"""The screen on X11: XDamage says what changed, mss reads it. Nothing changes, nothing is done.

The pointer is no part of the picture (`x11_cursor`): it travels beside it.
"""

import os
import select
import time
from typing import Any, Final

import structlog
from Xlib import X
from Xlib import error as x_error
from Xlib.ext import damage, ge, randr

from broker.protocol.channels import ScreenCondition
from client.capture.region import Rect
from client.errors import DisplayGone, PlatformUnavailable
from client.platform.interface import Changes, Cursor, Pixels
from client.platform.mss_screen import MssScreen
from client.platform.x11_cursor import X11Cursor
from client.platform.x11_display import open_display
from client.platform.x11_monitors import monitor_names
from client.platform.x11_presence import Presence
from client.platform.x11_unnoticed import Unnoticed

log = structlog.get_logger()

_GONE: Final = (x_error.ConnectionClosedError, x_error.XError, x_error.DisplayError, OSError)


class X11Screen(MssScreen):
    """A monitor of an X display, or all of it. Used from one thread, but for `wake`."""

    def __init__(self) -> None:
        super().__init__()
        self._awake, self._waker = os.pipe()
        os.set_blocking(self._awake, False)
        self._display: Any = None
        self._presence = Presence()
        try:
            self._connect()
        except PlatformUnavailable:
            self.close()
            raise

    @property
    def conditions(self) -> tuple[ScreenCondition, ...]:
        """Asleep, or compared."""
        compared = (ScreenCondition.COMPARED,) if self._unnoticed.comparing else ()
        return (*self._presence.conditions, *compared)

    @property
    def cursor(self) -> Cursor | None:
        """The pointer."""
        return self._cursor.now

    def wait(self, timeout_s: float) -> Changes:
        """Wait for changes. Raises DisplayGone when the X server is."""
        deadline = time.monotonic() + timeout_s
        try:
            while True:
                now = time.monotonic()
                due = min(self._cursor.due_at(now), self._unnoticed.due_at)
                woken = self._sleep(min(due, deadline) - now)
                changes = self._all_changes()
                moved = self._cursor.follow()
                if changes or moved or woken or time.monotonic() >= deadline:
                    return changes
        except _GONE as error:
            raise DisplayGone("the X display is gone") from error

    def _sleep(self, seconds: float) -> bool:
        """Sleep until something comes in; True when somebody called `wake`."""
        if self._display.pending_events():
            return False
        ready, _, _ = select.select([self._display, self._awake], [], [], max(0.0, seconds))
        if self._awake not in ready:
            return False
        os.read(self._awake, 4096)
        return True

    def read(self, rect: Rect) -> Pixels:
        """Read these pixels."""
        return self._reader.read(rect)

    def wake(self) -> None:
        """Let `wait` return now; from any thread."""
        os.write(self._waker, b"!")

    def close(self) -> None:
        """Let go of the display."""
        self._reader.close()
        self._presence.close()
        try:
            if self._display is not None:
                self._display.close()
        except _GONE:
            log.debug("display_closed_late")
        os.close(self._awake)
        os.close(self._waker)

    # ---- what changed

    def _all_changes(self) -> Changes:
        at = time.monotonic()
        self._presence.look()
        told = self._changes()
        return Changes(self._unnoticed.complete(told, self._presence.used_since, self._fetch), at)

    def _fetch(self) -> list[Rect]:
        """Give what the X server has told by now; its answer comes after all that."""
        self._display.sync()
        return self._changes()

    def _changes(self) -> list[Rect]:
        damaged: list[Rect] = []
        moved = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == self._damage_event:
                part = event.area
                x, y = part.x + event.drawable_geometry.x, part.y + event.drawable_geometry.y
                damaged.append(Rect(x, y, x + part.width, y + part.height))
            elif event.type in (self._randr_event, X.ConfigureNotify):
                moved = True
            elif event.type == ge.GenericEventCode:
                self._cursor.motion_begins()
            else:
                self._cursor.shape_changes()
        if moved:
            self._reader.follow_changes()
        if damaged:
            # Before reading: what changes from now on is told again. The answer to `sync` says
            # that the X server has done it.
            self._display.damage_subtract(self._damage)
            self._display.sync()
        return [inside for rect in damaged if (inside := self._inside(rect))]

    def _inside(self, rect: Rect) -> Rect:
        """Turn desktop pixels into pixels of the picture."""
        area = self.area
        moved = Rect(
            rect.left - area.left,
            rect.top - area.top,
            rect.right - area.left,
            rect.bottom - area.top,
        )
        return moved.intersection(Rect(0, 0, area.width, area.height))

    # ---- setting up

    def _connect(self) -> None:
        try:
            self._display = open_display()
            self._subscribe()
            self._reader.name_by(lambda: monitor_names(self._display))
        except _GONE as error:
            raise DisplayGone("the X display cannot be opened") from error

    def _subscribe(self) -> None:
        if not self._display.has_extension("XFIXES"):
            raise PlatformUnavailable("this X display lacks XFIXES")
        self._root = self._display.screen().root
        self._presence.attach(self._display)
        self._display.xfixes_query_version()
        self._subscribe_damage()
        self._cursor = X11Cursor(self._display)
        self._randr_event = -1
        if self._display.has_extension("RANDR"):
            self._root.xrandr_select_input(randr.RRScreenChangeNotifyMask)
            self._randr_event = self._display.extension_event.ScreenChangeNotify
        # Monitors that are defined by hand (`xrandr --setmonitor`) are told of only like this.
        self._root.change_attributes(event_mask=X.StructureNotifyMask)
        self._display.sync()

    def _subscribe_damage(self) -> None:
        self._damage_event = -1
        tells = self._display.has_extension("DAMAGE")
        self._unnoticed = Unnoticed(self._reader, tells=tells)
        if tells:
            self._display.damage_query_version()
            self._damage = self._root.damage_create(damage.DamageReportDeltaRectangles)
            self._damage_event = self._display.extension_event.DamageNotify
