"""What is the same whichever way a peer is reached: when it stands, who is heard, when it is lost.

Until the peer stands, which is when its control channel is open and the session has been told,
no other channel is connected to anything.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from broker.protocol.channels import PEER_LOST_AFTER_S, PEER_QUIET_AFTER_S, ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.vocabulary import PeerFailure
from client import events as on
from client.rtc import upstream
from client.rtc.screen_track import FrameTold

MAX_EARLY: Final = 32
"""Messages kept for when the peer stands: a console may speak as soon as its channel opens."""
_EARLY: Final = frozenset({ChannelLabel.CHAT, ChannelLabel.FILES})
"""Only of these; a key that was pressed before anything could be seen is better lost."""

Send = Callable[[str | bytes], bool]
"""Sends one message on a channel, text or binary; False when it is not open."""


class Wiring(Protocol):
    """What is at the other end of the channels."""

    @property
    def tiles(self) -> FrameTold | None:
        """The tiles channel, if the console opened one."""

    def opened(self, label: ChannelLabel, send: Send) -> None:
        """The console opened this channel."""

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        """A message came in on this channel."""

    def closed(self, label: ChannelLabel) -> None:
        """The console closed this channel."""

    def tick(self, silence_s: float) -> float:
        """Some time passed; the console was heard `silence_s` ago.

        Gives the seconds after which it is to be called again, at the latest.
        """


class Standing:
    """The channels of one peer, from the first that opens to when the peer is lost."""

    def __init__(self, peer_id: str, wiring: Wiring, deliver: Callable[[on.Event], None]) -> None:
        self._peer_id = peer_id
        self._wiring = wiring
        self._deliver = deliver
        self._control_open = asyncio.Event()
        self._gone = asyncio.Event()
        self._open: dict[ChannelLabel, Send] = {}
        self._early: list[tuple[ChannelLabel, str | bytes]] = []
        self._heard_at = 0.0
        self._stands = False
        self._failure: PeerFailure | None = None

    # ---- what happens to the channels

    def is_open(self, label: ChannelLabel) -> bool:
        """Whether the console has opened this channel."""
        return label in self._open

    def opened(self, label: ChannelLabel, send: Send) -> None:
        """The console opened this channel."""
        self._open[label] = send
        if label is ChannelLabel.CONTROL or self._stands:
            self._wiring.opened(label, send)
        if label is ChannelLabel.CONTROL:
            self._control_open.set()

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        """A message came in on this channel."""
        if label is ChannelLabel.CONTROL or self._stands:
            self._heard_at = time.monotonic()
            self._wiring.received(label, message)
        elif label in _EARLY and len(self._early) < MAX_EARLY:
            self._early.append((label, message))

    def closed(self, label: ChannelLabel) -> None:
        """The console closed this channel; without control there is no peer."""
        self._open.pop(label, None)
        upstream.guarded(label, self._wiring.closed)(label)
        if label is ChannelLabel.CONTROL:
            self._stands = False
            self._gone.set()

    def end(self, failure: PeerFailure | None = None) -> None:
        """The connection is gone, or has to be; `failure` when that has a reason to be told."""
        self._failure = self._failure or failure
        self._gone.set()

    @property
    def has_ended(self) -> bool:
        """Whether it was said that the connection is gone."""
        return self._gone.is_set()

    # ---- its life

    async def begins(self) -> bool:
        """Wait until the peer can stand; False when it is gone before."""
        waits = {asyncio.ensure_future(e.wait()) for e in (self._control_open, self._gone)}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return self._control_open.is_set()

    async def live(self, way: Way | None, stands: Callable[[], None] = lambda: None) -> None:
        """Report the peer and the way it took, and only then connect its other channels.

        `stands` is called when all are connected. Returns once it is lost, and was reported so.
        """
        self._heard_at = time.monotonic()
        self._deliver(on.PeerStood(self._peer_id, way))
        self._stands = True
        for label, send in tuple(self._open.items()):
            if label is not ChannelLabel.CONTROL:
                self._wiring.opened(label, send)
        early, self._early = self._early, []
        for label, message in early:
            upstream.guarded(label, partial(self._wiring.received, label))(message)
        stands()
        await self._watch()
        self._stands = False
        failure = self._failure
        over = on.PeerBroke(self._peer_id, failure) if failure else None
        self._deliver(over or on.PeerFellSilent(self._peer_id))

    def hear_no_more(self) -> None:
        """Whatever comes in from now on came too late."""
        self._stands = False

    async def _watch(self) -> None:
        """Return when the peer has been silent for too long or its connection went down."""
        told_at = 0.0
        while not self._gone.is_set():
            silence = time.monotonic() - self._heard_at
            if silence >= PEER_LOST_AFTER_S:
                return
            if silence >= PEER_QUIET_AFTER_S and told_at != self._heard_at:
                told_at = self._heard_at
                self._deliver(on.PeerGrewQuiet(self._peer_id))
            due = PEER_LOST_AFTER_S if silence >= PEER_QUIET_AFTER_S else PEER_QUIET_AFTER_S
            rest = min(self._wiring.tick(silence), due - silence)
            try:
                async with asyncio.timeout(rest):
                    await self._gone.wait()
            except TimeoutError:
                continue
