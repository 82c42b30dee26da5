"""Key codes without a meaning, lent to characters that the layout does not have.

A program fetches the keyboard's map when it handles the notice of a change, so a key code may be
given another character only when what was pressed with it has surely been handled.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from client.platform.x11_characters import keysym_of
from client.platform.x11_keymap import Keymap

SETTLE_S: Final = 0.15
"""After this long a program that is not stuck has handled a key."""
SETTLE_PER_CHANGE_S: Final = 0.02
"""And this much later for each change that came with it: programs read the whole map each time."""


@dataclass
class _Loan:
    keycode: int
    settled_at: float = 0.0


class SpareKeys:
    """Lends key codes to characters, the one unused longest first. `change` sets a keysym."""

    def __init__(self, change: Callable[[int, int], None], clock: Callable[[], float]) -> None:
        self._change = change
        self._clock = clock
        self._loans: OrderedDict[str, _Loan] = OrderedDict()

    def follow(self, keymap: Keymap) -> None:
        """Forget what is not so any more: another layout was loaded."""
        for character, loan in list(self._loans.items()):
            key = keymap.keys.get(loan.keycode)
            if key is None or key.keysym(0, 0) != keysym_of(character):
                del self._loans[character]

    def keycode(self, character: str) -> int | None:
        """Give the key code that this character has."""
        loan = self._loans.get(character)
        return loan.keycode if loan else None

    def lend(self, character: str, keymap: Keymap, busy: Collection[str], *, hurry: bool) -> bool:
        """Give a character a key code; False when none is free yet.

        Those of `busy` characters are never taken; one that has not settled only in a `hurry`.
        """
        lent = {loan.keycode for loan in self._loans.values()}
        keycode = next((code for code in keymap.spare() if code not in lent), None)
        if keycode is None:
            keycode = self._take_back(busy, hurry=hurry)
        if keycode is None:
            return False
        self._change(keycode, keysym_of(character))
        self._loans[character] = _Loan(keycode)
        return True

    def pressed(self, characters: Collection[str], changes: int) -> None:
        """Note that these were pressed just now, after so many changes of the map."""
        settled_at = self._clock() + SETTLE_S + changes * SETTLE_PER_CHANGE_S
        for character in characters:
            loan = self._loans.get(character)
            if loan is not None:
                loan.settled_at = settled_at
                self._loans.move_to_end(character)

    def settles_in(self) -> float | None:
        """Give the seconds until a key code is free again; None when there are none at all."""
        earliest = min((loan.settled_at for loan in self._loans.values()), default=None)
        return None if earliest is None else max(0.0, earliest - self._clock())

    def return_all(self) -> None:
        """Let every key code mean nothing again."""
        while self._loans:
            _, loan = self._loans.popitem()
            self._change(loan.keycode, 0)

    def _take_back(self, busy: Collection[str], *, hurry: bool) -> int | None:
        for character, loan in self._loans.items():
            if character not in busy and (hurry or loan.settled_at <= self._clock()):
                del self._loans[character]
                return loan.keycode
        return None
