"""One peer connection to the console: answers its offer, carries the picture and the channels.

It knows nothing of what is said on the channels; `Standing` has them as they open, and nothing is
shown before the peer stands.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiortc import RTCCertificate, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from broker.protocol.channels import CONNECT_TIMEOUT_S, ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.signaling import IceServer, PeerCandidate, PeerDescription
from broker.protocol.vocabulary import PeerFailure
from client import events as on
from client.errors import NegotiationFailed
from client.path.path import Path
from client.rtc import reports, turn_servers, upstream
from client.rtc.certificate import make_certificate, with_one_fingerprint
from client.rtc.hub import Hub
from client.rtc.screen_track import ScreenTrack
from client.rtc.standing import Standing, Wiring
from client.rtc.turn_servers import TurnRefusal

log = structlog.get_logger()

CLOSE_TIMEOUT_S: Final = 2.0
MAX_CANDIDATES: Final = 64
"""Of the console; each is an address that this machine sends to."""
_LABELS: Final = frozenset(ChannelLabel)


@dataclass(frozen=True)
class PeerSetup:
    """What a peer connection is made from."""

    peer_id: str
    offer_sdp: str
    ice_servers: tuple[IceServer, ...]
    hub: Hub
    path: Path
    certificate: RTCCertificate = field(default_factory=make_certificate)
    """Both screens show a string that is made from it, so it is the same for a whole session."""


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
        self._connection: RTCPeerConnection = upstream.make_connection(
            setup.ice_servers, setup.certificate
        )
        self._track = ScreenTrack(setup.hub, setup.path, lambda: wiring.tiles)
        self._candidates: asyncio.Queue[PeerCandidate] = asyncio.Queue(MAX_CANDIDATES)
        self._described = asyncio.Event()
        self._standing = Standing(setup.peer_id, wiring, deliver)
        self._refusals: Callable[[], Sequence[TurnRefusal]] = tuple
        self._way: Callable[[], Way | None] = lambda: None

    def watch(self, watching: bool) -> None:
        """The console's page is seen, or is not: then no video is sent."""
        self._track.watch(watching)

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
            self._standing.hear_no_more()
            await self._close()

    async def _live(self) -> None:
        outcome = await self._connect()
        if outcome is not None:
            self._deliver(on.PeerBroke(self.peer_id, outcome))
            return
        await self._standing.live(self._way(), self._track.release)

    async def _connect(self) -> PeerFailure | None:
        """Make the connection; None when it stands."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                with upstream.negotiating():
                    await self._answer()
                begins = await self._standing.begins()
        except TimeoutError:
            return self._no_way(PeerFailure.CONNECT_TIMEOUT)
        except NegotiationFailed:
            return PeerFailure.NEGOTIATION_FAILED
        return None if begins else self._no_way(PeerFailure.ICE_FAILED)

    def _no_way(self, failure: PeerFailure) -> PeerFailure:
        """Say why there is no way: aiortc keeps it to itself when a TURN server refuses."""
        return PeerFailure.RELAY_REFUSED if self._refusals() else failure

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
        self._way = lambda: turn_servers.way_taken(transceiver.sender)
        self._track.last_rtp_timestamp = lambda: upstream.last_rtp_timestamp(transceiver.sender)
        sdp, candidates = upstream.detach_candidates(self._setup.offer_sdp)
        for text, index in candidates:
            self.add_candidate(
                PeerCandidate(peer_id=self.peer_id, candidate=text, sdp_m_line_index=index)
            )
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        self._described.set()
        answer = await connection.createAnswer()
        sdp = with_one_fingerprint(answer.sdp)
        self._signal(PeerDescription(peer_id=self.peer_id, kind="answer", sdp=sdp))
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

    # ---- its channels

    def _state_changed(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._standing.end()

    def _channel_opened(self, channel: RTCDataChannel) -> None:
        if channel.label not in _LABELS or self._standing.is_open(ChannelLabel(channel.label)):
            channel.close()
            return
        label, standing = ChannelLabel(channel.label), self._standing
        channel.on("message", upstream.guarded(label, lambda m: standing.received(label, m)))
        channel.on("close", lambda: standing.closed(label))
        standing.opened(
            label, lambda message: upstream.send(channel, message, lambda: self._clogged(label))
        )

    def _clogged(self, label: ChannelLabel) -> None:
        """End a connection whose other side does not read; a fresh one asks for what it missed."""
        if not self._standing.has_ended:
            log.warning("peer_does_not_read", channel=label.value)
            self._standing.end()

    async def _close(self) -> None:
        self._track.stop()
        closing: asyncio.Future[Any] = asyncio.ensure_future(self._connection.close())
        await asyncio.wait({closing}, timeout=CLOSE_TIMEOUT_S)
