"""Keyboard and pointer through pynput: the implementation of record on every system.

Importing this needs a display: pynput resolves its backend at import.
"""

import sys
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from pynput import keyboard, mouse

from broker.protocol.channels import MouseButton
from broker.protocol.keyboard import KeyBy
from client.errors import InputLost
from client.platform.interface import HeldKey, Typed
from client.platform.keys import SILENT_KEYS, pynput_name
from client.platform.notches import Notches

_BUTTONS: Final = {
    MouseButton.LEFT: ("left",),
    MouseButton.MIDDLE: ("middle",),
    MouseButton.RIGHT: ("right",),
    MouseButton.BACK: ("button8", "x1"),
    MouseButton.FORWARD: ("button9", "x2"),
}
"""Names in `pynput.mouse.Button`: the first that the system has."""

_TYPED_KEYS: Final = {"\n": "enter", "\t": "tab"}
"""Characters that are keys of their own, by their names in `pynput.keyboard.Key`."""


@dataclass(frozen=True)
class PynputKey:
    """A key that pynput pressed."""

    key: Any


class PynputInjector:
    """Drives keyboard and pointer; systems with better ways override single methods."""

    def __init__(self) -> None:
        self._keyboard = keyboard.Controller()
        self._mouse = mouse.Controller()
        self._wheel_across, self._wheel_down = Notches(), Notches()

    def move(self, x: int, y: int) -> None:
        """Put the pointer on this desktop pixel."""
        self._do(setattr, self._mouse, "position", (x, y))

    def button(self, button: MouseButton, down: bool) -> None:
        """Press or release a button; one that this system lacks does nothing."""
        target = next((b for n in _BUTTONS[button] if (b := _button(n)) is not None), None)
        if target is not None:
            self._do(self._mouse.press if down else self._mouse.release, target)

    def wheel(self, dx: float, dy: float) -> None:
        """Turn the wheel; pynput counts up as positive, W3C counts down as positive."""
        across, down = self._wheel_across.turn(dx), self._wheel_down.turn(dy)
        if across or down:
            self._do(self._mouse.scroll, across, -down)

    def keys_reach(self, windows: Collection[int]) -> bool | None:  # noqa: ARG002 - interface
        """Say that we cannot tell."""
        return None

    def press(self, key: str, code: str, by: KeyBy = KeyBy.KEY) -> HeldKey | None:  # noqa: ARG002 - interface
        """Press a named key or type a character; None when there is no such key here.

        pynput knows no places on the keyboard: `by` code finds the same key as `by` key.
        """
        if key in SILENT_KEYS:
            return None
        name = pynput_name(key, code)
        if name is not None:
            return self._press_named(name)
        return self.press_character(key) if len(key) == 1 else None

    def type_text(self, text: str) -> Typed:
        """Type all of it; characters that this system cannot type are left out."""
        for character in text:
            name = _TYPED_KEYS.get(character)
            for unit in (character,) if name else _units(character):
                held = self._press_named(name) if name else self.press_character(unit)
                if held is not None:
                    self.release(held)
        return Typed(len(text), 0.0)

    def press_character(self, character: str) -> HeldKey | None:
        """Press whatever gives this character."""
        return self._press(keyboard.KeyCode.from_char(character))

    def repeat(self, held: HeldKey) -> None:
        """Press again: injected keys do not repeat by themselves on Windows and macOS."""
        assert isinstance(held, PynputKey)  # noqa: S101 - ours, from press()
        self._do(self._keyboard.press, held.key)

    def release(self, held: HeldKey) -> None:
        """Release what `press` gave."""
        assert isinstance(held, PynputKey)  # noqa: S101 - ours, from press()
        self._do(self._keyboard.release, held.key)

    def close(self) -> None:
        """Close pynput's X connections now: its `__del__` raises once the X server is gone."""
        for controller in (self._keyboard, self._mouse):
            display = vars(controller).pop("_display", None)
            if display is not None:
                display.close()

    def _press_named(self, name: str) -> HeldKey | None:
        key = getattr(keyboard.Key, name, None)
        return None if key is None else self._press(key)

    def _press(self, key: Any) -> HeldKey | None:
        try:
            self._do(self._keyboard.press, key)
        except keyboard.Controller.InvalidKeyException:
            return None
        return PynputKey(key)

    @staticmethod
    def _do(act: Any, *arguments: Any) -> None:
        """Call pynput, and say in our own words when the desktop is gone."""
        try:
            act(*arguments)
        except keyboard.Controller.InvalidKeyException:
            raise
        except Exception as error:
            raise InputLost("keys and pointer cannot be injected") from error


def _units(character: str) -> tuple[str, ...]:
    """Give what has to be pressed: Windows takes UTF-16 units, one by one."""
    if sys.platform != "win32":
        return (character,)
    raw = character.encode("utf-16-le", "surrogatepass")
    return tuple(chr(raw[at] | raw[at + 1] << 8) for at in range(0, len(raw), 2))


def _button(name: str) -> Any:
    return getattr(mouse.Button, name, None)
