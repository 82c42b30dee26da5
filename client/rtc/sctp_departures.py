"""Spreads what SCTP sends over the round trip, and lets a file wait behind everything else.

A browser reads datagrams from a buffer of 64 KiB, some 50 packets. Acknowledgements arrive in
bunches, and aiortc answers each bunch with as many packets at once, so at 40 ms of round trip the
browser loses packets, and SCTP halves its window, long before the line is full. Here no more than
a few packets leave together, at the rate of the window for each round trip. Packets that are held
back use up the window like those that left: else it would not grow.
"""

import asyncio
from typing import Any, Final

import structlog
from aiortc import RTCDataChannel
from aiortc.rtcsctptransport import (
    USERDATA_MAX_LENGTH,
    WEBRTC_DCEP,
    RTCSctpTransport,
    SackChunk,
)

from broker.protocol.channels import ChannelLabel
from client.rtc.internals import Known, fits

log = structlog.get_logger()

PACED_FROM_S: Final = 0.01
"""Of round trip. On a shorter line Python is slower than any line."""
BURST: Final = 8 * USERDATA_MAX_LENGTH
"""Bytes that may leave together."""
GAIN: Final = 1.5
"""Of the window's own rate, so that the window is what bounds the rate."""
STARTING_GAIN: Final = 2.5
"""While the window doubles each round trip."""
DOUBLING_UP_TO: Final = 8_000_000
"""Bytes a second. Beyond, to double would mean to lose half of it at the browser's socket."""
BACK_OFF: Final = 0.7
"""Of the window after a loss, as in CUBIC (RFC 9438, section 4.6)."""
REFERENCE_S: Final = 0.025
MOST_FASTER: Final = 8.0
"""A longer line's window grows as fast in time as one of 25 ms (TCP Hybla), up to so many times."""
MOST_A_SACK: Final = 2
"""Packets that the window grows by for one SACK at first (RFC 3465): a browser acknowledges two."""

BULK: Final = ChannelLabel.FILES
"""What waits behind all other channels."""

_KNOWN: Final[Known] = {
    RTCSctpTransport._transmit: "4e46f342196a",
    RTCSctpTransport._receive_sack_chunk: "89cb23949fe4",
    RTCSctpTransport._data_channel_send: "e777bf93a740",
    RTCSctpTransport._data_channel_flush: "ce55d4e1afb5",
}


def install() -> None:
    """Apply this to every connection from now on. Doing it again changes nothing."""
    transmit, receive = RTCSctpTransport._transmit, RTCSctpTransport._receive_sack_chunk
    send = RTCSctpTransport._data_channel_send
    if getattr(transmit, "paced", False) or not fits("sctp_departures", _KNOWN):
        return

    async def paced(self: RTCSctpTransport) -> None:
        pace = _pace(self)
        if not pace.needed:
            await transmit(self)
            return
        while pace.allows():
            waiting = len(self._outbound_queue)
            await transmit(self)
            left = waiting - len(self._outbound_queue)
            pace.spend(left)
            if left <= 0:
                return
        pace.resume_later()

    async def receive_sack_chunk(self: RTCSctpTransport, chunk: SackChunk) -> None:
        before = _Before(self)
        await receive(self, chunk)
        before.adjust(self)

    def data_channel_send(
        self: RTCSctpTransport, channel: RTCDataChannel, data: bytes | str
    ) -> None:
        send(self, channel, data)
        if channel.label != BULK:
            _let_pass(self)

    RTCSctpTransport._data_channel_send = data_channel_send  # type: ignore[method-assign]
    paced.paced = True  # type: ignore[attr-defined]
    RTCSctpTransport._transmit = paced  # type: ignore[method-assign]
    RTCSctpTransport._receive_sack_chunk = receive_sack_chunk  # type: ignore[method-assign]


def _let_pass(self: RTCSctpTransport) -> None:
    """Put the last message before all bulk that waits; a channel keeps its own order."""
    queue = self._data_channel_queue
    before = 0
    for channel, protocol, _ in queue:
        if channel.label == BULK and protocol != WEBRTC_DCEP:
            break
        before += 1
    if before < len(queue) - 1:
        queue.insert(before, queue.pop())


class _Before:
    """A transport as it was before a SACK, to do better by its window than aiortc does."""

    def __init__(self, transport: RTCSctpTransport) -> None:
        self._window = transport._cwnd
        self._used = transport._flight_size >= transport._cwnd or bool(transport._outbound_queue)
        self._outstanding = len(transport._sent_queue)
        self._steady = transport._fast_recovery_exit is None
        if (round_trip := transport._srtt or 0.0) >= PACED_FROM_S:
            transport._ssthresh = min(_threshold(transport), int(DOUBLING_UP_TO * round_trip))

    def adjust(self, transport: RTCSctpTransport) -> None:
        """Put the window right after the SACK."""
        if not self._steady or (transport._srtt or 0.0) < PACED_FROM_S:
            return
        if transport._fast_recovery_exit is not None:
            least = 4 * USERDATA_MAX_LENGTH
            transport._ssthresh = transport._cwnd = max(int(self._window * BACK_OFF), least)
        elif self._used:
            acknowledged = max(0, self._outstanding - len(transport._sent_queue))
            self._grow(transport, acknowledged * USERDATA_MAX_LENGTH)

    def _grow(self, transport: RTCSctpTransport, acknowledged: int) -> None:
        grown = transport._cwnd - self._window
        if self._window <= _threshold(transport):
            most = MOST_A_SACK * USERDATA_MAX_LENGTH
            transport._cwnd += max(0, min(acknowledged, most) - grown)
            return
        transport._partial_bytes_acked += int(acknowledged * (_hybla(transport) - 1))
        while transport._partial_bytes_acked >= transport._cwnd:
            transport._partial_bytes_acked -= transport._cwnd
            transport._cwnd += USERDATA_MAX_LENGTH


def _hybla(transport: RTCSctpTransport) -> float:
    """Give how many times as fast the window grows as by the book."""
    round_trip = transport._srtt or 0.0
    return max(1.0, min(MOST_FASTER, (round_trip / REFERENCE_S) ** 2))


class _Pace:
    """How much of one transport may leave now."""

    def __init__(self, transport: RTCSctpTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._tokens = float(BURST)
        self._at = self._loop.time()
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None

    @property
    def needed(self) -> bool:
        """Whether the line is long enough."""
        return (self._transport._srtt or 0.0) >= PACED_FROM_S

    def allows(self) -> bool:
        """Whether a packet may leave."""
        now = self._loop.time()
        self._tokens = min(BURST, self._tokens + (now - self._at) * self._rate())
        self._at = now
        return self._tokens > 0

    def spend(self, packets: int) -> None:
        """So many left."""
        self._tokens -= packets * USERDATA_MAX_LENGTH

    def resume_later(self) -> None:
        """Go on as soon as some packets may leave."""
        if self._timer is None:
            wait = (4 * USERDATA_MAX_LENGTH - self._tokens) / self._rate()
            self._timer = self._loop.call_later(wait, self._resume)

    def _resume(self) -> None:
        self._timer = None
        self._sending = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        try:
            await self._transport._data_channel_flush()
            await self._transport._transmit()
        except ConnectionError:  # whoever watches the connection tells
            log.debug("paced_packets_not_sent")

    def _rate(self) -> float:
        """Bytes a second."""
        transport = self._transport
        starting = transport._cwnd <= _threshold(transport)
        round_trip = max(transport._srtt or 0.0, PACED_FROM_S)
        return (STARTING_GAIN if starting else GAIN) * transport._cwnd / round_trip


def _threshold(transport: RTCSctpTransport) -> float:
    found: float = vars(transport).get("_ssthresh", float("inf"))
    return found


def _pace(self: RTCSctpTransport) -> _Pace:
    found: Any = vars(self).get("_pace")
    if found is None:
        found = vars(self)["_pace"] = _Pace(self)
    return found  # type: ignore[no-any-return]
