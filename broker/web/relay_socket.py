"""The websockets of a relay: a ticket comes in, then frames are passed on, and none is kept.

A side is read only as fast as the other side takes what it sends: between them lie no more than
the frame in hand and the two sockets' buffers.
"""

import asyncio
from typing import Final

import structlog
from aiohttp import WSMsgType, web
from pydantic import ValidationError

from broker.errors import HandrailError, NotFound, ProtocolViolation
from broker.protocol.relay import (
    MAX_RELAY_FRAME_BYTES,
    RELAY_ENTER,
    RelayEnter,
    RelayOpen,
    RelaySide,
)
from broker.protocol.signaling import ErrorMessage
from broker.service.relays import TICKET_S, Relay, Relays
from broker.web.context import context_of
from broker.web.doorstep import Visit
from broker.web.error_mapping import close_code
from broker.web.gate import authenticate
from broker.web.sockets import CLOSE_S, FIRST_MESSAGE_S
from broker.web.source import check_origin, source_address

log = structlog.get_logger(__name__)

HEARTBEAT_S: Final = 20.0
"""Websocket pings, so that a dead TCP connection is noticed."""
STALL_S: Final = 20.0
"""A side that takes nothing for so long ends the relay."""
BUFFER_BYTES: Final = 1024 * 1024
"""What may wait in a socket to be sent, so that one side is read while the other is written."""


class _End:
    """One side's socket (a `service.relay_socket.RelayEnd`)."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self.opened = asyncio.Event()
        self.greeted = asyncio.Event()
        """Whether `relay.open` has left: no frame goes before it."""
        self.over = asyncio.Event()

    async def send(self, frame: bytes) -> None:
        async with asyncio.timeout(STALL_S):
            await self.greeted.wait()
            await self._socket.send_bytes(frame)

    def open(self) -> None:
        self.opened.set()

    def close(self) -> None:
        self.over.set()
        self.opened.set()


async def relay_socket(request: web.Request) -> web.WebSocketResponse:
    """Serve one side of a relay: first `relay.enter`, then frames."""
    check_origin(request, required=False)
    context = context_of(request)
    socket = web.WebSocketResponse(
        compress=False,
        heartbeat=HEARTBEAT_S,
        max_msg_size=MAX_RELAY_FRAME_BYTES + 1,  # the first size that is too much
        timeout=CLOSE_S,
        writer_limit=MAX_RELAY_FRAME_BYTES,
    )
    with context.doorstep.one(source_address(request)) as stranger:
        await socket.prepare(request)
        relays = context.registry.relays
        try:
            await _serve(request, socket, relays, stranger)
        except HandrailError as error:
            await _hang_up(request, socket, error)
        else:
            await _hang_up(request, socket, None)
    return socket


async def _serve(
    request: web.Request,
    socket: web.WebSocketResponse,
    relays: Relays,
    stranger: Visit,
) -> None:
    first = await _first(socket)
    if first is None:
        return
    if request.transport is not None:
        request.transport.set_write_buffer_limits(high=BUFFER_BYTES)
    end = _End(socket)
    relay, side = relays.enter(request.match_info["relay_id"], first.ticket, end)
    try:
        if side is RelaySide.CONSOLE:
            await _check_technician(request, relay)
        stranger.leave()
        await _pass_all(socket, relays, relay, side, end)
    finally:
        relays.close(relay)


async def _first(socket: web.WebSocketResponse) -> RelayEnter | None:
    try:
        frame = await socket.receive(timeout=FIRST_MESSAGE_S)
    except TimeoutError as error:
        raise ProtocolViolation("The first message did not come in time.") from error
    if frame.type is not WSMsgType.TEXT:
        if frame.type is WSMsgType.BINARY:
            raise ProtocolViolation("The first message must be relay.enter.")
        return None
    try:
        return RELAY_ENTER.validate_json(frame.data)
    except ValidationError as error:
        raise ProtocolViolation("The first message must be relay.enter.") from error


async def _check_technician(request: web.Request, relay: Relay) -> None:
    """A console's side belongs to its technician's browser, whoever has the ticket."""
    check_origin(request, required=True)
    identity = await authenticate(request)
    if identity.account.account_id != relay.technician_id:
        raise NotFound


async def _pass_all(
    socket: web.WebSocketResponse,
    relays: Relays,
    relay: Relay,
    side: RelaySide,
    end: _End,
) -> None:
    """Wait for the other side, and pass frames on until either side is gone."""
    over = asyncio.create_task(end.over.wait())
    passing = asyncio.create_task(_pass(socket, relays, relay, side, end))
    try:
        await asyncio.wait({over, passing}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (over, passing):
            task.cancel()
        outcome = await asyncio.gather(over, passing, return_exceptions=True)
    failure = outcome[1]
    if isinstance(failure, Exception):
        raise failure


async def _pass(
    socket: web.WebSocketResponse,
    relays: Relays,
    relay: Relay,
    side: RelaySide,
    end: _End,
) -> None:
    try:
        async with asyncio.timeout(TICKET_S):
            await end.opened.wait()
        if end.over.is_set():
            return
        await socket.send_str(RelayOpen().model_dump_json())
        end.greeted.set()
        while (frame := await socket.receive()).type is WSMsgType.BINARY:
            if not await relays.pass_on(relay, side, frame.data):
                return
    except TimeoutError:
        log.info("relay.stalled", session_id=relay.session_id, side=side.value)
    except ConnectionError:
        return


async def _hang_up(
    request: web.Request, socket: web.WebSocketResponse, error: HandrailError | None
) -> None:
    """Close, saying why; a peer that does not even read that is cut off."""
    try:
        async with asyncio.timeout(CLOSE_S):
            if error is not None:
                message = ErrorMessage(code=error.code, detail=error.detail, fatal=True)
                await socket.send_str(message.model_dump_json())
            await socket.close(code=close_code(error.code if error else None))
    except (ConnectionError, TimeoutError):
        if request.transport is not None:
            request.transport.abort()
