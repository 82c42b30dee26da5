"""Takes SCTP packets that come in order, one DATA chunk each, by the shortest way.

That is what a file is made of. aiortc sorts and filters its sets for every packet, looks through
all fragments of a message for each of them, and answers each packet with a SACK; here a fragment
is appended, the last one makes the message, and every second packet is answered (RFC 9260,
section 6.2). Whatever is not exactly that, a gap above all, goes aiortc's own way.
"""

import asyncio
from struct import unpack_from
from typing import Any, Final

import structlog
from aiortc.rtcsctptransport import (
    SCTP_COMMON_HEADER_LENGTH,
    SCTP_DATA_CHUNK_HEADER_LENGTH,
    SCTP_DATA_FIRST_FRAG,
    SCTP_DATA_LAST_FRAG,
    SCTP_DATA_UNORDERED,
    SCTP_TSN_MODULO,
    DataChunk,
    InboundStream,
    RTCSctpTransport,
    parse_packet,
)
from google_crc32c import value as crc32c

from client.rtc.internals import Known, fits

log = structlog.get_logger()

ACK_EVERY: Final = 2
"""Packets."""
ACK_DELAY_S: Final = 0.01
"""One that is alone is acknowledged after this long."""

_HEAD: Final = SCTP_COMMON_HEADER_LENGTH + SCTP_DATA_CHUNK_HEADER_LENGTH
_NO_CHECKSUM: Final = bytes(4)
_SEQUENCE_MODULO: Final = 2**16

_KNOWN: Final[Known] = {
    RTCSctpTransport._handle_data: "453c8150dc8a",
    RTCSctpTransport._receive_data_chunk: "3fd4e2bf8438",
    RTCSctpTransport._mark_received: "ca0e616cb352",
    RTCSctpTransport._send_sack: "4002007885aa",
    RTCSctpTransport._reset_deferred_streams: "c6ef02c77bf7",
    InboundStream.add_chunk: "264e029dd6e8",
    InboundStream.pop_messages: "74809c4f19e5",
    parse_packet: "b9c030d4d9d0",
}


def install() -> None:
    """Apply this to every connection from now on. Doing it again changes nothing."""
    original = RTCSctpTransport._handle_data
    if getattr(original, "short", False) or not fits("sctp_arrivals", _KNOWN):
        return

    async def handle_data(self: RTCSctpTransport, data: bytes) -> None:
        chunk = _next_in_order(self, data)
        if chunk is None:
            await original(self, data)
            if not self._sack_needed:
                _acks(self).sent()
        else:
            await _take(self, chunk)

    handle_data.short = True  # type: ignore[attr-defined]
    RTCSctpTransport._handle_data = handle_data  # type: ignore[method-assign]


def _next_in_order(self: RTCSctpTransport, data: bytes) -> DataChunk | None:
    """Give the chunk of a packet that holds one, if nothing is missing before it."""
    if len(data) <= _HEAD or data[SCTP_COMMON_HEADER_LENGTH] != DataChunk.type:
        return None
    last = self._last_received_tsn
    if last is None or self._sack_misordered or self._sack_duplicates:
        return None
    (tag,) = unpack_from("!L", data, 4)
    flags, length, tsn, stream_id, sequence, protocol = unpack_from("!xBHLHHL", data, 12)
    end = SCTP_COMMON_HEADER_LENGTH + length
    alone = end <= len(data) <= end + 3 and length > SCTP_DATA_CHUNK_HEADER_LENGTH
    if not alone or tsn != (last + 1) % SCTP_TSN_MODULO or tag != self._local_verification_tag:
        return None
    if unpack_from("<L", data, 8)[0] != crc32c(data[:8] + _NO_CHECKSUM + data[12:]):
        return None
    chunk = DataChunk(flags)
    chunk.tsn, chunk.stream_id, chunk.stream_seq, chunk.protocol = (
        tsn,
        stream_id,
        sequence,
        protocol,
    )
    chunk.user_data = data[_HEAD:end]
    return chunk


async def _take(self: RTCSctpTransport, chunk: DataChunk) -> None:
    self._last_received_tsn = chunk.tsn
    self._sack_needed = True
    stream = self._get_inbound_stream(chunk.stream_id)
    stream.reassembly.append(chunk)
    self._advertised_rwnd -= len(chunk.user_data)
    if chunk.flags & SCTP_DATA_LAST_FRAG:
        message = _whole(stream, chunk)
        found = stream.pop_messages() if message is None else (message,)
        for stream_id, protocol, user_data in found:
            self._advertised_rwnd += len(user_data)
            await self._receive(stream_id, protocol, user_data)
    if self._reconfig_deferred is not None:
        await self._reset_deferred_streams()
    await _acks(self).due()


def _whole(stream: InboundStream, last: DataChunk) -> tuple[int, int, bytes] | None:
    """Give the message that this chunk ends, if all that waits in the stream is this message."""
    first = stream.reassembly[0]
    ordered = not last.flags & SCTP_DATA_UNORDERED
    if (
        not first.flags & SCTP_DATA_FIRST_FRAG
        or (last.tsn - first.tsn) % SCTP_TSN_MODULO != len(stream.reassembly) - 1
        or (ordered and last.stream_seq != stream.sequence_number)
        or any(c.flags & SCTP_DATA_LAST_FRAG for c in stream.reassembly[:-1])
    ):
        return None
    user_data = b"".join([chunk.user_data for chunk in stream.reassembly])
    stream.reassembly = []
    if ordered:
        stream.sequence_number = (stream.sequence_number + 1) % _SEQUENCE_MODULO
    return last.stream_id, last.protocol, user_data


class _Acks:
    """The acknowledgements of one transport that are owed."""

    def __init__(self, transport: RTCSctpTransport) -> None:
        self._transport = transport
        self._owed = 0
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None

    async def due(self) -> None:
        """One more packet came."""
        self._owed += 1
        if self._owed >= ACK_EVERY:
            self.sent()
            await self._transport._send_sack()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ACK_DELAY_S, self._late)

    def sent(self) -> None:
        """All was acknowledged."""
        self._owed = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        if self._owed:
            self._owed = 0
            self._sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        try:
            await self._transport._send_sack()
        except ConnectionError:  # whoever watches the connection tells
            log.debug("acknowledgement_not_sent")


def _acks(self: RTCSctpTransport) -> _Acks:
    found: Any = vars(self).get("_acks")
    if found is None:
        found = vars(self)["_acks"] = _Acks(self)
    return found  # type: ignore[no-any-return]
