"""A broker for tests of the client: the signaling protocol, and a console made of aiortc."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from aiortc import RTCSessionDescription
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.sdp import candidate_from_sdp
from pydantic import TypeAdapter

from broker.protocol import signaling as wire
from broker.protocol.channels import (
    CLIENT_CONTROL,
    POINTER_AT,
    ChannelLabel,
    Heartbeat,
    HeartbeatEcho,
    PictureState,
)
from broker.protocol.chat import CLIENT_CHAT
from broker.protocol.clipboard import CLIENT_CLIPBOARD
from broker.protocol.cursor import CursorShape
from broker.protocol.directions import CLIENT_TO_BROKER
from broker.protocol.participants import Participant
from broker.protocol.proof import ProofChallenge
from broker.protocol.trust import TrustAnswer, is_only_fingerprint
from broker.protocol.vocabulary import Capability, SessionState
from client.rtc import upstream
from client.rtc.certificate import fingerprint_of, make_certificate, with_one_fingerprint
from tests.client.trusted import Trusted
from tests.client.viewer import parse

GOOD_CODE = "482109375523"
SESSION_ID = "ses_" + "a" * 32
TOKEN = "t" * 43


def joined(
    requested: tuple[Capability, ...] = (Capability.VIEW, Capability.CONTROL),
    timeout_s: int = 60,
    account_id: str | None = None,
) -> wire.SessionJoined:
    return wire.SessionJoined(
        session_id=SESSION_ID,
        resume_token=TOKEN,
        technician=wire.Technician(
            name="Ada Example", organisation="Example IT", account_id=account_id
        ),
        ticket_id="DEMO-1",
        requested=requested,
        consent_timeout_s=timeout_s,
        ice_servers=(),
        report_token=TOKEN,
    )


@dataclass
class FakeBroker:
    """Answers one client; tests read what it said from `heard` and send what they like."""

    greeting: wire.SessionJoined = field(default_factory=joined)
    resumed_state: SessionState = SessionState.CONSENTED
    heard: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    refuse_with: wire.ErrorMessage | None = None
    challenge: ProofChallenge | None = None
    """Work that a client has to do before its code is looked at."""
    answers_pings: bool = False
    agrees: bool = False
    """A console agrees on a string as soon as the client has joined."""
    _console: Trusted = field(default_factory=lambda: Trusted(SESSION_ID))
    url: str = ""

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                break
            await self._answer(socket, CLIENT_TO_BROKER.validate_json(frame.data))
        return socket

    async def _answer(self, socket: web.WebSocketResponse, message: Any) -> None:
        if isinstance(message, wire.Ping):
            if self.answers_pings:
                pong = wire.Pong(server_time=datetime.now(UTC))
                await socket.send_str(pong.model_dump_json())
                self.heard.put_nowait(message)
            return
        if isinstance(message, wire.ClientJoin | wire.ClientResume) and self.refuse_with:
            await socket.send_str(self.refuse_with.model_dump_json())
            await socket.close()
        elif isinstance(message, wire.ClientJoin) and self.challenge and not message.proof:
            challenge = wire.JoinChallenge(challenge=self.challenge)
            await socket.send_str(challenge.model_dump_json())
        elif isinstance(message, wire.ClientJoin):
            await socket.send_str(self.greeting.model_dump_json())
            if self.agrees:
                await socket.send_str(self._console.commit.model_dump_json())
        elif isinstance(message, TrustAnswer) and self._is_own(message):
            await socket.send_str(self._console.reveal.model_dump_json())
            return
        elif isinstance(message, wire.ClientResume):
            answer = wire.SessionResumed(
                session_id=SESSION_ID, state=self.resumed_state, ice_servers=()
            )
            await socket.send_str(answer.model_dump_json())
        self.heard.put_nowait(message)

    def _is_own(self, answer: TrustAnswer) -> bool:
        return answer.commitment == self._console.commit.commitment

    async def send(self, message: Any) -> None:
        await self.sockets[-1].send_str(message.model_dump_json())

    async def expect(self, kind: type[Any], timeout: float = 10) -> Any:
        """Wait for the next message of this kind, passing over others."""
        async with asyncio.timeout(timeout):
            while not isinstance(message := await self.heard.get(), kind):
                pass
            return message

    async def drop(self) -> None:
        """Break the socket as a dying broker does."""
        socket = self.sockets[-1]
        assert socket._req is not None
        transport = socket._req.transport
        assert transport is not None
        transport.abort()


@asynccontextmanager
async def running_broker(broker: FakeBroker, port: int = 0) -> AsyncIterator[FakeBroker]:
    app = web.Application()
    app.router.add_get("/api/v1/ws/client", broker.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    broker.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield broker
    finally:
        for socket in broker.sockets:
            with contextlib.suppress(ConnectionError):
                await socket.close()
        await runner.cleanup()


class PromptBuffer(JitterBuffer):
    """Gives a frame when its last packet is there, as browsers do, not when the next one begins."""

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        return super()._remove_frame(sequence_number) or self._whole_frame()

    def _whole_frame(self) -> JitterFrame | None:
        assert self._origin is not None
        data = b""
        for count in range(self._capacity):
            packet = self._packets[(self._origin + count) % self._capacity]
            if packet is None:
                return None
            data += packet._data  # type: ignore[attr-defined]
            if packet.marker:
                self.remove(count + 1)
                return JitterFrame(data, packet.timestamp)
        return None


class Console:
    """The technician's side: an aiortc offerer with all channels."""

    def __init__(self, beats: bool = True) -> None:
        self.peer_id = "peer-" + secrets.token_hex(8)
        self.certificate = make_certificate()
        self.connection = upstream.make_connection((), self.certificate)
        self.heard: dict[str, asyncio.Queue[Any]] = {
            label: asyncio.Queue() for label in ChannelLabel
        }
        self.seen: list[Any] = []
        self.told_and_packets: list[Any] = []
        """Messages of the tiles channel, and the RTP timestamp of each packet of video."""
        self.frames: asyncio.Queue[Any] = asyncio.Queue()
        self.beats = beats
        self._open: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._note_packets(self.connection.addTransceiver("video", direction="recvonly").receiver)
        self.channels = {label: self._make_channel(label) for label in ChannelLabel}
        self.connection.on("track", self._take_track)

    def _make_channel(self, label: ChannelLabel) -> Any:
        lossy = {"ordered": False, "maxRetransmits": 0} if label is ChannelLabel.POINTER else {}
        channel = self.connection.createDataChannel(label, **lossy)
        self._open[label] = asyncio.Event()
        channel.on("open", self._open[label].set)
        adapters: dict[str, TypeAdapter[Any]] = {
            "control": CLIENT_CONTROL,
            "chat": CLIENT_CHAT,
            "clipboard": CLIENT_CLIPBOARD,
            "pointer": POINTER_AT,
        }

        @channel.on("message")
        def on_message(raw: str | bytes) -> None:
            if label is ChannelLabel.TILES:
                assert isinstance(raw, bytes)
                message = parse(raw)
                self.told_and_packets.append(message)
            else:
                message = adapters[label].validate_json(raw)
            self.seen.append(message)
            if isinstance(message, Heartbeat):
                if self.beats:
                    channel.send(HeartbeatEcho(sent_at_ms=message.sent_at_ms).model_dump_json())
            elif not isinstance(message, PictureState | CursorShape):  # come when they like
                self.heard[label].put_nowait(message)

        return channel

    def _note_packets(self, receiver: Any) -> None:
        receiver._RTCRtpReceiver__jitter_buffer = PromptBuffer(capacity=512, is_video=True)
        original = receiver._handle_rtp_packet

        async def handle(packet: Any, arrival_time_ms: int) -> None:
            self.told_and_packets.append(packet.timestamp)
            await original(packet, arrival_time_ms)

        receiver._handle_rtp_packet = handle

    async def lose_picture(self) -> None:
        """Ask for a key frame, as a browser does that cannot decode (PLI)."""
        (transceiver,) = self.connection.getTransceivers()
        (ssrc,) = transceiver.receiver._RTCRtpReceiver__active_ssrc
        await transceiver.receiver._send_rtcp_pli(ssrc)

    def _take_track(self, track: Any) -> None:
        async def read() -> None:
            with contextlib.suppress(Exception):
                while True:
                    self.frames.put_nowait(await track.recv())

        self._tasks.add(asyncio.create_task(read()))

    async def offer(self) -> wire.PeerDescription:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return wire.PeerDescription(
            peer_id=self.peer_id,
            kind="offer",
            sdp=with_one_fingerprint(self.connection.localDescription.sdp),
        )

    async def take(self, message: Any) -> None:
        """Take an answer or a candidate of the client."""
        if isinstance(message, wire.PeerDescription):
            await self.connection.setRemoteDescription(
                RTCSessionDescription(message.sdp, message.kind)
            )
        elif message.candidate:
            candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
            candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_m_line_index
            await self.connection.addIceCandidate(candidate)

    def send(self, label: ChannelLabel, message: Any) -> None:
        text = message if isinstance(message, str | bytes) else message.model_dump_json()
        self.channels[label].send(text)

    async def all_open(self) -> None:
        async with asyncio.timeout(10):
            for event in self._open.values():
                await event.wait()

    async def expect(
        self, label: ChannelLabel, kind: type[Any], when: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        async with asyncio.timeout(10):
            while True:
                message = await self.heard[label].get()
                if isinstance(message, kind) and when(message):
                    return message

    async def frame_where(self, good: Callable[[Any], bool]) -> Any:
        """Wait for a decoded picture (RGB array) that satisfies `good`."""
        async with asyncio.timeout(15):
            while True:
                picture = (await self.frames.get()).to_ndarray(format="rgb24")
                if good(picture):
                    return picture

    async def close(self) -> None:
        await self.connection.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def agree(broker: FakeBroker, console: Trusted) -> TrustAnswer:
    """Let the console and the client behind the broker agree on a string."""
    await broker.send(console.commit)
    answer: TrustAnswer = await broker.expect(TrustAnswer)
    await broker.send(console.reveal)
    return answer


async def connect(
    broker: FakeBroker, console: Console, participant: Participant | None = None
) -> None:
    """Let the console connect to the client behind the broker, as this participant."""
    agreed = await agree(
        broker, Trusted(SESSION_ID, participant, fingerprint_of(console.certificate))
    )
    offer = await console.offer()
    await broker.send(offer.model_copy(update={"participant": participant}))
    while True:
        message = await broker.expect(object)
        if isinstance(message, wire.PeerDescription | wire.PeerCandidate):
            if isinstance(message, wire.PeerDescription):
                assert is_only_fingerprint(message.sdp, agreed.part.fingerprint)
            await console.take(message)
        elif isinstance(message, wire.PeerConnected):
            assert message.peer_id == console.peer_id
            await console.all_open()
            return
        elif isinstance(message, wire.PeerFailed):
            raise TimeoutError(message)
