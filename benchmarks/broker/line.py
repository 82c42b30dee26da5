"""A websocket client that costs next to nothing, so that the server is what is measured (RFC 6455).

Frames to send are made once, masked with zeros; what comes is cut into frames and counted.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import Final

_HANDSHAKE: Final = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
)
LEAST_BYTES: Final = 180
"""No relayed message of a measurement is shorter."""
_TEXT, _CLOSE, _PING, _PONG = 0x1, 0x8, 0x9, 0xA


def frame(text: bytes, opcode: int = _TEXT) -> bytes:
    """Make a masked frame; with a mask of zeros the payload stays as it is."""
    size = len(text)
    if size < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    return head + bytes(4) + text


class Line(asyncio.Protocol):
    """One connection. `on_frames` is told how many text frames came, once `counts` is set."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.texts: asyncio.Queue[bytes] = asyncio.Queue()
        self.on_frames: Callable[[int], None] | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.odd: bytes | None = None
        """The last text that was too short to be a message of the other side: an error, say."""
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Note the end; an opening that failed is told."""
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed before it was open"))

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        self._buffer += data
        if not self.opened.done() and not self._shake_hands():
            return
        came = self._cut()
        if came and self.on_frames is not None:
            self.on_frames(came)

    def write(self, data: bytes) -> None:
        """Send frames that are made already."""
        assert self.transport is not None
        self.transport.write(data)

    def say(self, text: str) -> None:
        """Send a text."""
        self.write(frame(text.encode()))

    async def hear(self, kind: bytes) -> bytes:
        """Give the next text that holds this."""
        async with asyncio.timeout(60):
            while kind not in (text := await self.texts.get()):
                if b'"error"' in text:
                    raise ConnectionError(text.decode())
            return text

    def _shake_hands(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError(bytes(self._buffer[:200])))
            return False
        del self._buffer[: end + 4]
        self.opened.set_result(None)
        return True

    def _cut(self) -> int:
        buffer, at, came, counts = self._buffer, 0, 0, self.on_frames is not None
        while len(buffer) - at >= 2:
            opcode, size, start = buffer[at] & 0x0F, buffer[at + 1] & 0x7F, at + 2
            if size == 126:
                if len(buffer) < start + 2:
                    break
                size, start = (buffer[start] << 8) | buffer[start + 1], start + 2
            if len(buffer) < start + size:
                break
            if opcode == _TEXT:
                if not counts:
                    self.texts.put_nowait(bytes(buffer[start : start + size]))
                elif size >= LEAST_BYTES:
                    came += 1
                else:
                    self.odd = bytes(buffer[start : start + size])
            elif opcode == _PING:
                self.write(frame(bytes(buffer[start : start + size]), _PONG))
            at = start + size
        del buffer[:at]
        return came


async def open_line(port: int, path: str, headers: str = "") -> Line:
    """Open a websocket to this machine."""
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(Line, "127.0.0.1", port)
    line.write(_HANDSHAKE.format(path=path, port=port, headers=headers).encode())
    async with asyncio.timeout(60):
        await line.opened
    return line
