"""Lets aiortc's data channels get over a lost packet in about a round trip, and begin faster.

aiortc waits a second before it sends a packet again of which nothing more is heard, so a lost tile
that answers a key was seen half a second late. As in TCP's tail loss probe (RFC 8985, section 7)
the earliest outstanding chunk is sent once more soon after its acknowledgement is due; the
congestion control stays as it is. And the first window is ten packets (RFC 6928) instead of three.
"""

import asyncio
from typing import Any, Final

import structlog
from aiortc.rtcsctptransport import USERDATA_MAX_LENGTH, DataChunk, RTCSctpTransport

log = structlog.get_logger()

FIRST_WINDOW: Final = 10 * USERDATA_MAX_LENGTH
"""Bytes."""

ACK_DELAY_S: Final = 0.07
"""How long a browser may keep an acknowledgement back to send others with it."""

UNKNOWN_ROUND_TRIP_S: Final = 0.2


def install() -> None:
    """Apply this to every connection from now on. Doing it again changes nothing."""
    original = RTCSctpTransport.__init__
    if getattr(original, "recovers", False):
        return

    def widened(self: RTCSctpTransport, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        self._cwnd = max(self._cwnd, FIRST_WINDOW)

    widened.recovers = True  # type: ignore[attr-defined]
    RTCSctpTransport.__init__ = widened  # type: ignore[method-assign]
    _probe_with_t3()


def _probe_with_t3() -> None:
    """T3 runs while something is outstanding; the probe runs beside it, and fires long before."""
    for name in ("_t3_start", "_t3_restart", "_t3_cancel"):
        setattr(RTCSctpTransport, name, _followed(vars(RTCSctpTransport)[name], name))


def _followed(original: Any, name: str) -> Any:
    def follow(self: RTCSctpTransport) -> None:
        original(self)
        probe = vars(self).setdefault("_probe", _Probe(self))
        probe.cancel()
        if name != "_t3_cancel":
            probe.start()

    return follow


class _Probe:
    """The timer of one transport that sends the earliest outstanding chunk once more."""

    def __init__(self, transport: RTCSctpTransport) -> None:
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Task[None] | None = None

    def start(self) -> None:
        round_trip = self._transport._srtt
        wait = 1.5 * (UNKNOWN_ROUND_TRIP_S if round_trip is None else round_trip) + ACK_DELAY_S
        self._timer = asyncio.get_running_loop().call_later(wait, self._fire)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fire(self) -> None:
        self._timer = None
        transport = self._transport
        chunk = next((c for c in transport._sent_queue if not c._acked and not c._abandoned), None)
        if chunk is None or chunk._retransmit or chunk._max_retransmits is not None:
            return
        chunk._sent_count += 1  # its round trip can no longer be told (Karn's algorithm)
        self._sending = asyncio.ensure_future(self._send(chunk))

    async def _send(self, chunk: DataChunk) -> None:
        try:
            await self._transport._send_chunk(chunk)
        except ConnectionError:  # whoever watches the connection tells
            log.debug("probe_not_sent")
