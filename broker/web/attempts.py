"""Bounds failed attempts (passwords, setup and resume tokens, join codes) by who makes them.

An attempt takes one of its key's places before it is judged and gives it back unless it failed,
so that attempts in parallel are bounded as those in a row are. One that finds every place taken
by attempts under way waits for them; one that finds them used up by failures is refused.
"""

import asyncio
import ipaddress
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from broker.errors import HandrailError, TooManyRequests

WINDOW_S: Final = 600.0
"""A failure counts for this long."""

FAILURES: Final = 5
"""What an address may get wrong within the window, for each kind of attempt."""

ACCOUNT_FAILURES: Final = 10
"""Wrong passwords for one email within the window, from wherever they come."""

IPV6_PREFIX: Final = 64
"""One IPv6 customer has at least a /64, so that is what counts as an address."""

SWEEP_AT: Final = 10_000
"""When this many keys are remembered, those without a failure in the window are forgotten."""


@dataclass(slots=True)
class _Key:
    """What one address or account has done: failures still in the window, attempts under way."""

    failures: deque[float] = field(default_factory=deque)
    under_way: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class Attempts:
    """Refuses whoever has failed too often. Kept in memory: a restart forgives."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._keys: dict[tuple[str, str], _Key] = {}
        self._sweep_at = SWEEP_AT

    @asynccontextmanager
    async def by_address(
        self, kind: str, address: str | None, wrong: type[HandrailError]
    ) -> AsyncIterator[None]:
        """Make an attempt; `wrong` is the error that makes it a failure. TooManyRequests."""
        async with self._bounded((kind, address_key(address)), FAILURES, wrong):
            yield

    @asynccontextmanager
    async def by_account(
        self, kind: str, email: str, wrong: type[HandrailError]
    ) -> AsyncIterator[None]:
        """The same for an account, whether there is one with this email or not."""
        key = (f"{kind} account", email.strip().casefold())
        async with self._bounded(key, ACCOUNT_FAILURES, wrong):
            yield

    @asynccontextmanager
    async def _bounded(
        self, name: tuple[str, str], limit: int, wrong: type[HandrailError]
    ) -> AsyncIterator[None]:
        key = self._key(name)
        async with key.changed:
            while True:
                self._forget_old(key)
                if len(key.failures) >= limit:
                    raise TooManyRequests(self._seconds_left(key))
                if len(key.failures) + key.under_way < limit:
                    break
                await key.changed.wait()
            key.under_way += 1
        try:
            yield
        except wrong:
            key.failures.append(self._now())
            raise
        finally:
            key.under_way -= 1
            async with key.changed:
                key.changed.notify_all()

    def _key(self, name: tuple[str, str]) -> _Key:
        if name not in self._keys and len(self._keys) >= self._sweep_at:
            self._sweep()
        return self._keys.setdefault(name, _Key())

    def _sweep(self) -> None:
        for name, key in list(self._keys.items()):
            self._forget_old(key)
            if not key.failures and not key.under_way:
                del self._keys[name]
        self._sweep_at = max(SWEEP_AT, 2 * len(self._keys))

    def _forget_old(self, key: _Key) -> None:
        while key.failures and key.failures[0] <= self._now() - WINDOW_S:
            key.failures.popleft()

    def _seconds_left(self, key: _Key) -> int:
        return max(1, round(key.failures[0] + WINDOW_S - self._now()))


def address_key(address: str | None) -> str:
    """Give what counts as one address."""
    if address is None:
        return "unknown"
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))
