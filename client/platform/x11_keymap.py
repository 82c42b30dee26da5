"""The keyboard of an X display as XKB describes it: which key gives what under which modifiers.

Pure: it reads the bytes of a GetMap reply and answers questions. A *group* is one of up to four
layouts that the user switches between; a *level* is what Shift, AltGr and others choose on a key.
"""

import struct
from dataclasses import dataclass
from typing import Final

_HEADER: Final = struct.Struct("<BBHBBBBHBBHB12BxH")
"""A GetMap reply from byte 10: key codes, what is present, then counts of each part."""
_MODIFIER_TOTAL: Final = 20
_TYPE: Final = struct.Struct("<BBHBBBx")
_TYPE_ENTRY: Final = struct.Struct("<BBBBHxx")
_KEY: Final = struct.Struct("<4BBBH")

SHIFT: Final = 1 << 0
LOCK: Final = 1 << 1
"""Caps Lock. Bits of the core modifiers, as in the `state` of an event."""


@dataclass(frozen=True, slots=True)
class KeyType:
    """How modifiers choose a level: those in `mask` count; what is not in `levels` means 0."""

    mask: int
    levels: dict[int, int]

    def level(self, modifiers: int) -> int:
        """Give the level under these modifiers."""
        return self.levels.get(modifiers & self.mask, 0)


@dataclass(frozen=True, slots=True)
class Key:
    """A key: for each of its groups the type, and the keysyms level by level."""

    keycode: int
    groups: tuple[tuple[KeyType, tuple[int, ...]], ...]
    group_info: int

    def group(self, effective: int) -> tuple[KeyType, tuple[int, ...]] | None:
        """Give what it has in this group; keys with fewer groups wrap, clamp or redirect."""
        count = len(self.groups)
        if count == 0:
            return None
        if effective < count:
            return self.groups[effective]
        if self.group_info & 0x40:  # clamp into range
            return self.groups[-1]
        if self.group_info & 0x80:  # redirect into range
            redirected = self.group_info >> 4 & 3
            return self.groups[redirected if redirected < count else 0]
        return self.groups[effective % count]

    def keysym(self, group: int, modifiers: int) -> int:
        """Give the keysym under these modifiers; 0 when there is none."""
        found = self.group(group)
        if found is None:
            return 0
        key_type, keysyms = found
        level = key_type.level(modifiers)
        return keysyms[level] if level < len(keysyms) else 0


@dataclass(frozen=True)
class Keymap:
    """Every key by its code, and which modifiers each key code sets."""

    keys: dict[int, Key]
    modifiers: dict[int, int]

    def find(self, keysym: int, group: int) -> int | None:
        """Give a key code with this keysym, best on a low level of this group."""
        best: tuple[int, int] | None = None
        for key in self.keys.values():
            here = key.group(group)
            if here and keysym in here[1]:
                found = here[1].index(keysym), key.keycode
                best = min(best, found) if best else found
        if best:
            return best[1]
        elsewhere = (k.keycode for k in self.keys.values() if any(keysym in g[1] for g in k.groups))
        return next(elsewhere, None)

    def spare(self) -> list[int]:
        """Give the key codes that have no meaning and set no modifier, highest first.

        Not the lowest of all, which is evdev's KEY_RESERVED and ignored by some programs.
        """
        lowest = min(self.keys, default=0)
        return sorted(
            (
                code
                for code, key in self.keys.items()
                if code != lowest
                and not any(any(keysyms) for _, keysyms in key.groups)
                and not self.modifiers.get(code)
            ),
            reverse=True,
        )


def read_keymap(reply: bytes) -> Keymap:
    """Read a GetMap reply from its byte 10 on: types, symbols and the modifier map."""
    # Each part is told by first, count and total; only these are of interest.
    header = _HEADER.unpack_from(reply)
    low, high, types, first, count = (header[i] for i in (0, 1, 4, 6, 8))
    at = _HEADER.size
    key_types: list[KeyType] = []
    for _ in range(types):
        key_type, at = _read_type(reply, at)
        key_types.append(key_type)
    keys = {code: Key(code, (), 0) for code in range(low, high + 1)}
    for code in range(first, first + count):
        keys[code], at = _read_key(reply, at, code, key_types)
    pairs = reply[at : at + 2 * header[_MODIFIER_TOTAL]]
    return Keymap(keys, dict(zip(pairs[::2], pairs[1::2], strict=True)))


def _read_type(reply: bytes, at: int) -> tuple[KeyType, int]:
    mask, _, _, _, entries, preserves = _TYPE.unpack_from(reply, at)
    at += 8
    levels: dict[int, int] = {}
    for place in range(at, at + 8 * entries, 8):
        active, entry_mask, level, _, _ = _TYPE_ENTRY.unpack_from(reply, place)
        if active:
            levels.setdefault(entry_mask, level)
    return KeyType(mask, levels), at + (12 if preserves else 8) * entries


def _read_key(reply: bytes, at: int, code: int, types: list[KeyType]) -> tuple[Key, int]:
    *indices, info, width, total = _KEY.unpack_from(reply, at)
    at += _KEY.size
    keysyms = struct.unpack_from(f"<{total}I", reply, at)
    groups = tuple(
        (types[indices[group]], keysyms[group * width : (group + 1) * width])
        for group in range(info & 0x0F)
    )
    return Key(code, groups, info), at + 4 * total
