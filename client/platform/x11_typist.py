"""Types characters on X11 by pressing real keys through XTest, whatever layout and locks there are.

A character of the layout is pressed with exactly the modifiers it needs; one that is not on it gets
a spare key code. Nothing here waits: when a key code is not free yet, the caller comes back later.
"""

import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from Xlib import X
from Xlib.ext import xtest

from client.platform.interface import Typed
from client.platform.x11_keymap import LOCK, Keymap, read_keymap
from client.platform.x11_layout import Layout, State, held_modifiers, state_of
from client.platform.x11_spare_keys import SpareKeys
from client.platform.x11_xkb import XKeyboardExtension

CHUNK: Final = 64
"""Characters typed at a time: a few milliseconds of work."""

_SHORTCUT: Final = X.ControlMask | X.Mod1Mask | X.Mod4Mask
_NEVER_TYPED: Final = ("Cc", "Cs")
"""Unicode's controls and surrogates; what joins and what combines is typed like any other."""


class Typist:
    """Types on one python-xlib display. X errors pass through."""

    def __init__(self, display: Any) -> None:
        """Raise PlatformUnavailable when the display has no XKB."""
        self._display = display
        self._root = display.screen().root
        self._xkb = XKeyboardExtension(display)
        self._spare = SpareKeys(self._change, time.monotonic)
        self._raw = b""
        self._keymap = Keymap({}, {})
        self._layouts: dict[tuple[int, int], Layout] = {}

    def type_text(self, text: str) -> Typed:
        """Type the beginning of a text: as much as can be typed now."""
        text = text[:CHUNK]
        layout, state, held, changes = self._prepare(text, hurry=False)
        count = self._typeable(text, layout)
        if count == 0:
            return Typed(0, self._spare.settles_in() or 0.0)
        strokes = (layout.strokes.get(character) for character in text[:count])
        with self._plain(state), _Modifiers(self, layout, held) as modifiers:
            for stroke in filter(None, strokes):
                modifiers.become(stroke.modifiers)
                self.fake(X.KeyPress, stroke.keycode)
                self.fake(X.KeyRelease, stroke.keycode)
        self._display.sync()
        self._spare.pressed(set(text[:count]), changes)
        return Typed(count, 0.0)

    def press(self, character: str) -> int | None:
        """Press the key of a character and hold it: its key code; None when there is none.

        In a shortcut (Control, Alt or Super held) only keys of the layout count, and modifiers
        are left as they are held.
        """
        layout, state, held = self._look()
        if state.modifiers & _SHORTCUT:
            stroke = layout.strokes.get(character)
            if stroke is not None:
                self.fake(X.KeyPress, stroke.keycode)
                self._display.sync()
            return stroke.keycode if stroke else None
        layout, state, held, changes = self._prepare(character, hurry=True)
        stroke = layout.strokes.get(character)
        if stroke is None:
            return None
        with self._plain(state), _Modifiers(self, layout, held) as modifiers:
            modifiers.become(stroke.modifiers)
            self.fake(X.KeyPress, stroke.keycode)
        self._display.sync()
        self._spare.pressed({character}, changes)
        return stroke.keycode

    def find(self, keysym: int) -> int | None:
        """Give the key code of a named key on the keyboard as it is now."""
        layout, state, _ = self._look()
        return layout.keymap.find(keysym, state.group)

    def place(self, name: str) -> int | None:
        """Give the key code at a place on the keyboard, by its XKB name."""
        return self._xkb.names().get(name)

    def fake(self, event: int, keycode: int) -> None:
        """Let a key go down or up; sent with the next `sync`."""
        xtest.fake_input(self._display, event, keycode)

    def down(self) -> set[int]:
        """Give the codes of the keys that are down."""
        bits = self._display.query_keymap()
        return {code for code in range(256) if bits[code // 8] & 1 << code % 8}

    def close(self) -> None:
        """Give the spare key codes back."""
        self._spare.return_all()
        self._display.sync()

    # ---- the keyboard as it is now

    def _look(self) -> tuple[Layout, State, dict[int, int]]:
        while self._display.pending_events():
            self._display.next_event()
        raw = self._xkb.map()
        if raw != self._raw:
            self._raw, self._keymap, self._layouts = raw, read_keymap(raw), {}
            self._spare.follow(self._keymap)
        mask = self._root.query_pointer().mask
        held = held_modifiers(self._keymap, mask >> 13 & 3, self.down())
        state = state_of(mask, held)
        about = state.group, state.locks
        if about not in self._layouts:
            self._layouts[about] = Layout(self._keymap, *about)
        return self._layouts[about], state, held

    def _change(self, keycode: int, keysyms: tuple[int, ...]) -> None:
        self._display.change_keyboard_mapping(keycode, [keysyms])

    # ---- what to press

    def _prepare(self, text: str, *, hurry: bool) -> tuple[Layout, State, dict[int, int], int]:
        """Lend keys to what the layout lacks; give the keyboard then, and how many keys changed."""
        layout, state, held = self._look()
        missing = [c for c in dict.fromkeys(text) if _lacks(layout, c)]
        changes = self._spare.lend(missing, layout.keymap, text, hurry=hurry) if missing else 0
        if changes:
            layout, state, held = self._look()
        return layout, state, held, changes

    def _typeable(self, text: str, layout: Layout) -> int:
        """Count the characters up to the first that must wait for a key."""
        if self._spare.settles_in() is None:
            return len(text)  # there are no spare keys, and there will be none
        return next((at for at, c in enumerate(text) if _lacks(layout, c)), len(text))

    @contextmanager
    def _plain(self, state: State) -> Iterator[None]:
        """Lift Caps Lock for a moment; events carry the locks under which they were made."""
        if not state.caps_lock:
            yield
            return
        self._xkb.set_locks(LOCK, 0)
        try:
            yield
        finally:
            self._xkb.set_locks(LOCK, LOCK)


def _lacks(layout: Layout, character: str) -> bool:
    typed = unicodedata.category(character) not in _NEVER_TYPED
    return typed and character not in layout.strokes


class _Modifiers:
    """Holds exactly the modifiers that each key needs, and puts back what was held."""

    def __init__(self, typist: Typist, layout: Layout, held: dict[int, int]) -> None:
        self._typist = typist
        self._keys = layout.modifier_keys
        self._before = held
        self._now = dict(held)

    def __enter__(self) -> "_Modifiers":
        return self

    def __exit__(self, *_: object) -> None:
        self._be(self._before)

    def become(self, wanted: int) -> None:
        """Let these modifiers be held, and no others."""
        keys = {code: bits for code, bits in self._now.items() if not bits & ~wanted}
        missing = wanted
        for bits in keys.values():
            missing &= ~bits
        keys.update({code: bit for bit, code in self._keys.items() if missing & bit})
        self._be(keys)

    def _be(self, keys: dict[int, int]) -> None:
        for code in self._now.keys() - keys.keys():
            self._typist.fake(X.KeyRelease, code)
        for code in keys.keys() - self._now.keys():
            self._typist.fake(X.KeyPress, code)
        self._now = dict(keys)
