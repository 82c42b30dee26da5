"""Which character a keysym stands for, and back (X Window System Protocol, appendix A)."""

from functools import cache
from typing import Final

_FIRST_FUNCTION_KEY: Final = 0xFE00
"""Dead keys, keypad and function keys begin here: they stand for no character of their own."""
_UNICODE: Final = 0x01000000

RETURN: Final = 0xFF0D
TAB: Final = 0xFF09


def character_of(keysym: int) -> str | None:
    """Give the character that a key with this keysym types; None when it types none."""
    if keysym & 0xFF000000 == _UNICODE:
        return chr(keysym - _UNICODE) if keysym - _UNICODE < 0x110000 else None
    if keysym in (RETURN, TAB) or 0x20 <= keysym < _FIRST_FUNCTION_KEY:
        known = _characters().get(keysym)
        return chr(keysym) if known is None and keysym < 0x100 else known
    return None


def keysym_of(character: str) -> int:
    """Give the keysym for a key that is to type this character: Latin-1 or Unicode."""
    point = ord(character)
    return point if 0x20 <= point < 0x7F or 0xA0 <= point < 0x100 else _UNICODE | point


@cache
def _characters() -> dict[int, str]:
    """Give what pynput knows; it can be imported only where there is a display."""
    from pynput._util.xorg_keysyms import SYMBOLS  # name → (keysym, character)

    known = {int(keysym): str(character) for keysym, character in SYMBOLS.values() if character}
    return {**known, RETURN: "\n", TAB: "\t"}
