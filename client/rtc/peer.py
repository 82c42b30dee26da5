"""One peer connection to the console: answers its offer, carries the picture and the channels.

It knows nothing of what is said on the channels; `Wiring` gets them as they open. Until the peer
stands, which is when its control channel is open and the broker has been told, nothing is shown and
no other channel is connected to anything.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

import structlog
from aiortc import RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from broker.protocol.channels import (
    CONNECT_TIMEOUT_S,
    PEER_LOST_AFTER_S,
    ChannelLabel,
)
from broker.protocol.signaling import IceServer, PeerCandidate, PeerDescription
from broker.protocol.vocabulary import PeerFailure
from client import events as on
from client.errors import NegotiationFailed
from client.path.path import Path
from client.rtc import reports, turn_servers, upstream
from client.rtc.hub import Hub
from client.rtc.screen_track import FrameTold, ScreenTrack
from client.rtc.turn_servers import TurnRefusal

log = structlog.get_logger()

CLOSE_TIMEOUT_S: Final = 2.0
MAX_CANDIDATES: Final = 64
"""Of the console; each is an address that this machine sends to."""
MAX_EARLY: Final = 32
"""Messages kept for when the peer stands: a console may speak as soon as its channel opens."""
_EARLY: Final = frozenset({ChannelLabel.CHAT, ChannelLabel.FILES})
"""Only of these; a key that was pressed before anything could be seen is better lost."""
_LABELS: Final = frozenset(ChannelLabel)

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


@dataclass(frozen=True)
class PeerSetup:
    """What a peer connection is made from."""

    peer_id: str
    offer_sdp: str
    ice_servers: tuple[IceServer, ...]
    hub: Hub
    path: Path


class Peer:
    """One RTCPeerConnection. `run` owns it and closes it, whatever happens."""

    def __init__(
        self,
        setup: PeerSetup,
        wiring: Wiring,
        signal: Callable[[PeerDescription | PeerCandidate], None],
        deliver: Callable[[on.Event], None],
    ) -> None:
        self.peer_id = setup.peer_id
        self._setup = setup
        self._wiring = wiring
        self._signal = signal
        self._deliver = deliver
        self._connection: RTCPeerConnection = upstream.make_connection(setup.ice_servers)
        self._track = ScreenTrack(setup.hub, setup.path, lambda: wiring.tiles)
        self._candidates: asyncio.Queue[PeerCandidate] = asyncio.Queue(MAX_CANDIDATES)
        self._described = asyncio.Event()
        self._control_open = asyncio.Event()
        self._gone = asyncio.Event()
        self._heard_at = 0.0
        self._open: dict[ChannelLabel, RTCDataChannel] = {}
        self._early: list[tuple[ChannelLabel, str | bytes]] = []
        self._stands = False
        self._refusals: Callable[[], Sequence[TurnRefusal]] = tuple

    @property
    def track(self) -> ScreenTrack:
        """The picture this connection sends."""
        return self._track

    def add_candidate(self, candidate: PeerCandidate) -> None:
        """Take one of the console's ICE candidates; never waits for it to be resolved."""
        with suppress(asyncio.QueueFull):
            self._candidates.put_nowait(candidate)

    async def run(self) -> None:
        """Answer the offer and stay until the peer is lost; cancel it to close."""
        try:
            async with asyncio.TaskGroup() as tasks:
                taking = tasks.create_task(self._take_candidates(tasks))
                await self._live()
                taking.cancel()
        finally:
            self._stands = False
            await self._close()

    async def _live(self) -> None:
        outcome = await self._connect()
        if outcome is not None:
            self._deliver(on.PeerBroke(self.peer_id, outcome))
            return
        self._stand()
        await self._watch()
        self._stands = False
        self._deliver(on.PeerFellSilent(self.peer_id))

    async def _connect(self) -> PeerFailure | None:
        """Make the connection; None when it stands."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                with upstream.negotiating():
                    await self._answer()
                await self._until_standing_or_gone()
        except TimeoutError:
            return self._no_way(PeerFailure.CONNECT_TIMEOUT)
        except NegotiationFailed:
            return PeerFailure.NEGOTIATION_FAILED
        return None if self._control_open.is_set() else self._no_way(PeerFailure.ICE_FAILED)

    def _no_way(self, failure: PeerFailure) -> PeerFailure:
        """Say why there is no way: aiortc keeps it to itself when a TURN server refuses."""
        return PeerFailure.RELAY_REFUSED if self._refusals() else failure

    async def _until_standing_or_gone(self) -> None:
        waits = {asyncio.ensure_future(e.wait()) for e in (self._control_open, self._gone)}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _answer(self) -> None:
        """Send the answer before gathering, then the candidates (trickle ICE, RFC 8838)."""
        connection = self._connection
        connection.on("connectionstatechange", self._state_changed)
        connection.on("datachannel", upstream.guarded("datachannel", self._channel_opened))
        transceiver = connection.addTransceiver(self._track, "sendonly")
        transceiver.setCodecPreferences(upstream.preferred_codecs())
        reports.watch_sender(transceiver.sender, self._track.lost, self._setup.path)
        reports.hush_reports(transceiver.sender)
        self._track.codec = lambda: upstream.codec_of(transceiver)
        self._refusals = lambda: turn_servers.turn_refusals(transceiver.sender)
        self._track.last_rtp_timestamp = lambda: upstream.last_rtp_timestamp(transceiver.sender)
        sdp, candidates = upstream.detach_candidates(self._setup.offer_sdp)
        for text, index in candidates:
            self.add_candidate(
                PeerCandidate(peer_id=self.peer_id, candidate=text, sdp_m_line_index=index)
            )
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        self._described.set()
        answer = await connection.createAnswer()
        self._signal(PeerDescription(peer_id=self.peer_id, kind="answer", sdp=answer.sdp))
        await connection.setLocalDescription(answer)
        self._tell_candidates()

    def _tell_candidates(self) -> None:
        for candidate, mid, index in upstream.local_candidates(self._connection):
            self._tell_candidate(candidate, mid, index)
        self._tell_candidate("", None, None)

    def _tell_candidate(self, candidate: str, mid: str | None, index: int | None) -> None:
        self._signal(
            PeerCandidate(
                peer_id=self.peer_id, candidate=candidate, sdp_mid=mid, sdp_m_line_index=index
            )
        )

    async def _take_candidates(self, tasks: asyncio.TaskGroup) -> None:
        await self._described.wait()
        for _ in range(MAX_CANDIDATES):
            message = await self._candidates.get()
            candidate = upstream.parse_candidate(
                message.candidate, message.sdp_mid, message.sdp_m_line_index
            )
            if candidate is not None:
                tasks.create_task(upstream.add_candidate(self._connection, candidate))

    # ---- while it stands

    def _stand(self) -> None:
        """Report the peer, and only then connect its other channels and show the picture."""
        self._heard_at = time.monotonic()
        self._deliver(on.PeerStood(self.peer_id))
        self._stands = True
        for label in tuple(self._open):
            if label is not ChannelLabel.CONTROL:
                self._connect_channel(label)
        early, self._early = self._early, []
        for label, message in early:
            upstream.guarded(label, partial(self._wiring.received, label))(message)
        self._track.release()

    async def _watch(self) -> None:
        """Return when the peer has been silent for too long or its connection went down."""
        while not self._gone.is_set():
            silence = time.monotonic() - self._heard_at
            if silence >= PEER_LOST_AFTER_S:
                return
            rest = min(self._wiring.tick(silence), PEER_LOST_AFTER_S - silence)
            try:
                async with asyncio.timeout(rest):
                    await self._gone.wait()
            except TimeoutError:
                continue

    def _state_changed(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._gone.set()

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        if channel.label not in _LABELS or channel.label in self._open:
            channel.close()
            return
        label = ChannelLabel(channel.label)
        self._open[label] = channel
        channel.on("message", upstream.guarded(label, lambda m: self._received(label, m)))
        channel.on("close", lambda: self._channel_closed(label))
        if label is ChannelLabel.CONTROL or self._stands:
            self._connect_channel(label)
        if label is ChannelLabel.CONTROL:
            self._control_open.set()

    def _connect_channel(self, label: ChannelLabel) -> None:
        channel = self._open[label]
        self._wiring.opened(
            label, lambda message: upstream.send(channel, message, lambda: self._clogged(label))
        )

    def _clogged(self, label: ChannelLabel) -> None:
        """End a connection whose other side does not read; a fresh one asks for what it missed."""
        if not self._gone.is_set():
            log.warning("peer_does_not_read", channel=label.value)
            self._gone.set()

    def _received(self, label: ChannelLabel, message: str | bytes) -> None:
        if label is ChannelLabel.CONTROL or self._stands:
            self._heard_at = time.monotonic()
            self._wiring.received(label, message)
        elif label in _EARLY and len(self._early) < MAX_EARLY:
            self._early.append((label, message))

    def _channel_closed(self, label: ChannelLabel) -> None:
        self._open.pop(label, None)
        upstream.guarded(label, self._wiring.closed)(label)
        if label is ChannelLabel.CONTROL:
            self._stands = False
            self._gone.set()

    async def _close(self) -> None:
        self._track.stop()
        closing: asyncio.Future[Any] = asyncio.ensure_future(self._connection.close())
        await asyncio.wait({closing}, timeout=CLOSE_TIMEOUT_S)
