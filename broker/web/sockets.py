"""One websocket: bounded in size, pace, queue and patience. Knows nothing of sessions."""

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from aiohttp import WSMsgType, web
from pydantic import BaseModel, TypeAdapter, ValidationError

from broker.errors import (
    HandrailError,
    MessageTooLarge,
    ProtocolViolation,
    TooManyMessages,
)
from broker.link_ports import Heard
from broker.protocol.signaling import ErrorMessage
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES, ErrorCode
from broker.web.error_mapping import close_code
from broker.web.plain_words import describe

FIRST_MESSAGE_S = 5.0
"""A socket that says nothing for this long after it opened is closed."""

CLOSE_S = 3.0
"""How long a peer may take to answer a close."""

HEARTBEAT_S = 20.0
"""Websocket pings, so that a dead TCP connection is noticed."""

MAX_QUEUED_BYTES = 256 * 1024
"""A peer that reads so slowly that this much waits for it is cut off."""

BURST = 200
"""Messages that may come at once: the candidates of a machine with many addresses are tens."""

SUSTAINED_PER_S = 20.0
"""Messages a second that may go on and on; a quiet session sends one in 10 s."""

In = TypeVar("In")


class Pace:
    """A bucket of `burst` messages that fills again with `per_second`."""

    def __init__(
        self, burst: int, per_second: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._now = float(burst), per_second, now
        self._left, self._as_of = self._burst, now()

    def allows_one_more(self) -> bool:
        """Take one message out of the bucket; False when it is empty."""
        now = self._now()
        filled = self._left + (now - self._as_of) * self._per_second
        self._left, self._as_of = min(self._burst, filled), now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Socket(Generic[In]):
    """Reads messages of one union, and writes messages in their turn. A link of the service."""

    def __init__(
        self,
        incoming: TypeAdapter[In],
        received: Callable[[int], None],
        sent: Callable[[int], None],
    ) -> None:
        """`received` and `sent` are told of each message and its length."""
        self._received, self._sent = received, sent
        self.response = web.WebSocketResponse(
            compress=False,
            heartbeat=HEARTBEAT_S,
            max_msg_size=MAX_MESSAGE_BYTES,
            timeout=CLOSE_S,
            writer_limit=0,  # every message waits while the transport is full
        )
        self._transport: asyncio.WriteTransport | None = None
        self._incoming = incoming
        self._pace = Pace(BURST, SUSTAINED_PER_S)
        self._queued: list[str] = []
        self._queued_bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._close_code = close_code(None)
        self._closing = False

    async def open(self, request: web.Request) -> None:
        """Answer the request with a websocket."""
        await self.response.prepare(request)
        self._transport = request.transport

    def send(self, message: BaseModel) -> None:
        """Queue a message; a peer that does not read is cut off."""
        self.pass_on(message.model_dump_json())

    def pass_on(self, text: str) -> None:
        """Queue a text as it is; a peer that does not read is cut off."""
        if self._closing:
            return
        if self._queued_bytes + len(text) > MAX_QUEUED_BYTES:
            self.close(ErrorCode.TOO_MANY_REQUESTS)
        else:
            self._put(text)

    def close(self, code: ErrorCode | None) -> None:
        """Close after what is queued; an error code is told first."""
        if self._closing:
            return
        if code is not None:
            detail = code.value.replace("_", " ")
            self._put(ErrorMessage(code=code, detail=detail, fatal=True).model_dump_json())
        self._finish(code)

    def refuse(self, error: HandrailError, *, fatal: bool) -> None:
        """Tell the peer about an error, and close when nothing good can follow."""
        self.send(ErrorMessage(code=error.code, detail=error.detail, fatal=fatal))
        if fatal:
            self._finish(error.code)

    def _put(self, text: str) -> None:
        """Queue a text however much waits: who does not read is told the last word, too."""
        self._queued_bytes += len(text)
        self._sent(len(text))
        self._queued.append(text)
        self._write()

    def give_up(self) -> None:
        """Send nothing more, not even what is queued."""
        self._closing = True
        if self._writing is not None:
            self._writing.cancel()

    async def closed(self) -> None:
        """Wait until everything has left, and the close if there is to be one."""
        if self._writing is not None:
            await self._writing

    def _write(self) -> None:
        """See that what is queued leaves; a socket that has nothing to say has no task for it."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        """What waits leaves in one write: a write is what a relayed message costs most."""
        try:
            while texts := self._queued:
                self._queued = []
                self._queued_bytes -= sum(map(len, texts))
                *together, last = texts
                if together and self._transport is not None:
                    self._transport.write(b"".join(map(_frame, together)))
                await self.response.send_str(last)
        except ConnectionError:
            return
        if self._closing:
            await self.response.close(code=self._close_code)

    async def first(self, patience_s: float = FIRST_MESSAGE_S) -> In | None:
        """Read the first message; None when the peer is gone. ProtocolViolation."""
        try:
            async with asyncio.timeout(patience_s):
                heard = await self.next()
                return None if heard is None else heard.message
        except TimeoutError as error:
            raise ProtocolViolation("The first message did not come in time.") from error

    async def next(self) -> Heard[In] | None:
        """Read a message; None when the peer is gone. ProtocolViolation, TooManyMessages."""
        frame = await self.response.receive()
        if not self._pace.allows_one_more():
            raise TooManyMessages
        if frame.type is WSMsgType.TEXT:
            self._received(len(frame.data))
            return Heard(self._parse(frame.data), frame.data)
        if frame.type is WSMsgType.BINARY:
            raise ProtocolViolation("Messages are text frames.")
        return None

    def _parse(self, text: str) -> In:
        if len(text.encode()) > MAX_MESSAGE_BYTES:
            raise MessageTooLarge
        try:
            return self._incoming.validate_json(text)
        except ValidationError as error:
            raise ProtocolViolation(describe(error)) from error

    def _finish(self, code: ErrorCode | None) -> None:
        self._closing = True
        self._close_code = close_code(code)
        self._write()


def _frame(text: str) -> bytes:
    """Make a whole text frame of a server: not masked, not compressed (RFC 6455, section 5.2)."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 2**16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
