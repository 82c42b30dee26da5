"""Every workaround for aiortc 1.16 and aioice 0.13, each with the fact that makes it necessary."""

import asyncio
import logging
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

import aiortc.rtcrtpsender
import structlog
from aioice import stun
from aiortc import (
    RTCCertificate,
    RTCConfiguration,
    RTCDataChannel,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCPeerConnection,
    RTCRtpSender,
    RTCRtpTransceiver,
)
from aiortc.rtcrtpparameters import RTCRtpCodecCapability, RTCRtpCodecParameters
from aiortc.rtcsctptransport import RTCSctpTransport
from aiortc.sdp import candidate_from_sdp

from broker.protocol.signaling import IceServer
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.errors import NegotiationFailed
from client.rtc import mdns_sockets, playout_delay, sctp_bounds, sctp_recovery, turn_servers
from client.rtc.refusals import RefusalLog
from client.rtc.viewer import Picture

log = structlog.get_logger()

CANDIDATE_TIMEOUT_S: Final = 3.0
"""Longest that one remote candidate may take to be resolved (aioice gives mDNS one second)."""
RTP_HISTORY_PACKETS: Final = 1024
"""How many packets a sender keeps for the receiver to ask for again: seconds of video."""
MAX_SECTIONS: Final = 4
"""A console offers one m-line for the picture and one for all data channels."""
MAX_BUFFERED_BYTES: Final = 4 * 1024 * 1024
"""No more than this waits on a channel: twice a whole transcript, four times the tiles' window."""


def install() -> None:
    """Apply the process-wide workarounds. Doing it again changes nothing."""
    _silence_packet_logs()
    _send_what_is_encoded()
    _drop_stray_datagrams()
    _name_stun_errors()
    _survive_broken_sctp_messages()
    mdns_sockets.install()
    playout_delay.install()
    sctp_recovery.install()
    turn_servers.install()
    _quicken_data_channels()
    sctp_bounds.install()


def _quicken_data_channels() -> None:
    """Python's share of each packet, and how SCTP follows a long line, bound what files reach.

    These reach so deep that they look first whether aiortc is the one that they know.
    """
    try:
        from client.rtc import datagrams, sctp_arrivals, sctp_departures
    except (ImportError, AttributeError) as error:
        log.warning("workaround_does_not_fit", workaround="throughput", reason=str(error))
        return
    datagrams.install()
    sctp_arrivals.install()
    sctp_departures.install()


def _silence_packet_logs() -> None:
    """At DEBUG, aiortc and aioice print packets, and with them what is on the screen."""
    for name in ("aiortc", "aioice"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _send_what_is_encoded() -> None:
    """A sender makes an encoder of its own at the first picture, which would encode once a viewer.

    `get_encoder` is the seam for another. And a sender forgets its packets after 128, too soon for
    the third retransmission on a bad line.
    """
    vars(aiortc.rtcrtpsender)["get_encoder"] = PassOn
    vars(aiortc.rtcrtpsender)["RTP_HISTORY_SIZE"] = RTP_HISTORY_PACKETS


class PassOn:
    """In a sender's encoder's place: pictures come from the hub, as RTP payloads.

    The sender calls `pack` with whatever its track gives that is not a frame.
    """

    def __init__(self, codec: RTCRtpCodecParameters) -> None:
        self.codec = codec

    def pack(self, picture: Picture) -> tuple[list[bytes], int]:
        """Give the payloads and their time in units of 1/90000 s."""
        return picture.encoded.payloads, picture.pts


def _drop_stray_datagrams() -> None:
    """An empty datagram makes `RTCDtlsTransport._recv_next` raise and end the connection."""
    original = RTCDtlsTransport.__init__
    if getattr(original, "guarded", False):
        return

    @wraps(original)
    def guarded(self: RTCDtlsTransport, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        transport = self.transport
        receive = transport._recv

        async def receive_known() -> bytes:
            while not is_known_datagram(data := await receive()):
                pass
            return data

        transport._recv = receive_known

    guarded.guarded = True  # type: ignore[attr-defined]
    RTCDtlsTransport.__init__ = guarded  # type: ignore[method-assign]


def is_known_datagram(data: bytes) -> bool:
    """Whether RFC 7983 gives this first byte to DTLS (20 to 63) or to SRTP (128 to 191)."""
    return bool(data) and (20 <= data[0] <= 63 or 128 <= data[0] <= 191)


def _name_stun_errors() -> None:
    """A STUN attribute that is cut short raises what aioice does not expect: a traceback a packet.

    Anybody who finds the port may send one.
    """
    original = stun.parse_message
    if getattr(original, "named", False):
        return

    @wraps(original)
    def parse_message(data: bytes) -> stun.Message:
        try:
            return original(data)
        except (struct.error, IndexError) as error:
            raise ValueError("a STUN attribute is cut short") from error

    parse_message.named = True  # type: ignore[attr-defined]
    vars(stun)["parse_message"] = parse_message


def _survive_broken_sctp_messages() -> None:
    """Invalid UTF-8 in a text frame or a label, or a second DCEP open, ends the connection.

    The size is not bounded either: `a=max-message-size` is only announced.
    """
    refusals = RefusalLog(time.monotonic)
    original = RTCSctpTransport._data_channel_receive
    if getattr(original, "guarded", False):
        return

    @wraps(original)
    async def guarded(self: RTCSctpTransport, stream_id: int, pp_id: int, data: bytes) -> None:
        if len(data) > MAX_CHANNEL_MESSAGE_BYTES:
            refusals.refused(reason="too large", size=len(data))
            return
        try:
            await original(self, stream_id, pp_id, data)
        except (UnicodeDecodeError, AssertionError, ValueError) as error:
            refusals.refused(reason=type(error).__name__)

    guarded.guarded = True  # type: ignore[attr-defined]
    RTCSctpTransport._data_channel_receive = guarded  # type: ignore[method-assign]


# ---- connections


def make_connection(
    servers: tuple[IceServer, ...], certificate: RTCCertificate | None = None
) -> RTCPeerConnection:
    """Build a connection with these ICE servers only; aiortc's default is a public STUN server.

    It makes a certificate for each connection, and takes none: `RTCConfiguration.certificates`
    (W3C WebRTC 1.0, section 4.2.1) is missing.
    """
    connection = RTCPeerConnection(RTCConfiguration(iceServers=turn_servers.usable(servers)))
    if certificate is not None:
        vars(connection)["_RTCPeerConnection__certificates"] = [certificate]
    return connection


def preferred_codecs() -> list[RTCRtpCodecCapability]:
    """H.264, then VP8. Must be set before `setRemoteDescription`, else VP8 is taken silently."""
    codecs = RTCRtpSender.getCapabilities("video").codecs
    order = {"video/h264": 0, "video/vp8": 1}
    return sorted(codecs, key=lambda codec: order.get(codec.mimeType.lower(), 2))


def detach_candidates(sdp: str) -> tuple[str, list[tuple[str, int]]]:
    """Take the candidates out of a description: (the rest, [(candidate line, its m-line index)]).

    Raises NegotiationFailed for more m-lines than a console has: aiortc makes a transport, with
    sockets of its own, for each.

    `setRemoteDescription` waits for each mDNS name in turn, and `a=end-of-candidates` may fail the
    connection on the spot; see `add_candidate`.
    """
    kept: list[str] = []
    candidates: list[tuple[str, int]] = []
    section = -1
    for line in sdp.splitlines():
        section += line.startswith("m=")
        if section >= MAX_SECTIONS:
            raise NegotiationFailed("the offer has too many m-lines")
        if line.startswith("a=candidate:"):
            candidates.append((line.removeprefix("a="), section))
        elif line != "a=end-of-candidates":
            kept.append(line)
    return "\r\n".join(kept) + "\r\n", candidates


def parse_candidate(text: str, mid: str | None, index: int | None) -> RTCIceCandidate | None:
    """Read a trickled candidate; None when it ends them or cannot be used.

    The end is never passed on: with only unresolvable mDNS names aioice would give up at once,
    though the console can still reach us at our own candidates. Our connect timer bounds the wait.
    """
    text = text.removeprefix("candidate:")
    if not text or (mid is None and index is None):
        return None
    try:
        candidate = candidate_from_sdp(text)
    except (AssertionError, ValueError, IndexError):
        return None
    candidate.sdpMid, candidate.sdpMLineIndex = mid, index
    return candidate if candidate.protocol.lower() == "udp" else None


async def add_candidate(connection: RTCPeerConnection, candidate: RTCIceCandidate) -> None:
    """Hand over one candidate, bounded in time; one that cannot be used is dropped.

    Whatever it makes aioice raise: the console has other candidates, and so have we.
    """
    try:
        async with asyncio.timeout(CANDIDATE_TIMEOUT_S):
            await connection.addIceCandidate(candidate)
    except Exception as error:  # noqa: BLE001 - logged; one address must not end a session
        log.info("candidate_dropped", reason=type(error).__name__)


def local_candidates(connection: RTCPeerConnection) -> list[tuple[str, str | None, int]]:
    """The gathered candidates as (candidate line, mid, m-line index), for the first m-line only.

    With BUNDLE all m-lines share one transport. Gathering has to be over: aiortc has no event for
    a single candidate.
    """
    mid: str | None = None
    candidates: list[str] = []
    section = -1
    for line in connection.localDescription.sdp.splitlines():
        section += line.startswith("m=")
        if section == 0 and line.startswith("a=mid:"):
            mid = line.removeprefix("a=mid:")
        if section == 0 and line.startswith("a=candidate:"):
            candidates.append(line.removeprefix("a="))
    return [(candidate, mid, 0) for candidate in candidates]


@contextmanager
def negotiating() -> Iterator[None]:
    """Turn whatever aiortc raises over an offer it dislikes into NegotiationFailed."""
    try:
        yield
    except Exception as error:
        raise NegotiationFailed(f"the offer cannot be used: {type(error).__name__}") from error


def guarded(label: str, handler: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap a handler: an exception in a synchronous one closes our side only, and silently."""

    def handle(argument: Any) -> None:
        try:
            handler(argument)
        except Exception as error:  # noqa: BLE001 - logged; the connection must outlive it
            log.warning("handler_failed", handler=label, reason=type(error).__name__)

    return handle


def send(channel: RTCDataChannel, message: str | bytes, clogged: Callable[[], None]) -> bool:
    """Send if the channel is open; False when it is not.

    When MAX_BUFFERED_BYTES wait already, nothing is sent and `clogged` is called. To close the
    channel would not help: aiortc sends what waits before it closes.
    """
    if channel.readyState != "open":
        return False
    if channel.bufferedAmount >= MAX_BUFFERED_BYTES:
        clogged()
        return False
    channel.send(message)
    return True


def codec_of(transceiver: RTCRtpTransceiver) -> str:
    """Give the MIME type that was negotiated, in small letters; aiortc has no way to ask."""
    return transceiver._codecs[0].mimeType.lower()


def last_rtp_timestamp(sender: RTCRtpSender) -> int | None:
    """Give the RTP timestamp of the last packet sent; None before the first.

    aiortc begins at a random timestamp, which it keeps to itself.
    """
    timestamp: int = vars(sender)["_RTCRtpSender__rtp_timestamp"]
    return timestamp or None
