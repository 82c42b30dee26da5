"""Whether the sign-ins of open consoles still stand: one task asks for all of them."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog

from broker.errors import OurFault
from broker.ports import Directory, Identity

log = structlog.get_logger(__name__)

CHECK_S: Final = 3.0
"""How often each sign-in is asked about: a sign-out on another broker is heard of within it."""

AT_ONCE: Final = 20
"""Questions to the store at a time."""

Over = Callable[[], None]


@dataclass(slots=True)
class _Watched:
    identity: Identity
    overs: list[Over] = field(default_factory=list)


class SignIns:
    """A thousand consoles are neither a thousand tasks nor, with one sign-in, as many queries."""

    def __init__(self, directory: Directory, every_s: float = CHECK_S) -> None:
        self._directory = directory
        self._every_s = every_s
        self._watched: dict[str, _Watched] = {}
        self._asking: asyncio.Task[None] | None = None

    @contextmanager
    def watched(self, identity: Identity, over: Over) -> Iterator[None]:
        """Call `over` soon after this sign-in stands no more, as long as this lasts."""
        name = identity.sign_in_id
        watched = self._watched.setdefault(name, _Watched(identity))
        watched.overs.append(over)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        try:
            yield
        finally:
            watched.overs.remove(over)
            if not watched.overs:
                del self._watched[name]

    async def _ask(self) -> None:
        while self._watched:
            await asyncio.sleep(self._every_s)
            all_of_them = list(self._watched.values())
            for first in range(0, len(all_of_them), AT_ONCE):
                await asyncio.gather(*map(self._look_at, all_of_them[first : first + AT_ONCE]))

    async def _look_at(self, watched: _Watched) -> None:
        try:
            if await self._directory.is_live(watched.identity):
                return
        except OurFault:
            # A store that is away for a moment must not cut every technician off.
            log.exception("sign_in.not_checked")
            return
        for over in tuple(watched.overs):
            over()
