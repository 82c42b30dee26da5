"""Bounds the chance that anybody guesses a join code, however many addresses guess.

A guess hits one of so many live codes among 10^11. That chance is what is rationed: a broker with
few live codes bears many wrong ones, a broker with thousands bears fewer, and the sum of a day
stays the same. A right code costs nothing: what it took is given back.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from broker.errors import HandrailError, TooManyRequests
from broker.protocol.join_code import PAYLOAD_LENGTH

SPACE: Final = 10**PAYLOAD_LENGTH
"""So many codes there are; the last digit only checks the others."""

PER_DAY: Final = 1e-4
"""Most chance of a hit in any 24 hours: ten thousand guesses against a thousand live codes."""

AT_ONCE: Final = PER_DAY / 10
"""So much of it may be used up in one go; the rest comes back over the day."""

PER_SECOND: Final = (PER_DAY - AT_ONCE) / 86_400


class ChanceBudget:
    """What is left of the chance of a hit."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._left, self._as_of = AT_ONCE, now()

    @contextmanager
    def one_guess(self, live_codes: int, wrong: type[HandrailError]) -> Iterator[None]:
        """Make a guess; `wrong` is the error that makes it one. TooManyRequests."""
        cost = max(1, live_codes) / SPACE
        self._fill()
        if self._left < cost:
            raise TooManyRequests(max(1, round((cost - self._left) / PER_SECOND)))
        self._left -= cost
        missed = False
        try:
            yield
        except wrong:
            missed = True
            raise
        finally:
            if not missed:
                self._left += cost

    def _fill(self) -> None:
        now = self._now()
        self._left = min(AT_ONCE, self._left + (now - self._as_of) * PER_SECOND)
        self._as_of = now
