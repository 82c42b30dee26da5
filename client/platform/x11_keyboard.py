"""Types characters on X11 by pressing real keys through XTest, whatever modifiers are held.

A character that is on the keyboard is pressed with the Shift and AltGr it needs; one that is not
gets a spare key code, as pynput does it, but pressed rather than sent.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from pynput import keyboard
from pynput._util.xorg_keysyms import CHARS, SYMBOLS  # names of keysyms for characters
from Xlib import XK, X
from Xlib import display as x_display
from Xlib import error as x_error
from Xlib.ext import xtest

from broker.protocol.channels import MouseButton
from client.errors import InputLost
from client.platform.interface import HeldKey
from client.platform.pynput_input import PynputInjector, PynputKey
from client.platform.x11_focus import keys_reach
from client.platform.x11_watchdog import Watchdog

_LEVEL_OF_COLUMN: Final = {0: (False, False), 1: (True, False), 4: (False, True), 5: (True, True)}
"""Column of the core keyboard map (first group) → (Shift, AltGr)."""

_SHIFT: Final = ("Shift_L", "Shift_R")
_ALT_GR: Final = ("ISO_Level3_Shift",)
_ALT_GR_MASK: Final = X.Mod5Mask
_SHORTCUT_MASKS: Final = X.ControlMask | X.Mod1Mask | X.Mod4Mask


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


@dataclass(frozen=True)
class Stroke:
    """How to type a character: this key code with these modifiers."""

    keycode: int
    shift: bool
    alt_gr: bool


class X11Injector(PynputInjector):
    """pynput for pointer and named keys; XTest for characters. A watchdog outlives it."""

    def __init__(self) -> None:
        super().__init__()
        self._display: Any = x_display.Display()
        self._borrowed: OrderedDict[int, int] = OrderedDict()
        self._down: set[tuple[str, int]] = set()
        self._watchdog = Watchdog()

    def press(self, key: str, code: str) -> HeldKey | None:
        """Press a named key or type a character; None when there is no such key here."""
        held = super().press(key, code)
        if held is not None:
            self._note("key", self._keycode(held), down=True)
        return held

    def button(self, button: MouseButton, down: bool) -> None:
        """Press or release a button."""
        super().button(button, down)
        self._note("button", _BUTTON_NUMBERS[button], down=down)

    def keys_reach(self, windows: Collection[int]) -> bool | None:
        """Ask the X server where keys go now; toolkits learn it up to half a second later."""
        try:
            return keys_reach(self._display, windows)
        except (x_error.ConnectionClosedError, OSError) as error:
            raise InputLost("the X display is gone") from error

    def press_character(self, character: str) -> HeldKey | None:
        """Press the key of this character with exactly the modifiers it needs."""
        try:
            return self._press_keysym(_keysym(character))
        except (x_error.ConnectionClosedError, x_error.XError, OSError) as error:
            raise InputLost("the X display is gone") from error

    def _press_named(self, name: str) -> HeldKey | None:
        """Press through pynput, unless this keyboard has no such key: that is an X error there."""
        key = getattr(keyboard.Key, name, None)
        if key is None or not self._display.keysym_to_keycode(key.value.vk or 0):
            return None
        return super()._press_named(name)

    def repeat(self, held: HeldKey) -> None:
        """Nothing: the X server repeats a key that is held down."""

    def release(self, held: HeldKey) -> None:
        """Release what `press` gave."""
        try:
            keycode = self._keycode(held)
            if isinstance(held, X11Key):
                self._fake(X.KeyRelease, keycode)
                self._display.sync()
            else:
                super().release(held)
        except (x_error.ConnectionClosedError, x_error.XError, OSError) as error:
            raise InputLost("the X display is gone") from error
        self._note("key", keycode, down=False)

    def close(self) -> None:
        """Give borrowed key codes back and close the display."""
        self._watchdog.close()
        try:
            for keycode in self._borrowed.values():
                self._display.change_keyboard_mapping(keycode, [(X.NoSymbol,)])
            self._display.close()
            super().close()
        except (x_error.ConnectionClosedError, x_error.XError, OSError):
            self._borrowed.clear()

    def _keycode(self, held: HeldKey) -> int:
        if isinstance(held, X11Key):
            return held.keycode
        assert isinstance(held, PynputKey)  # noqa: S101 - ours, from press()
        keycode: int = self._display.keysym_to_keycode(held.key.value.vk)
        return keycode

    def _note(self, kind: str, number: int, *, down: bool) -> None:
        """Keep the watchdog up to date."""
        (self._down.add if down else self._down.discard)((kind, number))
        self._watchdog.holding(self._down)

    def _press_keysym(self, keysym: int) -> HeldKey | None:
        while self._display.pending_events():
            self._display.refresh_keyboard_mapping(self._display.next_event())
        stroke = self._find(keysym) or self._borrow(keysym)
        if stroke is None:
            return None
        with self._modifiers_for(stroke, keysym):
            self._fake(X.KeyPress, stroke.keycode)
        self._display.sync()
        return X11Key(stroke.keycode)

    def _fake(self, event: int, keycode: int) -> None:
        xtest.fake_input(self._display, event, keycode)

    # ---- finding the key

    def _find(self, keysym: int) -> Stroke | None:
        """Look the character up on the keyboard, plain keys first."""
        if keysym in self._borrowed:
            self._borrowed.move_to_end(keysym)
            return Stroke(self._borrowed[keysym], False, False)
        found = sorted(
            (column, keycode)
            for keycode, column in self._display.keysym_to_keycodes(keysym)
            if column in _LEVEL_OF_COLUMN
        )
        if not found:
            return None
        column, keycode = found[0]
        return Stroke(keycode, *_LEVEL_OF_COLUMN[column])

    def _borrow(self, keysym: int) -> Stroke | None:
        """Give the character a key code that has no meaning yet, or the one unused longest."""
        keycode = self._spare_keycode()
        if keycode is None:
            return None
        self._display.change_keyboard_mapping(keycode, [(keysym, keysym)])
        self._display.sync()
        self._borrowed[keysym] = keycode
        return Stroke(keycode, False, False)

    def _spare_keycode(self) -> int | None:
        low = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - low + 1
        taken = set(self._borrowed.values())
        mapping = self._display.get_keyboard_mapping(low, count)
        keycode: int
        for keycode, keysyms in reversed(list(enumerate(mapping, low))):
            if keycode not in taken and not any(keysyms):
                return keycode
        return self._borrowed.popitem(last=False)[1] if self._borrowed else None

    # ---- modifiers

    @contextmanager
    def _modifiers_for(self, stroke: Stroke, keysym: int) -> Iterator[None]:
        """Hold exactly the Shift and AltGr that the key needs, then put back what was held.

        In a shortcut (Control, Alt or Super held) modifiers are left as the technician holds them.
        """
        mask = self._display.screen().root.query_pointer().mask
        if mask & _SHORTCUT_MASKS:
            yield
            return
        inverted = bool(mask & X.LockMask) and _is_letter(keysym)
        fixes = [
            *self._fix(_SHIFT, bool(mask & X.ShiftMask), stroke.shift != inverted),
            *self._fix(_ALT_GR, bool(mask & _ALT_GR_MASK), stroke.alt_gr),
        ]
        for event, keycode in fixes:
            self._fake(event, keycode)
        try:
            yield
        finally:
            for event, keycode in reversed(fixes):
                self._fake(X.KeyRelease if event == X.KeyPress else X.KeyPress, keycode)

    def _fix(self, names: tuple[str, ...], held: bool, wanted: bool) -> list[tuple[int, int]]:
        if held == wanted:
            return []
        keycodes = [self._display.keysym_to_keycode(XK.string_to_keysym(n)) for n in names]
        if wanted:
            return [(X.KeyPress, keycodes[0])] if keycodes[0] else []
        down = self._display.query_keymap()
        return [(X.KeyRelease, k) for k in keycodes if down[k // 8] & (1 << (k % 8))]


def _keysym(character: str) -> int:
    """The keysym of a character: by name, as Latin-1, or as Unicode (X protocol, appendix A)."""
    symbol = SYMBOLS.get(CHARS.get(character))
    if symbol is not None:
        return int(symbol[0])
    ordinal = ord(character)
    return ordinal if ordinal < 0x100 else ordinal | 0x01000000


def _is_letter(keysym: int) -> bool:
    text = chr(keysym & 0xFFFFFF) if keysym < 0x100 or keysym >= 0x1000000 else ""
    return text.lower() != text.upper()
