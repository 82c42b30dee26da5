"""The heartbeats of all signaling sockets, from one task: a dead TCP connection tells nobody."""

import asyncio
from typing import Final, Protocol

ROUND_S: Final = 10.0
"""Every socket has its turn once in a round."""

AT_ONCE: Final = 20
"""Sockets in a row; the others wait, so that messages pass between them."""


class Beating(Protocol):
    """A socket with a heart."""

    def beat(self) -> bool:
        """Its turn has come; whether there will be more."""
        ...


class Heartbeats:
    """Ten thousand resting sockets are neither ten thousand timers nor one burst of pings."""

    def __init__(self, round_s: float = ROUND_S) -> None:
        self._round_s = round_s
        self._sockets: list[Beating] = []
        self._beating: asyncio.Task[None] | None = None

    def add(self, socket: Beating) -> None:
        """Give a socket its turns from now on, until it is over."""
        self._sockets.append(socket)
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())

    async def _beat(self) -> None:
        while self._sockets:
            all_of_them, self._sockets = self._sockets, []
            for first in range(0, len(all_of_them), AT_ONCE):
                some = all_of_them[first : first + AT_ONCE]
                await asyncio.sleep(self._round_s * len(some) / len(all_of_them))
                self._sockets += [socket for socket in some if socket.beat()]
