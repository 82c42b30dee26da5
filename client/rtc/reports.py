"""What a sender of aiortc and its receiver report to each other in RTCP, as far as we use it."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from aiortc import RTCRtpSender
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

from client.channels.budget import Budget
from client.path.path import Path

REPORTS_TOGETHER: Final = 5
"""Of so many sender reports that say the same, one is sent."""
REPEATS_PER_S: Final = 1000
REPEATS_AT_ONCE: Final = 1000
"""Packets of video sent once more: more than the picture has on any line."""


def watch_sender(sender: RTCRtpSender, lost: Callable[[], None], path: Path) -> None:
    """Call `lost` when the receiver asks for a key frame (PLI), and let the path know its reports.

    aiortc keeps all three for an encoder of its own. And it repeats every packet as often as it is
    asked to: thousands for one request.
    """
    handled, sent, times = sender._handle_rtcp_packet, sender._send_rtcp, ReportTimes()
    repeats = Budget(REPEATS_PER_S, REPEATS_AT_ONCE, time.monotonic)

    async def handle(packet: Any) -> None:
        if isinstance(packet, RtcpRtpfbPacket):
            packet.lost = [number for number in dict.fromkeys(packet.lost) if repeats.take()]
        await handled(packet)
        if isinstance(packet, RtcpRrPacket):
            for report in packet.reports:
                if report.ssrc == sender._ssrc:
                    now = time.monotonic()
                    path.receiver_counted(report.packets_lost, report.highest_sequence, now)
                    if (sent_at := times.of(report.lsr)) is not None:
                        path.round_trip(sent_at, report.dlsr / 65536, now)
        elif isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            for bit_rate in _estimates(packet, sender._ssrc):
                path.receiver_estimates(bit_rate)

    async def send(packets: list[Any]) -> None:
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                times.sent(packet.sender_info.ntp_timestamp, time.monotonic())
        await sent(packets)

    sender._handle_rtcp_packet = handle  # type: ignore[method-assign]
    sender._send_rtcp = send  # type: ignore[method-assign]
    sender._send_keyframe = lost  # type: ignore[method-assign]


def hush_reports(sender: RTCRtpSender) -> None:
    """Let most sender reports (RFC 3550, 6.4.1) go that repeat the one before.

    aiortc sends one a second though nothing else is sent: a fifth of what a still picture costs.
    """
    original = sender._send_rtcp
    said, repeated = -1, 0

    async def send(packets: list[Any]) -> None:
        nonlocal said, repeated
        if isinstance(packets[0], RtcpSrPacket):
            count = packets[0].sender_info.packet_count
            said, repeated = count, repeated + 1 if count == said else 0
            if repeated % REPORTS_TOGETHER:
                return
        await original(packets)

    sender._send_rtcp = send  # type: ignore[method-assign]


class ReportTimes:
    """When sender reports left, by the middle of their NTP time (RFC 3550, section 6.4.1).

    aiortc writes the time of the last packet instead of its own into a report, so two have the same
    when nothing was sent between them, and nobody can tell which of them was answered.
    """

    def __init__(self) -> None:
        self._times: dict[int, float | None] = {}

    def sent(self, ntp_timestamp: int, now: float) -> None:
        """A report with this time left."""
        middle = ntp_timestamp >> 16 & 0xFFFFFFFF
        self._times = {middle: None if middle in self._times else now}

    def of(self, middle: int) -> float | None:
        """Give when the report that has this left; None when that is not known."""
        return self._times.get(middle) if middle else None


def _estimates(packet: RtcpPsfbPacket, ssrc: int) -> Iterator[int]:
    """Give the bit rate of a REMB message (draft-alvestrand-rmcat-remb) about this source."""
    try:
        bit_rate, sources = unpack_remb_fci(packet.fci)
    except ValueError:
        return  # some other application's message
    if ssrc in sources:
        yield bit_rate
