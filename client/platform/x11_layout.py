"""How characters are typed on the end user's layout as it is now: which key with which modifiers.

A layout is a keymap seen in the group and under the locks in force. It presses nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Final

from client.platform.x11_characters import character_of
from client.platform.x11_keymap import LOCK, Keymap

SHIFT_KEYS: Final = (0xFFE1, 0xFFE2)
LEVEL3_KEYS: Final = (0xFE03,)
"""ISO_Level3_Shift: AltGr."""
LEVEL5_KEYS: Final = (0xFE11,)
_LOCK_KEYS: Final = frozenset({0xFFE5, 0xFFE6, 0xFF7F, 0xFF14})
"""Caps Lock, Shift Lock, Num Lock, Scroll Lock."""
_ALL_MODIFIERS: Final = 0xFF


@dataclass(frozen=True, slots=True)
class Stroke:
    """How to type a character: this key code under exactly these modifiers."""

    keycode: int
    modifiers: int


@dataclass(frozen=True, slots=True)
class State:
    """What an X event's `state` says: group, modifiers, and which of them keys hold down."""

    group: int
    modifiers: int
    held: int

    @property
    def locks(self) -> int:
        """Modifiers that stay when every key is up, but for Caps Lock, which is lifted."""
        return self.modifiers & ~self.held & ~LOCK

    @property
    def caps_lock(self) -> bool:
        """Whether letters come out inverted."""
        return bool(self.modifiers & ~self.held & LOCK)


class Layout:
    """One group of a keymap under these locks."""

    def __init__(self, keymap: Keymap, group: int, locks: int) -> None:
        self.keymap = keymap
        self._group = group
        self._locks = locks

    @cached_property
    def strokes(self) -> dict[str, Stroke]:
        """Every character of the layout with its easiest stroke."""
        found: dict[str, Stroke] = {}
        for chosen in self._choices():
            for key in self.keymap.keys.values():
                character = character_of(key.keysym(self._group, self._locks | chosen))
                if character is not None:
                    found.setdefault(character, Stroke(key.keycode, chosen))
        return found

    @cached_property
    def modifier_keys(self) -> dict[int, int]:
        """The key code to press for each modifier that chooses levels: bit → key code."""
        found: dict[int, int] = {}
        for keysyms in (SHIFT_KEYS, LEVEL3_KEYS, LEVEL5_KEYS):
            for keycode, bits in self.keymap.modifiers.items():
                keysym = self.keymap.keys[keycode].keysym(self._group, 0)
                if keysym in keysyms and bits.bit_count() == 1:
                    found.setdefault(bits, keycode)
        return found

    def _choices(self) -> list[int]:
        bits = list(self.modifier_keys)
        return [sum(some) for size in range(len(bits) + 1) for some in combinations(bits, size)]


def held_modifiers(keymap: Keymap, group: int, down: Collection[int]) -> dict[int, int]:
    """Give the keys among those down that set modifiers, locks left out: key code → bits."""
    return {
        keycode: bits
        for keycode, bits in keymap.modifiers.items()
        if keycode in down
        and bits
        and keycode in keymap.keys
        and keymap.keys[keycode].keysym(group, 0) not in _LOCK_KEYS
    }


def state_of(mask: int, held: dict[int, int]) -> State:
    """Read the mask of QueryPointer; bits 13 and 14 are the group (XKB protocol, section 2.2.2)."""
    modifiers = mask & _ALL_MODIFIERS
    bits = 0
    for some in held.values():
        bits |= some
    return State(mask >> 13 & 3, modifiers, bits & modifiers)
