"""Key codes without a meaning, lent to characters that the layout does not have: two on each.

A program fetches the keyboard's map when it handles the notice of a change, so a place on a key may
be given to another character only when what was pressed there has surely been handled.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from client.platform.x11_characters import keysym_of
from client.platform.x11_keymap import Keymap

SETTLE_S: Final = 0.15
"""After this long a program that is not stuck has handled a key."""
SETTLE_PER_CHANGE_S: Final = 0.06
"""And this much later for each change that came with it: programs read the whole map each time,
which takes Qt 10 to 40 ms."""

LEVELS: Final = 2
"""Plain and with Shift: what a change through the core protocol can give a key."""


@dataclass
class _Loan:
    keycode: int
    level: int
    settled_at: float = 0.0


class SpareKeys:
    """Lends places on keys to characters, the one unused longest first.

    `change` sets the keysyms of a key code; `clock` gives monotonic seconds.
    """

    def __init__(
        self, change: Callable[[int, tuple[int, ...]], None], clock: Callable[[], float]
    ) -> None:
        self._change = change
        self._clock = clock
        self._loans: OrderedDict[str, _Loan] = OrderedDict()
        self._handled_at = 0.0
        """When programs will have read every change made so far; changes queue up."""

    def follow(self, keymap: Keymap) -> None:
        """Forget what is not so any more: another layout was loaded."""
        for character, loan in list(self._loans.items()):
            key = keymap.keys.get(loan.keycode)
            if key is None or not any(keysym_of(character) in syms for _, syms in key.groups):
                del self._loans[character]

    def lend(
        self, characters: Iterable[str], keymap: Keymap, busy: Collection[str], *, hurry: bool
    ) -> int:
        """Give places to as many of these characters as can be, in order; how many keys changed.

        Those of `busy` characters are never taken; one that has not settled only in a `hurry`.
        """
        free = self._free(keymap)
        changed: set[int] = set()
        for character in characters:
            place = next(free, None) or self._take_back(busy, hurry=hurry)
            if place is None:
                break
            self._loans[character] = _Loan(*place)
            changed.add(place[0])
        for keycode in changed:
            self._change(keycode, self._keysyms(keycode))
        return len(changed)

    def pressed(self, characters: Collection[str], changes: int) -> None:
        """Note that these were pressed just now, after so many changes of the map."""
        now = self._clock()
        self._handled_at = max(now, self._handled_at) + changes * SETTLE_PER_CHANGE_S
        settled_at = self._handled_at + SETTLE_S
        for character in characters:
            loan = self._loans.get(character)
            if loan is not None:
                loan.settled_at = settled_at
                self._loans.move_to_end(character)

    def settles_in(self) -> float | None:
        """Give the seconds until a place is free again; None when there are none at all."""
        earliest = min((loan.settled_at for loan in self._loans.values()), default=None)
        return None if earliest is None else max(0.0, earliest - self._clock())

    def return_all(self) -> None:
        """Let every key code mean nothing again."""
        for keycode in {loan.keycode for loan in self._loans.values()}:
            self._change(keycode, (0,))
        self._loans.clear()

    def _free(self, keymap: Keymap) -> Iterator[tuple[int, int]]:
        """Give the places that nobody has, on keys that are lent already first."""
        taken = {(loan.keycode, loan.level) for loan in self._loans.values()}
        lent = {keycode for keycode, _ in taken}
        for keycode in [*lent, *(code for code in keymap.spare() if code not in lent)]:
            yield from ((keycode, n) for n in range(LEVELS) if (keycode, n) not in taken)

    def _take_back(self, busy: Collection[str], *, hurry: bool) -> tuple[int, int] | None:
        for character, loan in self._loans.items():
            if character not in busy and (hurry or loan.settled_at <= self._clock()):
                del self._loans[character]
                return loan.keycode, loan.level
        return None

    def _keysyms(self, keycode: int) -> tuple[int, ...]:
        """Give what a key code is to mean; a place that nobody has repeats another."""
        here = {
            loan.level: keysym_of(character)
            for character, loan in self._loans.items()
            if loan.keycode == keycode
        }
        other = next(iter(here.values()))
        return tuple(here.get(level, other) for level in range(LEVELS))
