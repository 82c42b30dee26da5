"""The pointer of an X display: where it is, and what it looks like.

XFixes says when it takes another shape, XInput 2 when it begins to move; while it moves its place
is asked for, since a fast mouse raises a thousand events a second.
"""

import time
from typing import Any, Final

import numpy as np
from Xlib.ext import xfixes, xinput

from client.platform.interface import Cursor, CursorShape, Pixels

IDLE_S: Final = 0.5
UNTOLD_S: Final = 0.05
MOVING_S: Final = 0.012
"""How often the pointer's place is asked for, in seconds: at rest (a program that warps it raises
no event), at rest where no event tells when it begins to move, and while it moves."""
RESTS_S: Final = 1.0
"""The pointer rests when it has not moved for this long."""


class X11Cursor:
    """Follows the pointer of a display. X errors pass through."""

    def __init__(self, display: Any) -> None:
        self._display = display
        self._root = display.screen().root
        self._moved_at = self._asked_at = 0.0
        self._motion_expected = False
        self._shape_changed = True
        display.xfixes_select_cursor_input(self._root, xfixes.XFixesDisplayCursorNotifyMask)
        self._tells_motion = display.has_extension("XInputExtension")
        if self._tells_motion:
            display.xinput_query_version()
        self.now = self._look()
        """As it was seen last."""

    def due_at(self, now: float) -> float:
        """When to look again; monotonic seconds."""
        return self._asked_at + self._interval(now)

    def motion_begins(self) -> None:
        """XInput 2 tells of motion: look at once."""
        self._moved_at, self._asked_at = time.monotonic(), 0.0
        self._expect_motion(False)

    def shape_changes(self) -> None:
        """XFixes tells of another shape."""
        self._shape_changed = True

    def follow(self) -> bool:
        """Look, if it is time: whether anything is different."""
        now = time.monotonic()
        if now < self.due_at(now) and not self._shape_changed:
            return False
        before, self.now = self.now, self._look()
        if self.now != before:
            self._moved_at = now
        return self.now != before

    def _look(self) -> Cursor:
        self._asked_at = time.monotonic()
        place = self._root.query_pointer()
        if self._shape_changed:
            self._shape = _shape(self._display.xfixes_get_cursor_image(self._root))
            self._shape_changed = False
        return Cursor(place.root_x, place.root_y, self._shape)

    def _interval(self, now: float) -> float:
        if now - self._moved_at < RESTS_S:
            return MOVING_S
        self._expect_motion(True)
        return IDLE_S if self._motion_expected else UNTOLD_S

    def _expect_motion(self, wanted: bool) -> None:
        """Ask to be told of the next motion, or no more: one notice a movement is enough."""
        if wanted == self._motion_expected or not self._tells_motion:
            return
        mask = xinput.RawMotionMask if wanted else 0
        self._root.xinput_select_events([(xinput.AllMasterDevices, mask)])
        self._motion_expected = wanted


def _shape(image: Any) -> CursorShape | None:
    """Read an XFixes cursor image; None when nothing of it is seen."""
    pixels = np.array(image.cursor_image, "<u4").view(np.uint8)
    pixels = pixels.reshape(image.height, image.width, 4)
    if not pixels[:, :, 3].any():
        return None
    return CursorShape(_straight(pixels), image.xhot, image.yhot)


def _straight(pixels: Pixels) -> Pixels:
    """Take the alpha out of the colours, with which XFixes has multiplied them."""
    alpha = pixels[:, :, 3:].astype(np.uint16)
    colours = pixels[:, :, :3].astype(np.uint16) * 255 // np.maximum(alpha, 1)
    return np.dstack([np.minimum(colours, 255), alpha]).astype(np.uint8)
