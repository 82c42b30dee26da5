"""Fingers on a real keyboard: presses keys of an X display by their codes, as a person would.

Run as a program on that display it prints, as JSON, the text that it meant:
`LENGTH SEED` types everything the layout gives, dead keys with what they compose included;
`press KEYSYM …` presses keys by the hexadecimal numbers of their keysyms.
"""

import json
import random
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from Xlib import X, display
from Xlib.ext import xtest

from client.platform.x11_keymap import Keymap, read_keymap
from client.platform.x11_layout import Layout
from client.platform.x11_xkb import XKeyboardExtension

PAUSE_S: Final = 0.004
"""Between two keys."""

_DEAD: Final = {
    0xFE50: "\u0300",
    0xFE51: "\u0301",
    0xFE52: "\u0302",
    0xFE53: "\u0303",
    0xFE57: "\u0308",
    0xFE58: "\u030a",
    0xFE5A: "\u030c",
    0xFE5B: "\u0327",
}
"""Keysym of a dead key → the combining character it stands for."""
_BASES: Final = "aeiouAEIOUcnszCNSZαεο"


@dataclass(frozen=True)
class Press:
    """A key code under these modifiers."""

    keycode: int
    modifiers: int


class Fingers:
    """Presses keys on the display that DISPLAY names."""

    def __init__(self) -> None:
        self._display: Any = display.Display()
        self._keymap: Keymap = read_keymap(XKeyboardExtension(self._display).map())
        self._layout = Layout(self._keymap, 0, 0)

    def meant(self, length: int, seed: int) -> list[tuple[str, list[Press]]]:
        """Give so many characters with the keys for each, all that the layout has first."""
        plain = [
            (character, [Press(stroke.keycode, stroke.modifiers)])
            for character, stroke in self._layout.strokes.items()
            if unicodedata.category(character)[0] not in "CM"
            and not self._is_keypad(stroke.keycode)
        ]
        composed = list(self._composed())
        rng = random.Random(seed)
        rng.shuffle(composed)
        chosen = composed[: length // 5]
        everything = plain[: length - len(chosen)] + chosen
        while len(everything) < length:
            everything.append(rng.choice(plain))
        rng.shuffle(everything)
        return everything

    def type(self, presses: list[Press]) -> None:
        """Press keys one after the other, each with its modifiers."""
        for press in presses:
            held = [k for bit, k in self._layout.modifier_keys.items() if bit & press.modifiers]
            for keycode in held:
                self._fake(X.KeyPress, keycode)
            self._fake(X.KeyPress, press.keycode)
            self._fake(X.KeyRelease, press.keycode)
            for keycode in reversed(held):
                self._fake(X.KeyRelease, keycode)
            self._display.sync()
            time.sleep(PAUSE_S)

    def press(self, keysym: int) -> None:
        """Press the key with this keysym."""
        keycode = self._keymap.find(keysym, 0)
        if keycode is None:
            raise LookupError(f"no key for {keysym:#x}")
        self.type([Press(keycode, 0)])

    def _is_keypad(self, keycode: int) -> bool:
        """Chromium makes no characters of what the fr(bepo) layout has on levels of the keypad."""
        return 0xFF80 <= self._keymap.keys[keycode].keysym(0, 0) < 0xFFC0

    def _composed(self) -> Iterator[tuple[str, list[Press]]]:
        for mark, dead in self._dead_keys().items():
            for base in _BASES:
                character = unicodedata.normalize("NFC", base + mark)
                stroke = self._layout.strokes.get(base)
                if len(character) == 1 and stroke is not None:
                    yield character, [dead, Press(stroke.keycode, stroke.modifiers)]

    def _dead_keys(self) -> dict[str, Press]:
        """Give the easiest way to each dead key."""
        found: dict[str, Press] = {}
        bits = [0, *self._layout.modifier_keys]
        for modifiers in bits:
            for key in self._keymap.keys.values():
                mark = _DEAD.get(key.keysym(0, modifiers))
                if mark is not None:
                    found.setdefault(mark, Press(key.keycode, modifiers))
        return found

    def _fake(self, event: int, keycode: int) -> None:
        xtest.fake_input(self._display, event, keycode)


def main(arguments: list[str]) -> None:
    """Be the program."""
    fingers = Fingers()
    if arguments[0] == "press":
        for keysym in arguments[1:]:
            fingers.press(int(keysym, 16))
        return
    meant = fingers.meant(int(arguments[0]), int(arguments[1]))
    for _, presses in meant:
        fingers.type(presses)
    print(json.dumps("".join(character for character, _ in meant)))


if __name__ == "__main__":
    main(sys.argv[1:])
