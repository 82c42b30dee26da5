"""One websocket: bounded in size, pace, queue and patience. Knows nothing of sessions."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from struct import Struct
from typing import Final, Generic, TypeVar

from aiohttp import WSMsgType, web
from pydantic import BaseModel, TypeAdapter, ValidationError

from broker.errors import (
    HandrailError,
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

PINGED_AFTER = 2
"""Rounds of `Heartbeats` in which nothing came before a ping is sent; one more ends the socket."""

MAX_QUEUED_BYTES = 256 * 1024
"""A peer that reads so slowly that this much waits for it is cut off."""

BURST = 200
"""Messages that may come at once: the candidates of a machine with many addresses are tens."""

SUSTAINED_PER_S = 20.0
"""Messages a second that may go on and on; a quiet session sends one in 10 s."""

In = TypeVar("In")


class Pace:
    """A bucket of `burst` messages that fills again with `per_second`."""

    __slots__ = ("_as_of", "_burst", "_left", "_now", "_per_second")

    def __init__(
        self, burst: int, per_second: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst, self._per_second, self._now = float(burst), per_second, now
        self._left, self._as_of = self._burst, now()

    def allows_one_more(self) -> bool:
        """Take one message out of the bucket; False when it is empty."""
        now = self._now()
        left = self._left + (now - self._as_of) * self._per_second
        self._as_of = now
        left = min(left, self._burst)
        allowed = left >= 1
        self._left = left - 1 if allowed else left
        return allowed


class Socket(Generic[In]):
    """Reads messages of one union, and writes messages in their turn. A link of the service."""

    __slots__ = (
        "_closing",
        "_ending",
        "_frames",
        "_frames_bytes",
        "_incoming",
        "_loop",
        "_pace",
        "_reading",
        "_received",
        "_sent",
        "_silent_rounds",
        "_transport",
        "response",
    )

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
            autoping=False,  # pings and pongs tell `Heartbeats` that the peer is there
            max_msg_size=MAX_MESSAGE_BYTES,
            timeout=CLOSE_S,
        )
        self._transport: asyncio.WriteTransport | None = None
        self._loop = asyncio.get_running_loop()
        self._incoming = incoming
        self._pace = Pace(BURST, SUSTAINED_PER_S)
        self._frames: list[bytes] = []
        self._frames_bytes = 0
        self._ending: asyncio.Task[None] | None = None
        self._closing = False
        self._reading = False
        self._silent_rounds = 0

    async def open(self, request: web.Request) -> None:
        """Answer the request with a websocket."""
        await self.response.prepare(request)
        self._transport = request.transport

    # ---- what is said

    def send(self, message: BaseModel) -> None:
        """Queue a message; a peer that does not read is cut off."""
        self.pass_on(message.model_dump_json())

    def pass_on(self, text: str) -> None:
        """Queue a text as it is; a peer that does not read is cut off."""
        if self._closing:
            return
        if self._waiting_bytes() + len(text) > MAX_QUEUED_BYTES:
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

    def give_up(self) -> None:
        """Send nothing more, not even what is queued."""
        self._closing = True
        self._frames.clear()
        if self._ending is not None:
            self._ending.cancel()

    async def closed(self) -> None:
        """Wait until everything has left, and the close if there is to be one."""
        if self._ending is not None:
            await self._ending

    def beat(self) -> bool:
        """Take note of a round of `Heartbeats`: ping who is silent, drop who stays so.

        While nothing is read, silence is our own. False once the connection is over.
        """
        if self._transport is None or self._transport.is_closing():
            return False
        if self._reading or self._closing:
            self._silent_rounds += 1
            if self._silent_rounds > PINGED_AFTER:
                self._transport.abort()
            elif self._silent_rounds == PINGED_AFTER and not self._closing:
                self._queue(_frame(b"", WSMsgType.PING))
        return True

    def _put(self, text: str) -> None:
        """Queue a text however much waits: who does not read is told the last word, too."""
        self._sent(len(text))
        self._queue(_frame(text.encode(), WSMsgType.TEXT))

    def _queue(self, frame: bytes) -> None:
        """Have a frame leave together with all others of this round of the loop."""
        if not self._frames:
            self._loop.call_soon(self._flush)
        self._frames.append(frame)
        self._frames_bytes += len(frame)

    def _flush(self) -> None:
        frames, self._frames, self._frames_bytes = self._frames, [], 0
        if frames and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(frames))

    def _waiting_bytes(self) -> int:
        in_transport = self._transport.get_write_buffer_size() if self._transport else 0
        return self._frames_bytes + in_transport

    def _finish(self, code: ErrorCode | None) -> None:
        if self._closing:
            return
        self._closing = True
        self._flush()
        self._ending = self._loop.create_task(self._end(close_code(code)))

    async def _end(self, code: int) -> None:
        with suppress(ConnectionError):
            await self.response.close(code=code)

    # ---- what is heard

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
        while True:
            self._reading = True
            try:
                frame = await self.response.receive()
            finally:
                self._reading = False
            self._silent_rounds = 0
            if not self._pace.allows_one_more():
                raise TooManyMessages
            if frame.type is WSMsgType.TEXT:
                self._received(len(frame.data))
                return Heard(read_message(self._incoming, frame.data), frame.data)
            if frame.type is WSMsgType.BINARY:
                raise ProtocolViolation("Messages are text frames.")
            if frame.type is WSMsgType.PING:
                self._answer_ping(frame.data)
            elif frame.type is not WSMsgType.PONG:
                return None

    def _answer_ping(self, payload: bytes) -> None:
        if not self._closing and self._waiting_bytes() < MAX_QUEUED_BYTES:
            self._queue(_frame(payload, WSMsgType.PONG))


def read_message(incoming: TypeAdapter[In], text: str) -> In:
    """Read a message of a union. ProtocolViolation."""
    try:
        return incoming.validate_json(text)
    except ValidationError as error:
        raise ProtocolViolation(describe(error)) from error


_HEAD: Final = Struct("!BB").pack
_HEAD_2: Final = Struct("!BBH").pack
_HEAD_8: Final = Struct("!BBQ").pack


def _frame(payload: bytes, kind: int) -> bytes:
    """Make a whole frame of a server: not masked, not compressed (RFC 6455, section 5.2)."""
    first, size = 0x80 | kind, len(payload)
    if size < 126:
        return _HEAD(first, size) + payload
    if size < 2**16:
        return _HEAD_2(first, 126, size) + payload
    return _HEAD_8(first, 127, size) + payload
