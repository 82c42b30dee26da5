"""The support client's end of a tunnel: what it hears, when it stands, and what ends it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from broker.protocol.channels import ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.relay import RelaySide
from broker.protocol.tunnel import HELLO, PeerTunnel, pack_message, unpack_message
from broker.protocol.vocabulary import PeerFailure
from client import events as on
from client.relay.pipe import RelayLost
from client.relay.seal import FrameDamaged, Seal
from client.rtc import standing as standing_module
from client.rtc.standing import Send
from client.tunnel.peer import TunnelPeer, TunnelSetup
from client.tunnel.secret import new_nonce, tunnel_secret

PEER = "0f8fad5b-d9cb-469f-a165-70867728950e"
TICKET = "t" * 43
SHARED = bytes(range(32))


class Rig:
    """A client's tunnel, and a console at its other end that can be honest or not.

    It is the pipe, too: it seals and opens what goes through as the relay would.
    """

    def __init__(self) -> None:
        self.offer = PeerTunnel(peer_id=PEER, kind="offer", nonce=new_nonce(), ticket=TICKET)
        self.events: asyncio.Queue[on.Event] = asyncio.Queue()
        self.answered: asyncio.Future[PeerTunnel] = asyncio.get_running_loop().create_future()
        self.sent: asyncio.Queue[bytes] = asyncio.Queue()
        self.opened_labels: dict[ChannelLabel, Send] = {}
        self.received_messages: list[tuple[ChannelLabel, str | bytes]] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.let_go = False
        self.tiles = None
        setup = TunnelSetup(self.offer, lambda: SHARED, self._open)
        self.peer = TunnelPeer(setup, self, self.answered.set_result, self.events.put_nowait)
        self.task: asyncio.Task[None] | None = None

    # ---- the console

    async def _open(self, ticket: str, secret: str, relay_id: str, came: Any, **told: Any) -> "Rig":
        assert (ticket, relay_id) == (TICKET, PEER)
        answer = await self.answered
        ours = tunnel_secret(SHARED, PEER, self.offer.nonce, answer.nonce)
        self.ours, self.theirs = (
            Seal(ours, PEER, RelaySide.CONSOLE),
            Seal(ours, PEER, RelaySide.CLIENT),
        )
        self._opens, self._seals = (
            Seal(secret, PEER, RelaySide.CONSOLE),
            Seal(secret, PEER, RelaySide.CLIENT),
        )
        self._came, self._told = came, told
        return self

    def frame(self, frame: bytes) -> None:
        """Have a frame come in at the client, as the broker passes it on."""
        try:
            self._came(self._opens.open(frame))
        except FrameDamaged:
            self._told["on_damaged"]()
            self._told["on_closed"]()

    def say(self, label: ChannelLabel, message: str | bytes) -> None:
        self.frame(self.ours.close(pack_message(label, message)))

    def leave(self) -> None:
        self._told["on_closed"]()

    async def heard(self) -> bytes:
        return self.theirs.open(await asyncio.wait_for(self.sent.get(), 5))

    # ---- the pipe

    async def send(self, message: bytes) -> None:
        await self.takes.wait()
        if self.let_go:
            raise RelayLost
        self.sent.put_nowait(self._seals.close(message))

    async def close(self) -> None:
        self.let_go = True

    # ---- the wiring

    def opened(self, label: ChannelLabel, send: Send) -> None:
        self.opened_labels[label] = send

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        self.received_messages.append((label, message))

    def closed(self, label: ChannelLabel) -> None:
        self.opened_labels.pop(label, None)

    def tick(self, silence_s: float) -> float:
        return 0.05

    # ----

    async def event(self) -> on.Event:
        return await asyncio.wait_for(self.events.get(), 5)

    async def stand(self) -> None:
        self.task = asyncio.create_task(self.peer.run())
        await self.answered
        assert await self.heard() == HELLO
        self.frame(self.ours.close(HELLO))
        assert await self.event() == on.PeerStood(PEER, Way.BROKER)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    rig = Rig()
    yield rig
    if rig.task is not None:
        rig.task.cancel()
        await asyncio.gather(rig.task, return_exceptions=True)


async def test_all_channels_are_open_once_the_console_has_shown_that_it_has_the_secret(
    rig: Rig,
) -> None:
    await rig.stand()
    assert set(rig.opened_labels) == set(ChannelLabel)
    rig.say(ChannelLabel.INPUT, "a key")
    rig.say(ChannelLabel.FILES, b"a piece")
    assert rig.received_messages == [
        (ChannelLabel.INPUT, "a key"),
        (ChannelLabel.FILES, b"a piece"),
    ]
    assert rig.opened_labels[ChannelLabel.CHAT]("hello")
    assert unpack_message(await rig.heard()).message == "hello"


async def test_nothing_is_open_before_that(rig: Rig) -> None:
    rig.task = asyncio.create_task(rig.peer.run())
    await rig.answered
    await rig.heard()
    rig.say(ChannelLabel.INPUT, "a key")
    assert await rig.event() == on.PeerBroke(PEER, PeerFailure.TUNNEL_DAMAGED)
    assert (rig.opened_labels, rig.received_messages) == ({}, [])


async def test_what_is_outdated_soon_is_left_out_while_much_waits(rig: Rig) -> None:
    await rig.stand()
    rig.takes.clear()
    rig.opened_labels[ChannelLabel.TILES](b"x" * 10_000)
    await asyncio.sleep(0)
    for number in range(100):
        assert rig.opened_labels[ChannelLabel.POINTER](f"at {number}")
    rig.opened_labels[ChannelLabel.CHAT]("hello")
    rig.takes.set()
    assert unpack_message(await rig.heard()).label is ChannelLabel.TILES
    assert unpack_message(await rig.heard()).label is ChannelLabel.CHAT


async def test_a_console_that_leaves_or_says_nothing_is_lost(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing_module, "PEER_LOST_AFTER_S", 0.2)
    await rig.stand()
    assert await rig.event() == on.PeerFellSilent(PEER)
    assert rig.task is not None
    await rig.task
    assert rig.let_go


async def test_it_ends_with_the_relay(rig: Rig) -> None:
    await rig.stand()
    rig.leave()
    assert await rig.event() == on.PeerFellSilent(PEER)
    assert rig.task is not None
    await rig.task


async def test_no_relay_no_tunnel() -> None:
    events: list[on.Event] = []

    async def none(*_: object, **__: object) -> Any:
        raise RelayLost

    offer = PeerTunnel(peer_id=PEER, kind="offer", nonce=new_nonce(), ticket=TICKET)
    peer = TunnelPeer(
        TunnelSetup(offer, lambda: SHARED, none), Rig(), lambda _: None, events.append
    )
    await peer.run()
    assert events == [on.PeerBroke(PEER, PeerFailure.CONNECT_TIMEOUT)]
