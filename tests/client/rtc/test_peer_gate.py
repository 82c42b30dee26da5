"""A console that leaves out the control channel: the peer is never reported, so it gets nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from broker.protocol import signaling as wire
from broker.protocol.channels import ChannelLabel, HeartbeatEcho
from broker.protocol.connection import Way
from broker.protocol.vocabulary import Capability, ConsentSource, PeerFailure
from client import events as on
from client.capture.contracts import Frame
from client.consent import Consent
from client.path.path import Path
from client.rtc import peer as peer_module
from client.rtc import standing as standing_module
from client.rtc import upstream
from client.rtc.hub import NEUTRAL_LUMA, Hub
from client.rtc.peer import Peer, PeerSetup
from tests.client.rtc.pictures import Source, plain, running_hub

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
PEER_ID = "peer-rogue-0001"


class Screen(Source):
    """A source that always has a picture, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__(320, 240)
        self.times_asked = 0

    async def next_frame(self) -> Frame:
        self.times_asked += 1
        await asyncio.sleep(1 / 30)
        return Frame(self.area, plain(320, 240, NEUTRAL_LUMA), 0.0, [])


class Wires:
    """A Wiring that remembers."""

    tiles = None

    def __init__(self) -> None:
        self.open: list[ChannelLabel] = []
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.silences: asyncio.Queue[float] = asyncio.Queue()

    def opened(self, label: ChannelLabel, send: Any) -> None:
        self.open.append(label)

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        self.heard.put_nowait((label, message))

    def closed(self, label: ChannelLabel) -> None:
        if label in self.open:
            self.open.remove(label)

    def tick(self, silence_s: float) -> float:
        self.silences.put_nowait(silence_s)
        return 0.2


class Rogue:
    """A console that opens the channels it likes, one at a time, and our peer opposite it."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.addTransceiver("video", direction="recvonly")
        self.screen = Screen()
        self.hub: Hub
        self.wires = Wires()
        self.events: asyncio.Queue[Any] = asyncio.Queue()
        self.frames: asyncio.Queue[Any] = asyncio.Queue()
        self._signals: asyncio.Queue[Any] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", self._take_track)

    def channel(self, label: ChannelLabel) -> tuple[Any, asyncio.Event]:
        channel = self.connection.createDataChannel(label)
        opened = asyncio.Event()
        channel.on("open", opened.set)
        return channel, opened

    async def connect(self) -> None:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        setup = PeerSetup(PEER_ID, self.connection.localDescription.sdp, (), self.hub, Path())
        self.peer = Peer(setup, self.wires, self._signals.put_nowait, self.events.put_nowait)
        self._tasks.append(asyncio.create_task(self.peer.run()))
        while not (
            isinstance(m := await self._signals.get(), wire.PeerCandidate) and not m.candidate
        ):
            await self._take(m)

    async def _take(self, message: Any) -> None:
        if isinstance(message, wire.PeerDescription):
            await self.connection.setRemoteDescription(RTCSessionDescription(message.sdp, "answer"))
            return
        candidate = candidate_from_sdp(message.candidate.removeprefix("candidate:"))
        candidate.sdpMid, candidate.sdpMLineIndex = message.sdp_mid, message.sdp_m_line_index
        await self.connection.addIceCandidate(candidate)

    def _take_track(self, track: Any) -> None:
        async def read() -> None:
            while True:
                self.frames.put_nowait(await track.recv())

        self._tasks.append(asyncio.create_task(read()))

    async def event(self) -> Any:
        async with asyncio.timeout(15):
            return await self.events.get()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.connection.close()


@pytest.fixture
async def rogue() -> AsyncIterator[Rogue]:
    upstream.install()
    made = Rogue()
    async with running_hub(made.screen, lambda: VIEW) as made.hub:
        yield made
        await made.close()


async def opened(event: asyncio.Event) -> None:
    async with asyncio.timeout(10):
        await event.wait()


async def test_without_a_control_channel_nothing_is_shown_and_no_message_is_taken(
    rogue: Rogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "CONNECT_TIMEOUT_S", 2.0)
    others = [label for label in ChannelLabel if label is not ChannelLabel.CONTROL]
    made = {label: rogue.channel(label) for label in others}
    await rogue.connect()
    for channel, event in made.values():
        await opened(event)
        channel.send("do it")
    assert await rogue.event() == on.PeerBroke(PEER_ID, PeerFailure.CONNECT_TIMEOUT)
    assert rogue.wires.heard.empty()
    assert rogue.wires.open == []
    assert rogue.screen.times_asked == 0
    assert rogue.frames.empty()


async def test_once_control_is_open_the_picture_and_what_was_asked_in_the_chat_come(
    rogue: Rogue,
) -> None:
    made = {label: rogue.channel(label) for label in (ChannelLabel.INPUT, ChannelLabel.CHAT)}
    await rogue.connect()
    for channel, event in made.values():
        await opened(event)
        channel.send("early")
    rogue.channel(ChannelLabel.CONTROL)
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    async with asyncio.timeout(15):
        await rogue.frames.get()
        assert await rogue.wires.heard.get() == (ChannelLabel.CHAT, "early")
    made[ChannelLabel.INPUT][0].send("late")
    assert await rogue.wires.heard.get() == (ChannelLabel.INPUT, "late")
    assert set(rogue.wires.open) == {ChannelLabel.CONTROL, *made}


async def test_a_control_channel_that_closes_ends_the_peer_at_once(rogue: Rogue) -> None:
    control, _ = rogue.channel(ChannelLabel.CONTROL)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    control.close()
    assert await rogue.event() == on.PeerFellSilent(PEER_ID)


async def test_a_console_that_speaks_on_no_channel_after_it_stands_is_lost(
    rogue: Rogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_module, "PEER_LOST_AFTER_S", 0.5)
    control, _ = rogue.channel(ChannelLabel.CONTROL)
    rogue.channel(ChannelLabel.INPUT)
    await rogue.connect()
    assert await rogue.event() == on.PeerStood(PEER_ID, Way.DIRECT)
    control.send(HeartbeatEcho(sent_at_ms=1).model_dump_json())
    assert await rogue.event() == on.PeerFellSilent(PEER_ID)
