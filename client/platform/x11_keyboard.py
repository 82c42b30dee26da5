"""Keyboard and pointer on X11: keys through XTest, whoever names them, the pointer through pynput.

pynput types characters with XSendEvent, which xterm and other programs ignore on purpose, so keys
are really pressed here.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from pynput import keyboard
from Xlib import X
from Xlib import display as x_display
from Xlib import error as x_error

from broker.protocol.channels import MouseButton
from broker.protocol.keyboard import KeyBy
from client.errors import InputLost
from client.platform.interface import HeldKey, Typed
from client.platform.keys import SILENT_KEYS, pynput_name
from client.platform.pynput_input import PynputInjector
from client.platform.x11_focus import keys_reach
from client.platform.x11_typist import Typist
from client.platform.x11_watchdog import Watchdog
from client.platform.xkb_places import PLACES

_BUTTON_NUMBERS: Final = {
    MouseButton.LEFT: 1,
    MouseButton.MIDDLE: 2,
    MouseButton.RIGHT: 3,
    MouseButton.BACK: 8,
    MouseButton.FORWARD: 9,
}


@dataclass(frozen=True)
class X11Key:
    """A key code that is down."""

    keycode: int


class X11Injector(PynputInjector):
    """pynput for the pointer; XTest for keys. A watchdog outlives it."""

    def __init__(self) -> None:
        super().__init__()
        self._display: Any = x_display.Display()
        self._typist = Typist(self._display)
        self._down: set[tuple[str, int]] = set()
        self._watchdog = Watchdog()

    def press(self, key: str, code: str, by: KeyBy = KeyBy.KEY) -> HeldKey | None:
        """Press a key; None when there is no such key here."""
        with _told():
            keycode = self._press_place(code) if by is KeyBy.CODE else None
            if keycode is None and key not in SILENT_KEYS:
                keycode = self._press_by_key(key, code)
        if keycode is None:
            return None
        self._note("key", keycode, down=True)
        return X11Key(keycode)

    def type_text(self, text: str) -> Typed:
        """Type the beginning of a text, as much as can be typed without waiting."""
        with _told():
            return self._typist.type_text(text)

    def button(self, button: MouseButton, down: bool) -> None:
        """Press or release a button."""
        super().button(button, down)
        self._note("button", _BUTTON_NUMBERS[button], down=down)

    def keys_reach(self, windows: Collection[int]) -> bool | None:
        """Ask the X server where keys go now; toolkits learn it up to half a second later."""
        with _told():
            return keys_reach(self._display, windows)

    def repeat(self, held: HeldKey) -> None:
        """Nothing: the X server repeats a key that is held down."""

    def release(self, held: HeldKey) -> None:
        """Release what `press` gave."""
        assert isinstance(held, X11Key)  # noqa: S101 - ours, from press()
        with _told():
            self._typist.fake(X.KeyRelease, held.keycode)
            self._display.sync()
        self._note("key", held.keycode, down=False)

    def close(self) -> None:
        """Give borrowed key codes back and close the display."""
        self._watchdog.close()
        try:
            self._typist.close()
            self._display.close()
            super().close()
        except (x_error.ConnectionClosedError, x_error.XError, OSError):
            self._down.clear()

    def _press_by_key(self, key: str, code: str) -> int | None:
        """Press a named key, or one that types a character; else the one at the place."""
        name = pynput_name(key, code)
        if name is not None:
            member = getattr(keyboard.Key, name, None)
            return self._press(self._typist.find(member.value.vk) if member else None)
        if len(key) != 1:
            return None
        keycode = self._typist.press(key)
        return self._press_place(code) if keycode is None else keycode

    def _press_place(self, code: str) -> int | None:
        name = PLACES.get(code)
        return self._press(self._typist.place(name) if name else None)

    def _press(self, keycode: int | None) -> int | None:
        if keycode is not None:
            self._typist.fake(X.KeyPress, keycode)
            self._display.sync()
        return keycode

    def _note(self, kind: str, number: int, *, down: bool) -> None:
        """Keep the watchdog up to date."""
        (self._down.add if down else self._down.discard)((kind, number))
        self._watchdog.holding(self._down)


@contextmanager
def _told() -> Iterator[None]:
    """Say in our own words when the display is gone."""
    try:
        yield
    except (x_error.ConnectionClosedError, x_error.XError, OSError) as error:
        raise InputLost("the X display is gone") from error
