"""How fast programs with tokens may ask: each token has a bucket of its own."""

import math
import time
from collections.abc import Callable
from typing import Final

from broker.errors import TooManyRequests
from broker.web.sockets import Pace

BURST: Final = 60
PER_S: Final = 5.0
"""Requests of one token, at once and sustained."""
SWEEP_AT: Final = 1000
"""When so many buckets are remembered, the full ones are forgotten."""


class TokenPace:
    """Refuses a token that asks faster than it may. Kept in memory: a restart forgives."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._paces: dict[str, tuple[Pace, float]] = {}

    def take(self, token_id: str) -> None:
        """Let one request through. TooManyRequests."""
        self._forget_idle()
        pace = self._paces.get(token_id, (Pace(BURST, PER_S, self._now), 0.0))[0]
        self._paces[token_id] = (pace, self._now())
        if not pace.allows_one_more():
            raise TooManyRequests(math.ceil(1 / PER_S))

    def _forget_idle(self) -> None:
        if len(self._paces) < SWEEP_AT:
            return
        full_since = self._now() - BURST / PER_S
        self._paces = {name: one for name, one in self._paces.items() if one[1] > full_since}
