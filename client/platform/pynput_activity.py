"""The end user's own keyboard and mouse through pynput, for Windows and macOS.

Those systems mark what a program injected, whichever it was, so that none of it counts. Written
against pynput's documented interface; it has not been run on either system yet.
"""

import time
from typing import Any, Final

from pynput import keyboard, mouse

from client.hot_key import MODIFIERS, Combination, HotKey, Wish
from client.platform.interface import Told
from client.platform.keys import PYNPUT_NAMES

_NAMES: Final = {name: key for key, name in PYNPUT_NAMES.items()}


class PynputActivity:
    """Tells of the end user's input and hot key, in pynput's threads, until `close`."""

    def __init__(self, hot_key: Combination, told: Told) -> None:
        self._told = told
        self._combination = hot_key
        self._hot_key = HotKey()
        self._down: set[str] = set()
        self._listeners: tuple[Any, ...] = (
            keyboard.Listener(on_press=self._pressed, on_release=self._released),
            mouse.Listener(on_move=self._mouse, on_click=self._mouse, on_scroll=self._mouse),
        )
        for listener in self._listeners:
            listener.start()

    def close(self) -> None:
        """Stop telling."""
        for listener in self._listeners:
            listener.stop()

    def _mouse(self, *facts: Any) -> None:
        """Every kind of mouse event ends with whether a program injected it."""
        if not facts[-1]:
            self._told("used")

    def _pressed(self, key: Any, injected: bool = False) -> None:
        if injected:
            return
        self._told("used")
        name = _name(key)
        repeats = name in self._down
        self._down.add(name)
        if not self._combination.is_made_by(name, self._down):
            return
        now = time.monotonic()
        wish = self._hot_key.held(now) if repeats else self._hot_key.pressed(now)
        if wish is not None:
            self._told("stop" if wish is Wish.STOP else "pause")

    def _released(self, key: Any, injected: bool = False) -> None:
        if injected:
            return
        self._told("used")
        name = _name(key)
        self._down.discard(name)
        if name == self._combination.key:
            self._hot_key.released()


def _name(key: Any) -> str:
    """The `key` of W3C UI Events for a pynput key; left and right modifiers are one."""
    name = str(getattr(key, "name", "") or "")
    base = name.removesuffix("_r").removesuffix("_l")
    modifier = MODIFIERS.get("meta" if base == "cmd" else base)
    return modifier or _NAMES.get(name, name)
