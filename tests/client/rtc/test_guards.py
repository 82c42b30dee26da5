"""Each guard against what aiortc does with a hostile or broken peer, and the fault without it.

`__wrapped__` is what a guard stands before. What TURN refuses in silence is in tests/turn.
"""

import asyncio
import struct
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioice import ice, stun
from aiortc import RTCConfiguration, RTCDtlsTransport, RTCPeerConnection
from aiortc.rtcsctptransport import (
    SCTP_DATA_FIRST_FRAG,
    WEBRTC_STRING,
    DataChunk,
    RTCSctpTransport,
    SackChunk,
    decode_params,
    tsn_plus_one,
)
from aiortc.rtp import RtcpRtpfbPacket
from structlog.testing import capture_logs

from broker.protocol import signaling as wire
from broker.protocol.channels import ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES, PeerFailure
from client import events as on
from client.errors import NegotiationFailed
from client.path.path import Path
from client.rtc import mdns_sockets, reports, sctp_bounds, upstream
from client.rtc import peer as peer_module
from tests.client.rtc.test_peer_gate import PEER_ID, Rogue, Wires, opened
from tests.client.rtc.test_peer_gate import rogue as rogue  # noqa: PLC0414 - a fixture


class Pair:
    """Two connections of aiortc in this process, with one data channel between them."""

    def __init__(self) -> None:
        self.there, self.here = (
            RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)
        )
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.handler: Any = self.heard.put_nowait
        self.channel: Any = self.there.createDataChannel("chat")
        self.here.on("datachannel", lambda channel: channel.on("message", self._hear))

    def _hear(self, message: Any) -> None:
        self.handler(message)

    async def connect(self) -> None:
        open_there = asyncio.Event()
        self.channel.on("open", open_there.set)
        await self.there.setLocalDescription(await self.there.createOffer())
        await self.here.setRemoteDescription(self.there.localDescription)
        await self.here.setLocalDescription(await self.here.createAnswer())
        await self.there.setRemoteDescription(self.here.localDescription)
        await opened(open_there)
        assert await self.hears("first")

    async def hears(self, message: str) -> bool:
        """Whether a message still arrives."""
        self.channel.send(message)
        try:
            async with asyncio.timeout(1.0):
                while await self.heard.get() != message:
                    pass
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        await asyncio.gather(self.there.close(), self.here.close())


@pytest.fixture
async def pair() -> AsyncIterator[Pair]:
    upstream.install()
    made = Pair()
    yield made
    await made.close()


def without(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Take a guard away."""
    monkeypatch.setattr(owner, name, getattr(owner, name).__wrapped__)


# ---- handlers that raise


@pytest.mark.parametrize("guarded", [False, True])
async def test_a_handler_that_raises_ends_the_connection_unless_guarded(
    pair: Pair, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        without(monkeypatch, RTCSctpTransport, "_handle_data")
    await pair.connect()

    def explode(_: Any) -> None:
        raise RuntimeError

    kept = pair.handler
    pair.handler = upstream.guarded("chat", explode) if guarded else explode
    pair.channel.send("boom")
    await asyncio.sleep(0.1)
    pair.handler = kept
    assert await pair.hears("still here") == guarded


# ---- text that is none, and messages that are too long


@pytest.mark.parametrize("guarded", [False, True])
async def test_invalid_text_ends_the_connection_unless_guarded(
    pair: Pair, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        without(monkeypatch, RTCSctpTransport, "_data_channel_receive")
        without(monkeypatch, RTCSctpTransport, "_handle_data")
    await pair.connect()
    await pair.there.sctp._send(pair.channel.id, WEBRTC_STRING, b"\xff\xfe")
    assert await pair.hears("still here") == guarded


@pytest.mark.parametrize("guarded", [False, True])
async def test_a_message_of_any_size_is_taken_unless_guarded(
    pair: Pair, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        without(monkeypatch, RTCSctpTransport, "_data_channel_receive")
    await pair.connect()
    assert await pair.hears("x" * (MAX_CHANNEL_MESSAGE_BYTES + 1)) == (not guarded)
    assert await pair.hears("still here")


# ---- datagrams


@pytest.mark.parametrize("guarded", [False, True])
async def test_an_empty_datagram_ends_the_connection_unless_guarded(
    pair: Pair, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        without(monkeypatch, RTCDtlsTransport, "__init__")
        pair = Pair()
    await pair.connect()
    protocol = ice_of(pair.here)._protocols[0]
    protocol.datagram_received(b"", ("11.0.0.1", 9))  # anybody may send one
    assert await pair.hears("still here") == guarded
    await pair.close()


def ice_of(connection: RTCPeerConnection) -> Any:
    """Give the aioice connection below."""
    return connection.sctp.transport.transport._connection


CUT_SHORT = bytes.fromhex("0001000421 12a442") + bytes(12) + bytes.fromhex("00240000")
"""A binding request whose PRIORITY has no value."""


def test_a_stun_attribute_that_is_cut_short_is_an_unnamed_error_unless_guarded() -> None:
    upstream.install()
    with pytest.raises(struct.error):
        stun.parse_message.__wrapped__(CUT_SHORT)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="cut short"):
        stun.parse_message(CUT_SHORT)


# ---- candidates


async def test_an_unresolvable_candidate_holds_up_a_description_unless_taken_out() -> None:
    offerer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    offerer.createDataChannel("chat")
    await offerer.setLocalDescription(await offerer.createOffer())
    hidden = "a=candidate:1 1 udp 2113937151 0a1b-nobody-home.local 50000 typ host"
    lines = [
        line for line in offerer.localDescription.sdp.splitlines() if "a=candidate" not in line
    ]
    sdp = "\r\n".join([*lines, hidden]) + "\r\n"
    rest, _ = upstream.detach_candidates(sdp)
    times = []
    for text in (sdp, rest):
        answerer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        began = time.monotonic()
        await answerer.setRemoteDescription(
            type(offerer.localDescription)(text.replace("a=end-of-candidates\r\n", ""), "offer")
        )
        times.append(time.monotonic() - began)
        await answerer.close()
    await offerer.close()
    held_up, at_once = times
    assert held_up > 0.9
    assert at_once < held_up / 2


@pytest.mark.parametrize("is_guarded", [False, True])
def test_a_second_event_loop_cannot_resolve_names_unless_guarded(
    monkeypatch: pytest.MonkeyPatch, *, is_guarded: bool
) -> None:
    monkeypatch.setattr(ice, "_mdns", mdns_sockets.PerLoop() if is_guarded else threading.local())

    async def open_two_at_once() -> list[BaseException]:
        """Give what was raised, and leave the socket as a loop does that is given up."""
        two = [ice.get_or_create_mdns_protocol(object()) for _ in range(2)]
        outcomes = await asyncio.gather(*two, return_exceptions=True)
        opened = [one for one in outcomes if not isinstance(one, BaseException)]
        ice._mdns.protocol = None
        await asyncio.gather(*(one.close() for one in set(opened)))
        return [one for one in outcomes if isinstance(one, BaseException)]

    assert asyncio.run(open_two_at_once()) == []
    raised = asyncio.run(open_two_at_once())
    assert [type(one) for one in raised] == ([] if is_guarded else [RuntimeError])


async def test_a_candidate_that_makes_aioice_fail_is_dropped() -> None:
    class Failing:
        async def addIceCandidate(self, candidate: object) -> None:
            raise RuntimeError("whatever")

    candidate = upstream.parse_candidate("candidate:1 1 udp 1 11.0.0.1 9 typ host", "0", 0)
    assert candidate is not None
    with capture_logs() as logs:
        await upstream.add_candidate(Failing(), candidate)  # type: ignore[arg-type]
    assert [one["event"] for one in logs] == ["candidate_dropped"]


async def test_no_more_candidates_are_tried_than_a_console_has(rogue: Rogue) -> None:
    rogue.channel(ChannelLabel.CONTROL)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    for port in range(1, 1000):
        text = f"candidate:1 1 udp 1 11.0.0.1 {port} typ host"
        rogue.peer.add_candidate(
            wire.PeerCandidate(peer_id=PEER_ID, candidate=text, sdp_mid="0", sdp_m_line_index=0)
        )
        await asyncio.sleep(0)
    ice = rogue.peer._connection.getTransceivers()[0].receiver.transport.transport._connection
    assert len(ice.remote_candidates) <= peer_module.MAX_CANDIDATES


def test_an_offer_of_many_parts_is_not_taken() -> None:
    part = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
    upstream.detach_candidates("v=0\r\n" + part * upstream.MAX_SECTIONS)
    with pytest.raises(NegotiationFailed):
        upstream.detach_candidates("v=0\r\n" + part * (upstream.MAX_SECTIONS + 1))


# ---- a peer that is gone


class Nowhere:
    """A transport whose packets arrive nowhere."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def sendto(self, data: bytes, addr: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


async def test_a_peer_that_is_gone_is_lost_in_five_seconds_though_aiortc_sees_it(
    rogue: Rogue,
) -> None:
    rogue.channel(ChannelLabel.CONTROL)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    began = time.monotonic()
    for protocol in ice_of(rogue.connection)._protocols:
        protocol.transport = Nowhere(protocol.transport)
    states = []
    rogue.peer._connection.on(
        "connectionstatechange", lambda: states.append(rogue.peer._connection.connectionState)
    )
    assert await rogue.event() == on.PeerGrewQuiet(PEER_ID)
    assert await rogue.event() == on.PeerFellSilent(PEER_ID)
    assert time.monotonic() - began < 5.0
    assert set(states) <= {"closed"}  # by us; there is no `disconnected`


# ---- SCTP


def test_a_parameter_of_length_zero_is_read_for_ever_unless_guarded() -> None:
    script = "from aiortc.rtcsctptransport import decode_params; decode_params(bytes(4))"
    limited = ["sh", "-c", 'ulimit -v 2000000; exec "$@"', "sh", sys.executable, "-c", script]
    with pytest.raises((subprocess.TimeoutExpired, subprocess.CalledProcessError)):
        subprocess.run(limited, timeout=3, check=True, capture_output=True)
    for body in (bytes(4), bytes(3) + b"\x03"):
        with pytest.raises(ValueError, match="shorter"):
            sctp_bounds.decode_parameters(body)


def test_parameters_are_read_as_by_aiortc() -> None:
    body = b"\x80\x00\x00\x04\xc0\x00\x00\x07abc\x00\x00\x05\x00\x05xyz"
    assert sctp_bounds.decode_parameters(body) == decode_params(body)


async def test_gap_blocks_are_counted_at_length_unless_guarded(pair: Pair) -> None:
    await pair.connect()
    sctp = pair.here.sctp
    seconds = []
    for receive in (
        RTCSctpTransport._receive_sack_chunk.__wrapped__,  # type: ignore[attr-defined]
        RTCSctpTransport._receive_sack_chunk,
    ):
        chunk = SackChunk()
        chunk.cumulative_tsn, chunk.advertised_rwnd = sctp._last_sacked_tsn, 1 << 20
        chunk.gaps = [(1, 65535)] * 100
        began = time.perf_counter()
        await receive(sctp, chunk)
        seconds.append(time.perf_counter() - began)
    stock, guarded = seconds
    assert guarded * 10 < stock
    assert await pair.hears("still here")


@pytest.mark.parametrize("size", [1000, 1])
@pytest.mark.parametrize("guarded", [False, True])
async def test_a_message_that_never_ends_is_kept_unless_guarded(
    pair: Pair, guarded: bool, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        without(monkeypatch, RTCSctpTransport, "_handle_data")
    await pair.connect()
    with capture_logs() as logs:
        await _flood(pair, size, 3 * sctp_bounds.MAX_HELD_CHUNKS // 2)
    streams = pair.here.sctp._inbound_streams.values()
    held = [chunk for stream in streams for chunk in stream.reassembly]
    kept = sum(len(chunk.user_data) for chunk in held)
    within = kept <= sctp_bounds.MAX_HELD_BYTES + size and len(held) <= (
        sctp_bounds.MAX_HELD_CHUNKS + sctp_bounds.COUNTED_EVERY
    )
    assert within == guarded
    assert ("peer_keeps_no_window" in [line["event"] for line in logs]) == guarded


async def _flood(pair: Pair, size: int, count: int) -> None:
    """Send the middle of a message, whatever the window says."""
    sctp, tsn = pair.there.sctp, pair.there.sctp._local_tsn
    for number in range(count):
        chunk = DataChunk(SCTP_DATA_FIRST_FRAG if number == 0 else 0)
        chunk.tsn, chunk.stream_id, chunk.stream_seq = tsn, pair.channel.id, 1
        chunk.protocol, chunk.user_data = WEBRTC_STRING, bytes(size)
        tsn = tsn_plus_one(tsn)
        try:
            await sctp._send_chunk(chunk)
        except ConnectionError:
            return
        if number % 16 == 0:
            await asyncio.sleep(0.002)
    await asyncio.sleep(0.2)


async def test_a_chunk_that_is_cut_short_ends_nothing(pair: Pair) -> None:
    await pair.connect()
    sctp = pair.there.sctp
    endings = {6, 7, 8, 14}  # ABORT and SHUTDOWN end it as they should
    for kind in sorted(set(range(256)) - endings):
        for body in (b"\x00", b"\xff" * 3):
            await _send_raw(sctp, kind, body)
    assert await pair.hears("still here")


async def _send_raw(sctp: RTCSctpTransport, kind: int, body: bytes) -> None:
    class Raw:
        def __bytes__(self) -> bytes:
            padding = bytes(-len(body) % 4)
            return bytes([kind, 0]) + (4 + len(body)).to_bytes(2, "big") + body + padding

    await sctp._send_chunk(Raw())  # type: ignore[arg-type]


async def test_a_console_that_floods_is_let_go(rogue: Rogue) -> None:
    rogue.wires = Wires()
    control, _ = rogue.channel(ChannelLabel.CONTROL)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    flooding = Pair.__new__(Pair)
    flooding.there, flooding.channel = rogue.connection, control
    await _flood(flooding, 1000, 3000)
    assert await rogue.event() in (
        on.PeerFellSilent(PEER_ID),
        on.PeerBroke(PEER_ID, PeerFailure.ICE_FAILED),
    )


# ---- video


@pytest.mark.parametrize("guarded", [False, True])
async def test_packets_are_repeated_as_often_as_is_asked_unless_guarded(guarded: bool) -> None:
    sender = Sender()
    if guarded:
        reports.watch_sender(sender, lambda: None, Path())  # type: ignore[arg-type]
    for _ in range(20):
        await sender._handle_rtcp_packet(RtcpRtpfbPacket(1, 1, 2, lost=[7] * 1000))
    assert len(sender.repeated) == (20 if guarded else 20_000)
    for _ in range(4):
        await sender._handle_rtcp_packet(RtcpRtpfbPacket(1, 1, 2, lost=list(range(1000))))
    assert guarded == (len(sender.repeated) < 2 * reports.REPEATS_AT_ONCE)


class Sender:
    """A sender of aiortc, as far as repeating goes."""

    def __init__(self) -> None:
        self.repeated: list[int] = []

    async def _send_rtcp(self, packets: list[Any]) -> None:
        pass

    async def _handle_rtcp_packet(self, packet: RtcpRtpfbPacket) -> None:
        self.repeated += packet.lost
