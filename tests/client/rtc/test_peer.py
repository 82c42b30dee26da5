"""Our peer against a real aiortc offerer in the same process."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from broker.protocol import signaling as wire
from broker.protocol.channels import ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.tiles import TileRect
from broker.protocol.vocabulary import Capability, ConsentSource, PeerFailure
from client import events as on
from client.capture.contracts import Frame
from client.capture.region import Rect
from client.channels.tiles import TilesChannel
from client.consent import Consent
from client.path.path import Path
from client.rtc import peer as peer_module
from client.rtc import standing as standing_module
from client.rtc import upstream
from client.rtc.hub import Hub
from client.rtc.peer import Peer, PeerSetup
from client.rtc.screen_track import FrameTold
from tests.client.fake_broker import Console
from tests.client.rtc.pictures import Source, plain, running_hub
from tests.client.viewer import Told

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
WIDTH, HEIGHT = 640, 480


class WhiteScreen(Source):
    """A source that has a white picture 30 times a second, or when somebody wants one."""

    def __init__(self) -> None:
        super().__init__(WIDTH, HEIGHT)
        self.quiet = False
        self.asks = asyncio.Event()

    async def next_frame(self) -> Frame:
        if self.quiet:
            await self.asks.wait()
        else:
            await asyncio.sleep(1 / 30)
        self.asks.clear()
        return Frame(self.area, plain(WIDTH, HEIGHT, 235), 0.0, [Rect(2, 4, 12, 24)])

    def want_picture(self) -> None:
        self.asks.set()


class Rig:
    """A peer, its console, and everything that came out of it."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.consent = VIEW
        self.events: asyncio.Queue[Any] = asyncio.Queue()
        self.signals: asyncio.Queue[Any] = asyncio.Queue()
        self.received: asyncio.Queue[Any] = asyncio.Queue()
        self.opened_labels: dict[str, Any] = {}
        self.silences: asyncio.Queue[float] = asyncio.Queue()
        self.explode = False
        self.source = WhiteScreen()
        self.ice_servers: tuple[wire.IceServer, ...] = ()
        self.hub: Hub
        self.tiles: FrameTold | None = None
        self.peer: Peer | None = None
        self.task: asyncio.Task[None] | None = None

    # Wiring

    def opened(self, label: ChannelLabel, send: Any) -> None:
        self.opened_labels[label] = send
        if label is ChannelLabel.TILES:
            self.tiles = TilesChannel(send, lambda: self.consent, lambda: None, Path())

    def received_message(self, label: ChannelLabel, message: str | bytes) -> None:
        if self.explode:
            raise RuntimeError("a handler that raises")
        self.received.put_nowait((label, message))

    def closed(self, label: ChannelLabel) -> None:
        self.opened_labels.pop(label, None)

    def tick(self, silence_s: float) -> float:
        self.silences.put_nowait(silence_s)
        return 0.2

    # driving

    async def answer(self, sdp: str) -> None:
        setup = PeerSetup(self.console.peer_id, sdp, self.ice_servers, self.hub, Path())
        wiring: Any = self
        self.peer = Peer(setup, _Wiring(wiring), self.signals.put_nowait, self.events.put_nowait)
        self.task = asyncio.create_task(self.peer.run())

    async def connect(self) -> None:
        await self.answer((await self.console.offer()).sdp)
        relay = asyncio.create_task(self._relay())
        assert await self.event() == on.PeerStood(self.console.peer_id, Way.DIRECT)
        await relay
        await self.console.all_open()

    async def _relay(self) -> None:
        while True:
            message = await self.signals.get()
            if isinstance(message, wire.PeerCandidate) and not message.candidate:
                return
            await self.console.take(message)

    async def event(self) -> Any:
        async with asyncio.timeout(15):
            return await self.events.get()

    async def close(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
        await self.console.close()


class _Wiring:
    def __init__(self, rig: Rig) -> None:
        self.opened = rig.opened
        self.received = rig.received_message
        self.closed = rig.closed
        self.tick = rig.tick
        self._rig = rig

    @property
    def tiles(self) -> FrameTold | None:
        return self._rig.tiles


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    upstream.install()
    made = Rig(Console())
    async with running_hub(made.source, lambda: made.consent) as made.hub:
        yield made
        await made.close()


async def test_an_offer_is_answered_and_the_picture_flows_as_h264(rig: Rig) -> None:
    await rig.connect()
    await rig.console.frame_where(lambda picture: picture.mean() > 240)
    assert rig.peer is not None
    (transceiver,) = rig.peer._connection.getTransceivers()
    assert transceiver._codecs[0].mimeType == "video/H264"


async def test_the_answer_is_sent_before_any_candidate_and_the_end_is_marked(rig: Rig) -> None:
    await rig.answer((await rig.console.offer()).sdp)
    answer = await rig.signals.get()
    assert isinstance(answer, wire.PeerDescription)
    assert "a=candidate" not in answer.sdp
    candidates = []
    while not candidates or candidates[-1]:
        candidates.append((await rig.signals.get()).candidate)
    assert all(text.startswith("candidate:") for text in candidates[:-1])


async def test_no_usable_remote_candidate_is_needed(rig: Rig) -> None:
    """The console reaches us at our candidates, as a browser does that hides its own (mDNS)."""
    offer = (await rig.console.offer()).sdp
    hidden = "\r\n".join(
        "a=candidate:1 1 udp 2113937151 0a1b2c3d-nobody-home.local 50000 typ host"
        if line.startswith("a=candidate:")
        else line
        for line in offer.splitlines()
    )
    await rig.answer(hidden + "\r\n")
    assert rig.peer is not None
    for text in ("candidate:2 1 udp 1 not-there.local 1 typ host", "candidate:bad", ""):
        rig.peer.add_candidate(
            wire.PeerCandidate(peer_id=rig.console.peer_id, candidate=text, sdp_mid="0")
        )
    await rig._relay()
    assert await rig.event() == on.PeerStood(rig.console.peer_id, Way.DIRECT)


async def test_without_the_right_to_view_only_a_neutral_picture_is_sent(rig: Rig) -> None:
    rig.consent = Consent()
    await rig.connect()
    picture = await rig.console.frame_where(lambda _: True)
    assert 40 < picture.mean() < 60
    assert picture.std() < 3


async def test_a_pause_replaces_the_picture_and_resuming_brings_it_back(rig: Rig) -> None:
    await rig.connect()
    await rig.console.frame_where(lambda picture: picture.mean() > 240)
    rig.consent = VIEW.with_paused(True)
    assert rig.peer is not None
    rig.hub.consent_changed()
    await rig.console.frame_where(lambda picture: picture.mean() < 60)
    rig.consent = VIEW
    rig.hub.consent_changed()
    await rig.console.frame_where(lambda picture: picture.mean() > 240)


async def test_each_frame_is_told_of_by_its_timestamp_and_before_it_leaves(rig: Rig) -> None:
    await rig.connect()
    told = [await rig.console.expect(ChannelLabel.TILES, Told) for _ in range(10)]
    assert all(one.replaced == (TileRect(2, 4, 10, 20),) for one in told[1:])
    seen = rig.console.told_and_packets
    known: set[int] = set()
    sent: list[int] = []
    for one in seen[: seen.index(told[-1])]:
        if isinstance(one, Told):
            known.add(one.timestamp)
        else:
            sent.append(one)
            assert one in known or one == sent[0]  # whose timestamp nobody knows until it has left
    assert set(sent) == {one.timestamp for one in told[:-1]}


async def test_a_console_that_lost_the_picture_gets_one_though_nothing_changes(rig: Rig) -> None:
    rig.source.quiet = True
    await rig.connect()
    await rig.console.frame_where(lambda picture: picture.mean() > 240)
    assert not rig.source.asks.is_set()
    await rig.console.lose_picture()
    await rig.console.frame_where(lambda picture: picture.mean() > 240)


async def test_messages_arrive_with_their_label(rig: Rig) -> None:
    await rig.connect()
    rig.console.send(ChannelLabel.CHAT, "hello")
    assert await rig.received.get() == (ChannelLabel.CHAT, "hello")


async def test_an_unknown_channel_is_closed(rig: Rig) -> None:
    await rig.connect()
    closed = asyncio.Event()
    channel = rig.console.connection.createDataChannel("shell")
    channel.on("close", closed.set)
    async with asyncio.timeout(10):
        await closed.wait()
    assert "shell" not in rig.opened_labels


async def test_a_second_channel_of_one_name_is_closed(rig: Rig) -> None:
    await rig.connect()
    closed = asyncio.Event()
    channel = rig.console.connection.createDataChannel("input")
    channel.on("close", closed.set)
    async with asyncio.timeout(10):
        await closed.wait()


async def test_a_handler_that_raises_and_a_message_too_large_break_nothing(rig: Rig) -> None:
    await rig.connect()
    rig.explode = True
    rig.console.send(ChannelLabel.CHAT, "boom")
    rig.console.send(ChannelLabel.CHAT, "x" * 20_000)
    rig.console.send(ChannelLabel.INPUT, b"\xff")
    while not rig.silences.empty():
        rig.silences.get_nowait()
    await rig.silences.get()
    rig.explode = False
    rig.console.send(ChannelLabel.CHAT, "still here")
    assert await rig.received.get() == (ChannelLabel.CHAT, "still here")


async def test_a_console_that_closes_is_noticed_at_once(rig: Rig) -> None:
    await rig.connect()
    await rig.console.connection.close()
    assert await rig.event() == on.PeerFellSilent(rig.console.peer_id)


async def test_a_console_that_does_not_read_is_let_go_before_it_fills_the_memory(rig: Rig) -> None:
    await rig.connect()
    assert rig.peer is not None
    send, message, waiting = rig.opened_labels["chat"], "x" * 16_000, 0
    with capture_logs() as logs:
        while send(message):  # the loop does not turn meanwhile: nothing leaves
            waiting += len(message)
            assert waiting <= upstream.MAX_BUFFERED_BYTES + len(message)
        assert not send(message)
    assert [line["event"] for line in logs] == ["peer_does_not_read"]
    assert await rig.event() == on.PeerFellSilent(rig.console.peer_id)


async def test_a_console_that_says_nothing_is_lost(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_module, "PEER_LOST_AFTER_S", 0.2)
    await rig.connect()
    assert await rig.event() == on.PeerFellSilent(rig.console.peer_id)


async def test_a_console_that_never_comes_is_a_connect_timeout(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "CONNECT_TIMEOUT_S", 0.3)
    await rig.answer((await rig.console.offer()).sdp)
    assert await rig.event() == on.PeerBroke(rig.console.peer_id, PeerFailure.CONNECT_TIMEOUT)


@pytest.mark.parametrize("sdp", ["nonsense", "v=0\r\n", "m=video 9 X\r\n"])
async def test_an_offer_that_makes_no_sense_fails_the_negotiation(rig: Rig, sdp: str) -> None:
    await rig.answer(sdp)
    event = await rig.event()
    assert isinstance(event, on.PeerBroke)
    assert event.reason is PeerFailure.NEGOTIATION_FAILED
