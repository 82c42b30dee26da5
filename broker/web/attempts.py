"""Counts failed attempts (join codes, passwords, setup tokens) by source address."""

import ipaddress
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from broker.errors import TooManyRequests

FAILURES = RateLimitItemPerMinute(5, 10)
"""5 failures an address in 10 minutes."""

IPV6_PREFIX = 64
"""One IPv6 customer has at least a /64, so that is what counts as an address."""


class Attempts:
    """Refuses an address that has failed too often. Kept in memory: a restart forgives."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def check(self, kind: str, address: str | None) -> None:
        """Raise TooManyRequests while this address has no attempt left."""
        key = _key(address)
        if not await self._limiter.test(FAILURES, kind, key):
            window = await self._limiter.get_window_stats(FAILURES, kind, key)
            raise TooManyRequests(max(1, round(window.reset_time - time.time())))

    async def failed(self, kind: str, address: str | None) -> None:
        """Count a failure."""
        await self._limiter.hit(FAILURES, kind, _key(address))


def _key(address: str | None) -> str:
    if address is None:
        return "unknown"
    ip = ipaddress.ip_address(address)
    if ip.version == 4:
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, IPV6_PREFIX), strict=False))
