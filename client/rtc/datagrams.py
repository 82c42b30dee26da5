"""Reads datagrams off the socket many at a time, from a buffer that holds a long line's worth.

aioice asks for 256 KiB of buffer, which is some 200 packets: while Python is busy for 20 ms a
browser that sends a file overflows it, and SCTP halves its window for what was lost there. And
asyncio reads one datagram each time it has looked at all sockets.
"""

import socket
from typing import Any, Final

import aioice.turn
from aioice.ice import StunProtocol

from client.rtc.internals import Known, fits

BUFFER_BYTES: Final = 4 * 1024 * 1024
"""Asked for; the system gives what it allows (`net.core.rmem_max` on Linux)."""
MOST_TOGETHER: Final = 32
"""Datagrams read at once: about 2 ms of work."""
MAX_DATAGRAM: Final = 4096
"""Bytes. No peer sends larger ones than a network carries; asyncio makes room for 256 KiB each."""

_KNOWN: Final[Known] = {
    StunProtocol.connection_made: "7502672c424f",
    StunProtocol.datagram_received: "72736d1ae78c",
}


def install() -> None:
    """Apply this to every socket from now on. Doing it again changes nothing."""
    made, received = StunProtocol.connection_made, StunProtocol.datagram_received
    if getattr(made, "wide", False) or not fits("datagrams", _KNOWN):
        return

    def connection_made(self: StunProtocol, transport: Any) -> None:
        made(self, transport)
        _widen(transport)

    def datagram_received(self: StunProtocol, data: bytes, addr: tuple[Any, ...]) -> None:
        received(self, data, addr)
        plain = _plain_socket(self.transport)
        for _ in range(MOST_TOGETHER - 1):
            if plain is None or self.transport.is_closing():
                return
            try:
                data, addr = plain.recvfrom(MAX_DATAGRAM)
            except OSError:  # nothing more is there, or what asyncio will find out itself
                return
            received(self, data, addr)

    connection_made.wide = True  # type: ignore[attr-defined]
    StunProtocol.connection_made = connection_made  # type: ignore[method-assign]
    StunProtocol.datagram_received = datagram_received  # type: ignore[method-assign,assignment]
    vars(aioice.turn)["UDP_SOCKET_BUFFER_SIZE"] = BUFFER_BYTES


def _widen(transport: Any) -> None:
    if isinstance(getattr(transport, "max_size", None), int):
        transport.max_size = MAX_DATAGRAM
    wrapped = transport.get_extra_info("socket")
    if wrapped is not None:
        wrapped.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        wrapped.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_BYTES)


def _plain_socket(transport: Any) -> socket.socket | None:
    """Give the socket of asyncio's selector loop; other loops read as they do."""
    plain = getattr(transport, "_sock", None)
    return plain if isinstance(plain, socket.socket) else None
