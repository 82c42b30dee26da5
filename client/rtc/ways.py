"""Tries which ways out of this network work: a STUN server by UDP, TURN by UDP, TCP and TLS.

Each server is asked once, all at the same time, and nothing is held: an allocation that a TURN
server gives is given back at once.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any, Final

from aioice import stun, turn
from aiortc import RTCIceServer
from aiortc.rtcicetransport import parse_stun_turn_uri

from broker.protocol.connection import Way, WayOutcome
from broker.protocol.signaling import IceServer
from client.rtc.turn_servers import MAX_SERVERS, TurnServer, turn_servers_of, usable
from client.trials import Trial

TRY_S: Final = 8.0
"""Longest that a server is waited for. STUN asks again after 0.5, 1.5 and 3.5 s (RFC 8489, section
6.2.1), TCP after 1 and 3; what is left of ten seconds is for telling it."""
_UNAUTHORIZED: Final = 401

_Try = Callable[[], Coroutine[Any, Any, None]]
"""Returns when the server gave what was asked for."""


async def try_ways(servers: Sequence[IceServer], within_s: float = TRY_S) -> tuple[Trial, ...]:
    """Ask every server at once, and give what became of each, within this many seconds."""
    readable = usable(servers)
    relays = turn_servers_of(readable)
    stuns = _stun_servers(readable) or [
        (relay.url, relay.address) for relay in relays if relay.way is Way.TURN_UDP
    ]
    tries: list[tuple[Way, str, _Try]] = [
        *((Way.DIRECT, url, _binding(address)) for url, address in stuns[:MAX_SERVERS]),
        *((relay.way, relay.url, _allocation(relay)) for relay in relays),
    ]
    return tuple(await asyncio.gather(*(_try(*one, within_s) for one in tries)))


def _stun_servers(servers: Sequence[RTCIceServer]) -> list[tuple[str, tuple[str, int]]]:
    """Give the URL and the address of each; a TURN server without one beside it serves as one."""
    read = [(url, parse_stun_turn_uri(url)) for server in servers for url in server.urls]
    return [(url, (uri["host"], uri["port"])) for url, uri in read if uri["scheme"] == "stun"]


async def _try(way: Way, url: str, attempt: _Try, within_s: float) -> Trial:
    began = time.monotonic()
    code: int | None = None
    try:
        async with asyncio.timeout(within_s):
            await attempt()
    except stun.TransactionFailed as failed:
        outcome, code = WayOutcome.REFUSED, int(failed.response.error_code or 0)
    except ssl.SSLError:
        outcome = WayOutcome.UNTRUSTED
    except (TimeoutError, stun.TransactionError):
        outcome = WayOutcome.SILENT
    except (OSError, ValueError):
        outcome = WayOutcome.UNREACHABLE
    else:
        outcome = WayOutcome.WORKS
    answered = outcome in (WayOutcome.WORKS, WayOutcome.REFUSED)
    took = round((time.monotonic() - began) * 1000) if answered else None
    return Trial(way, url, outcome, took, code)


# ---- STUN


def _binding(address: tuple[str, int]) -> _Try:
    async def ask() -> None:
        loop = asyncio.get_running_loop()
        transport, asker = await loop.create_datagram_endpoint(_Asker, remote_addr=address)
        try:
            await asker.ask(address)
        finally:
            transport.close()

    return ask


class _Asker(asyncio.DatagramProtocol):
    """Asks a STUN server once what it sees of us (RFC 8489, section 3)."""

    def __init__(self) -> None:
        self._request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    async def ask(self, address: tuple[str, int]) -> None:
        """Wait for the answer. TransactionFailed, TransactionTimeout; OSError for ICMP's news."""
        self._transaction = stun.Transaction(self._request, address, self)
        answered = asyncio.ensure_future(self._transaction.run())
        waits: set[asyncio.Future[Any]] = {answered, self._failed}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            answered.cancel()

    def send_stun(self, message: stun.Message, _: tuple[str, int]) -> None:
        self._transport.sendto(bytes(message))

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        with suppress(ValueError):  # what is no STUN is no answer
            message = stun.parse_message(data)
            if message.transaction_id == self._request.transaction_id:
                self._transaction.response_received(message, addr)

    def error_received(self, exc: Exception) -> None:
        if not self._failed.done():
            self._failed.set_exception(exc)


# ---- TURN


def _allocation(server: TurnServer) -> _Try:
    async def ask() -> None:
        try:
            transport, _ = await turn.create_turn_endpoint(
                asyncio.DatagramProtocol,
                server_addr=server.address,
                username=server.username,
                password=server.credential,
                ssl=server.tls or None,
                transport=server.transport,
            )
        except stun.TransactionFailed as failed:
            # Whoever has no credentials has seen all there is to see: it answers.
            if server.username is not None or failed.response.error_code != _UNAUTHORIZED:
                raise
        else:
            transport.close()

    return ask
