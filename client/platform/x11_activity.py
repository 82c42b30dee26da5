"""The end user's own keyboard and mouse on X11, by XInput 2's raw events: nobody can hide those.

What we injected is no use of theirs; what any other program injects is. A thread of its own sleeps
until the X server tells something.
"""

import os
import select
import struct
import threading
import time
from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final

import structlog
from Xlib import XK, X
from Xlib import error as x_error
from Xlib.ext import ge, xinput

from client.hot_key import Combination, HotKey, Wish
from client.platform.interface import Told
from client.platform.x11_display import open_display
from client.platform.x11_injected import INJECTED, What

log = structlog.get_logger()

MOTION_RESTS_S: Final = 0.1
"""After a motion of the end user none is asked for during this time: a fast mouse raises a thousand
a second, and each costs 100 µs to read."""

_GONE: Final = (x_error.ConnectionClosedError, x_error.XError, x_error.DisplayError, OSError)
_PRESSES: Final = (
    xinput.RawKeyPressMask
    | xinput.RawKeyReleaseMask
    | xinput.RawButtonPressMask
    | xinput.RawButtonReleaseMask
)
_HEADER: Final = struct.Struct("=HIIHHI4x")
"""XIRawEvent from its device on: device, time, detail, source, length of the mask, flags."""
_KEYSYMS: Final = {
    "ctrl": ("Control_L", "Control_R"),
    "alt": ("Alt_L", "Alt_R", "Meta_L", "Meta_R"),
    "shift": ("Shift_L", "Shift_R"),
    "meta": ("Super_L", "Super_R"),
}
_MASKS: Final = {
    "ctrl": X.ControlMask,
    "alt": X.Mod1Mask,
    "shift": X.ShiftMask,
    "meta": X.Mod4Mask,
}
_LOCKS: Final = (X.LockMask, X.Mod2Mask, X.Mod3Mask)
"""Caps Lock, and where Num Lock and Scroll Lock usually are."""


class X11Activity:
    """Tells of the end user's input and hot key, in a thread of its own, until `close`."""

    def __init__(self, hot_key: Combination, told: Told) -> None:
        self._told = told
        self._combination = hot_key
        self._hot_key = HotKey()
        self._down: set[int] = set()
        self._motion_due_at: float | None = None
        self._awake, self._waker = os.pipe()
        self._display = open_display()
        self._root = self._display.screen().root
        self._subscribe()
        self._thread = threading.Thread(target=self._run, name="activity", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop telling, and give the keys back."""
        os.write(self._waker, b"!")
        self._thread.join()
        os.close(self._awake)
        os.close(self._waker)

    # ---- setting up

    def _subscribe(self) -> None:
        # 2.1 is the first in which raw events come although another program has grabbed the
        # keyboard or the pointer, as menus do; python-xlib's own call asks for 2.0.
        xinput.XIQueryVersion(
            display=self._display.display,
            opcode=self._display.display.get_extension_major(xinput.extname),
            major_version=2,
            minor_version=2,
        )
        self._learn_keys()
        self._grab()
        self._select(motion=True)

    def _learn_keys(self) -> None:
        """Look up the key codes of the combination; another keyboard layout may have others."""
        self._key_code = self._code(self._combination.key)
        self._modifier_codes = [
            {self._code(name) for name in _KEYSYMS[modifier]} - {0}
            for modifier in self._combination.modifiers
        ]

    def _code(self, keysym_name: str) -> int:
        code: int = self._display.keysym_to_keycode(XK.string_to_keysym(keysym_name))
        return code

    def _grab(self) -> None:
        """Keep the combination from other programs. One that has it already is no obstacle."""
        mask = sum(_MASKS[modifier] for modifier in self._combination.modifiers)
        refused = x_error.CatchError(x_error.BadAccess)
        if self._key_code:
            for locks in _subsets(_LOCKS):
                self._root.grab_key(
                    self._key_code,
                    mask | locks,
                    False,
                    X.GrabModeAsync,
                    X.GrabModeAsync,
                    onerror=refused,
                )
        self._display.sync()
        if refused.get_error():
            log.info("hot_key_shared")

    def _select(self, *, motion: bool) -> None:
        mask = _PRESSES | (xinput.RawMotionMask if motion else 0)
        self._root.xinput_select_events([(xinput.AllMasterDevices, mask)])
        self._display.flush()
        self._motion_due_at = None if motion else time.monotonic() + MOTION_RESTS_S

    # ---- the thread

    def _run(self) -> None:
        try:
            while self._wait():
                self._look()
        except _GONE:
            log.info("activity_over")
        try:
            self._display.close()
        except _GONE:
            log.debug("display_closed_late")

    def _wait(self) -> bool:
        """Sleep until there is something to look at; False when it is over."""
        if self._display.pending_events():
            return True
        ready, _, _ = select.select([self._display, self._awake], [], [], self._due_in())
        return self._awake not in ready

    def _due_in(self) -> float | None:
        now = time.monotonic()
        motion = None if self._motion_due_at is None else max(0.0, self._motion_due_at - now)
        due = (motion, self._hot_key.due_in(now))
        return min((seconds for seconds in due if seconds is not None), default=None)

    def _look(self) -> None:
        while self._display.pending_events():
            self._take(self._display.next_event())
        now = time.monotonic()
        if self._motion_due_at is not None and self._motion_due_at <= now:
            self._select(motion=True)
        self._tell(self._hot_key.held(now))

    def _take(self, event: Any) -> None:
        if event.type == X.MappingNotify:
            self._display.refresh_keyboard_mapping(event)
            self._learn_keys()
        elif event.type == ge.GenericEventCode:
            self._happened(_what(event.evtype, event.data))
        elif event.type == X.KeyRelease and not self._is_down(event.detail):
            # While the combination is down the keyboard is grabbed for us, and the X server tells
            # of keys that go up by this event alone.
            self._happened((xinput.RawKeyRelease, event.detail))

    def _is_down(self, keycode: int) -> bool:
        """Whether it is down at the X server, which repeats a key as a release and a press."""
        return bool(self._display.query_keymap()[keycode // 8] >> keycode % 8 & 1)

    def _happened(self, what: What) -> None:
        if not INJECTED.take(what):
            self._used(what)

    def _used(self, what: What) -> None:
        kind, detail = what[:2]
        if kind == xinput.RawMotion and self._motion_due_at is None:
            self._select(motion=False)
        self._told("used")
        if kind == xinput.RawKeyPress:
            self._pressed(detail)
        elif kind == xinput.RawKeyRelease:
            self._down.discard(detail)
            if detail == self._key_code:
                self._hot_key.released()

    def _pressed(self, keycode: int) -> None:
        self._down.add(keycode)
        held = all(codes & self._down for codes in self._modifier_codes)
        if keycode == self._key_code and held:
            self._tell(self._hot_key.pressed(time.monotonic()))

    def _tell(self, wish: Wish | None) -> None:
        if wish is not None:
            self._told("stop" if wish is Wish.STOP else "pause")


def _what(kind: int, data: bytes) -> What:
    """Read a raw event: what python-xlib leaves as bytes."""
    _, _, detail, _, mask_length, _ = _HEADER.unpack_from(data)
    if kind != xinput.RawMotion:
        return kind, detail
    mask_at = _HEADER.size
    values_at = mask_at + 4 * mask_length
    axes = [n for n in range(32 * mask_length) if data[mask_at + n // 8] >> (n % 8) & 1]
    values = {
        axis: struct.unpack_from("=i", data, values_at + 8 * n)[0] for n, axis in enumerate(axes)
    }
    return kind, values.get(0, 0), values.get(1, 0)


def _subsets(masks: tuple[int, ...]) -> Iterator[int]:
    for count in range(len(masks) + 1):
        yield from map(sum, combinations(masks, count))
