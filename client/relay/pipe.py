"""One relay as the support client has it: a websocket to the broker, with sealed frames in it.

It knows nothing of files: whole messages go in and come out, in their order.
"""

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
import structlog
from pydantic import ValidationError

from broker.protocol.directions import BROKER_TO_RELAY
from broker.protocol.relay import (
    MAX_RELAY_FRAME_BYTES,
    RelayEnter,
    RelayOpen,
    RelaySide,
)
from client.relay.seal import FrameDamaged, Seal

log = structlog.get_logger()

OPEN_TIMEOUT_S: Final = 10.0
"""From the ticket to both sides being there."""
CLOSE_TIMEOUT_S: Final = 2.0
STALL_S: Final = 20.0
"""A broker that takes nothing for so long is gone."""
HEARTBEAT_S: Final = 20.0

_BREAKS: Final = (aiohttp.ClientError, OSError, TimeoutError, FrameDamaged, ValidationError)


class RelayLost(Exception):
    """There is no relay, or none any more."""


def relay_url(broker_url: str) -> str:
    """Turn the broker's http(s) address into that of its relays, without an id."""
    parts = urlsplit(broker_url if "://" in broker_url else f"https://{broker_url}")
    scheme = "ws" if parts.scheme in ("http", "ws") else "wss"
    path = parts.path.rstrip("/") + "/api/v1/ws/relay"
    return urlunsplit((scheme, parts.netloc, path, "", ""))


class Relay:
    """An open relay. Made by `open`; it belongs to the loop it was opened in."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
        seals: tuple[Seal, Seal],
        on_message: Callable[[bytes], None],
        on_closed: Callable[[], None],
        *,
        on_damaged: Callable[[], None],
    ) -> None:
        self._http = http
        self._socket = socket
        self._ours, self._theirs = seals
        self._on_message = on_message
        self._on_closed = on_closed
        self._on_damaged = on_damaged
        self._is_open = True
        self._receiving = asyncio.create_task(self._receive_all())

    @classmethod
    async def open(
        cls,
        url: str,
        ticket: str,
        secret: str,
        relay_id: str,
        on_message: Callable[[bytes], None],
        *,
        on_closed: Callable[[], None] = lambda: None,
        on_damaged: Callable[[], None] = lambda: None,
    ) -> "Relay":
        """Open it, once the other side is there, too. Raises RelayLost.

        `on_message` is called with each whole message; `on_closed` once, when the relay is over,
        unless it was closed from here; before that `on_damaged`, when something came that the
        other side had not sealed.
        """
        http = aiohttp.ClientSession()
        try:
            async with asyncio.timeout(OPEN_TIMEOUT_S):
                socket = await _enter(http, f"{url}/{relay_id}", ticket)
        except _BREAKS as error:
            await http.close()
            raise RelayLost("there is no relay") from error
        except BaseException:
            await http.close()
            raise
        ours, theirs = (Seal(secret, relay_id, side) for side in RelaySide)
        return cls(http, socket, (ours, theirs), on_message, on_closed, on_damaged=on_damaged)

    async def send(self, message: bytes) -> None:
        """Seal a message and send it, when the broker takes it. Raises RelayLost."""
        if not self._is_open:
            raise RelayLost("the relay is closed")
        try:
            async with asyncio.timeout(STALL_S):
                await self._socket.send_bytes(self._ours.close(message))
        except _BREAKS as error:
            self._receiving.cancel()
            raise RelayLost("the relay broke") from error

    async def close(self) -> None:
        """Let go of it: nothing more comes, and `on_closed` is not called."""
        self._is_open = False
        self._receiving.cancel()
        await asyncio.wait({self._receiving})
        await self._http.close()  # a task that never ran could not

    async def _receive_all(self) -> None:
        try:
            while (frame := await self._socket.receive()).type is aiohttp.WSMsgType.BINARY:
                self._on_message(self._theirs.open(frame.data))
        except _BREAKS as error:
            log.info("relay_broke", reason=type(error).__name__)
            if isinstance(error, FrameDamaged) and self._is_open:
                self._on_damaged()
        finally:
            was_open, self._is_open = self._is_open, False
            if was_open:
                self._on_closed()
            await self._hang_up()

    async def _hang_up(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._socket.close()
        except _BREAKS:
            log.info("relay_cut")
        finally:
            await self._http.close()


async def _enter(
    http: aiohttp.ClientSession, url: str, ticket: str
) -> aiohttp.ClientWebSocketResponse:
    """Come in, and wait for the other side."""
    socket = await http.ws_connect(
        url,
        max_msg_size=MAX_RELAY_FRAME_BYTES + 1,
        compress=0,
        heartbeat=HEARTBEAT_S,
        timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_TIMEOUT_S),
    )
    try:
        await socket.send_str(RelayEnter(ticket=ticket).model_dump_json())
        await _until_open(socket)
    except BaseException:
        await socket.close()
        raise
    return socket


async def _until_open(socket: aiohttp.ClientWebSocketResponse) -> None:
    frame = await socket.receive()
    if frame.type is not aiohttp.WSMsgType.TEXT:
        raise ConnectionError("the broker closed the relay")
    if not isinstance(BROKER_TO_RELAY.validate_json(frame.data), RelayOpen):
        raise ConnectionError("the broker refused the relay")
