"""Asks whether sign-ins still stand, for all the sockets of one together."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from broker.ports import Directory, Identity

FRESH_S: Final = 1.0
"""An answer serves every socket of that sign-in for so long."""

SWEEP_AT: Final = 1000
"""When so many answers are remembered, the old ones are forgotten."""


class SignIns:
    """What open consoles ask every few seconds: a thousand of them are not a thousand queries."""

    def __init__(self, directory: Directory, now: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._now = now
        self._asked: dict[str, tuple[float, asyncio.Task[bool]]] = {}

    async def is_live(self, identity: Identity) -> bool:
        """Tell whether this sign-in stood a second ago. OurFault when the store is away."""
        asked = self._asked.get(identity.sign_in_id)
        if asked is None or asked[0] + FRESH_S <= self._now():
            self._forget_old()
            task = asyncio.create_task(self._directory.is_live(identity))
            asked = self._asked[identity.sign_in_id] = (self._now(), task)
        return await asyncio.shield(asked[1])

    def _forget_old(self) -> None:
        if len(self._asked) < SWEEP_AT:
            return
        oldest = self._now() - FRESH_S
        self._asked = {name: one for name, one in self._asked.items() if one[0] > oldest}
