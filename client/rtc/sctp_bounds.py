"""Bounds what a console's SCTP packets cost in time and memory, and what a broken one breaks.

aiortc 1.16 believes what it reads. A parameter of length 0 makes it read for ever, a few gap blocks
make it count to millions for each packet, fragments of a message that never ends are all kept, and
a chunk that is cut short ends the connection with a traceback.
"""

import struct
import time
from functools import wraps
from typing import Any, Final

import aiortc.rtcsctptransport as upstream_sctp
import structlog
from aiortc.rtcsctptransport import Chunk, InitChunk, RTCSctpTransport, SackChunk

from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.rtc.refusals import RefusalLog

log = structlog.get_logger()

WINDOW_BYTES: Final = 1024 * 1024
"""What aiortc offers to take before it is read (`advertised_rwnd`)."""
MAX_HELD_BYTES: Final = WINDOW_BYTES + 16 * MAX_CHANNEL_MESSAGE_BYTES
"""A sender that keeps to the window never gets here."""
MAX_HELD_CHUNKS: Final = 8192
"""Of all streams, and of packets that came before their turn."""
COUNTED_EVERY: Final = 64
"""Packets; counting looks at every stream."""
SPARE_GAPS: Final = 4096
"""So many more packets may be acknowledged than are known to be on their way."""

_PARAMETER_HEAD: Final = 4
"""Bytes (RFC 9260, section 3.2.1)."""


def install() -> None:
    """Apply this to every connection from now on. Doing it again changes nothing."""
    if getattr(RTCSctpTransport._handle_data, "bounded", False):
        return
    vars(upstream_sctp)["decode_params"] = decode_parameters
    _name_errors()
    _bound_gaps()
    _bound_memory()


def decode_parameters(body: bytes) -> list[tuple[int, bytes]]:
    """Read parameters as (type, value). ValueError for one that is shorter than its own head."""
    found, at = [], 0
    while at <= len(body) - _PARAMETER_HEAD:
        kind, length = struct.unpack_from("!HH", body, at)
        if length < _PARAMETER_HEAD:
            raise ValueError("an SCTP parameter is shorter than its head")
        found.append((kind, body[at + _PARAMETER_HEAD : at + length]))
        at += length + -length % 4
    return found


def _name_errors() -> None:
    """Have everything that is wrong with a packet be a ValueError, for which aiortc is prepared."""
    original = upstream_sctp.parse_packet

    @wraps(original)
    def parse_packet(data: bytes) -> tuple[int, int, int, list[Chunk]]:
        try:
            packet = original(data)
        except (struct.error, IndexError) as error:
            raise ValueError("an SCTP chunk is cut short") from error
        if len(packet[3]) > 1 and any(isinstance(chunk, InitChunk) for chunk in packet[3]):
            raise ValueError("an INIT chunk is not alone (RFC 9260, section 6.10)")
        return packet

    vars(upstream_sctp)["parse_packet"] = parse_packet


def _bound_gaps() -> None:
    """Honest gap blocks say nothing of packets that were never sent, and nothing twice."""
    original = RTCSctpTransport._receive_sack_chunk

    @wraps(original)
    async def receive_sack_chunk(self: RTCSctpTransport, chunk: SackChunk) -> None:
        if sum(last - first + 1 for first, last in chunk.gaps) > len(self._sent_queue) + SPARE_GAPS:
            chunk.gaps = []
        await original(self, chunk)

    RTCSctpTransport._receive_sack_chunk = receive_sack_chunk  # type: ignore[method-assign]


def _bound_memory() -> None:
    """Let go of a peer that sends more than it may, and outlive what else it sends."""
    original = RTCSctpTransport._handle_data
    refusals = RefusalLog(time.monotonic)

    @wraps(original)
    async def handle_data(self: RTCSctpTransport, data: bytes) -> None:
        try:
            await original(self, data)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - told; the connection must outlive it
            refusals.refused(reason=type(error).__name__)
        if _holds_too_much(self):
            log.warning("peer_keeps_no_window")
            raise ConnectionError("the peer sends more than it may")

    handle_data.bounded = True  # type: ignore[attr-defined]
    RTCSctpTransport._handle_data = handle_data  # type: ignore[method-assign]


def _holds_too_much(self: RTCSctpTransport) -> bool:
    if WINDOW_BYTES - self._advertised_rwnd > MAX_HELD_BYTES:
        return True
    own: dict[str, Any] = vars(self)
    own["_packets"] = packets = own.get("_packets", 0) + 1
    if packets % COUNTED_EVERY:
        return False
    held = sum(len(stream.reassembly) for stream in self._inbound_streams.values())
    return held > MAX_HELD_CHUNKS or len(self._sack_misordered) > MAX_HELD_CHUNKS
