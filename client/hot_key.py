"""The end user's own key combination: it pauses at once; pressed again or held, it stops. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DEFAULT: Final = "ctrl+shift+f12"
"""Every keyboard has it; it types nothing in any layout, and no system switches consoles by it."""

AGAIN_S: Final = 2.0
"""Pressed again within this many seconds it stops the session."""

HELD_S: Final = 1.5
"""Held for this many seconds it stops the session too."""

MODIFIERS: Final = {"ctrl": "Control", "alt": "Alt", "shift": "Shift", "meta": "Meta"}
"""Name in a combination → `key` of W3C UI Events."""

_KEYS: Final = {
    **{f"f{n}": f"F{n}" for n in range(1, 13)},
    **{name.lower(): name for name in ("Pause", "Insert", "Delete", "Home", "End", "Escape")},
}


class Wish(StrEnum):
    """What the end user wants by it."""

    PAUSE = "pause"
    STOP = "stop"


@dataclass(frozen=True)
class Combination:
    """Modifiers, as named in MODIFIERS, and a key of W3C UI Events, which need no typing."""

    modifiers: frozenset[str]
    key: str

    def __str__(self) -> str:
        held = (name.capitalize() for name in MODIFIERS if name in self.modifiers)
        return "+".join((*held, self.key))

    def is_made_by(self, key: str, held: Iterable[str]) -> bool:
        """Whether pressing `key` while `held` are down makes it (W3C `key` or `code` names)."""
        down = list(held)
        return key == self.key and all(
            any(name.startswith(MODIFIERS[modifier]) for name in down)
            for modifier in self.modifiers
        )


def parse(text: str) -> Combination:
    """Read a combination such as `ctrl+shift+f12`. Raises ValueError with a text for people."""
    *modifiers, key = (part.strip().lower() for part in text.split("+"))
    unknown = [name for name in modifiers if name not in MODIFIERS]
    if unknown or key not in _KEYS or not {"ctrl", "alt", "meta"}.intersection(modifiers):
        raise ValueError(
            f"{text!r} is not a key combination such as {DEFAULT}: use ctrl, alt, shift or meta, "
            f"and one of {', '.join(_KEYS)}."
        )
    return Combination(frozenset(modifiers), _KEYS[key])


class HotKey:
    """Presses and releases of the combination, in monotonic seconds."""

    def __init__(self) -> None:
        self._pressed_at = float("-inf")
        self._is_down = False

    def pressed(self, now: float) -> Wish:
        """Say what this press wants."""
        again = now - self._pressed_at <= AGAIN_S
        self._pressed_at, self._is_down = now, True
        return Wish.STOP if again else Wish.PAUSE

    def released(self) -> None:
        """Note that the key is up again."""
        self._is_down = False

    def due_in(self, now: float) -> float | None:
        """Seconds until a key that stays down counts as held; None when none is down."""
        return max(0.0, self._pressed_at + HELD_S - now) if self._is_down else None

    def held(self, now: float) -> Wish | None:
        """Say, once, that it was held for long enough."""
        if self.due_in(now) != 0:
            return None
        self._is_down = False
        return Wish.STOP
