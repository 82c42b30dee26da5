"""One peer that is reached through the broker: `client.rtc.peer.Peer`'s twin, without WebRTC.

All channels share one relay. It knows nothing of what is said on them: `Standing` has them, and
what the console may do is asked where it is done, as on every way.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import structlog

from broker.protocol.channels import CONNECT_TIMEOUT_S, ChannelLabel
from broker.protocol.connection import Way
from broker.protocol.signaling import PeerCandidate
from broker.protocol.tunnel import HELLO, TUNNEL_CHANNELS, PeerTunnel, pack_message, unpack_message
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES, PeerFailure
from client import events as on
from client.relay.pipe import RelayLost
from client.rtc.standing import Standing, Wiring
from client.rtc.upstream import MAX_BUFFERED_BYTES, guarded
from client.tunnel.secret import new_nonce, tunnel_secret

log = structlog.get_logger()

_NEWEST_WINS: Final = frozenset({ChannelLabel.POINTER, ChannelLabel.SHOWN})
POINTER_BACKLOG_BYTES: Final = 4096
"""What is outdated soon is left out while so much waits, as an unordered channel would lose it."""


class Pipe(Protocol):
    """What is used of `client.relay.pipe.Relay`."""

    async def send(self, message: bytes) -> None:
        """Seal a message and send it. Raises RelayLost."""

    async def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class TunnelSetup:
    """What a tunnel is made from."""

    offer: PeerTunnel
    shared: Callable[[], bytes]
    """Gives the 32 bytes that this console has, too. Raises ValueError."""
    open_pipe: Callable[..., Awaitable[Pipe]]
    """`Relay.open`, with the address in it."""


class TunnelPeer:
    """One tunnel. `run` owns it and closes it, whatever happens."""

    def __init__(
        self,
        setup: TunnelSetup,
        wiring: Wiring,
        signal: Callable[[PeerTunnel], None],
        deliver: Callable[[on.Event], None],
    ) -> None:
        self.peer_id = setup.offer.peer_id
        self._setup = setup
        self._signal = signal
        self._deliver = deliver
        self._standing = Standing(self.peer_id, wiring, deliver)
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._may_send = asyncio.Event()
        self._greeted = False
        self._damage = False

    def watch(self, watching: bool) -> None:
        """The console's page is seen, or is not: there is no video that it would concern."""

    def add_candidate(self, candidate: PeerCandidate) -> None:
        """There are none."""

    async def run(self) -> None:
        """Answer the offer and stay until the peer is lost; cancel it to close."""
        try:
            pipe = await self._open()
        except RelayLost:
            self._deliver(on.PeerBroke(self.peer_id, PeerFailure.CONNECT_TIMEOUT))
            return
        sending = asyncio.create_task(self._send_all(pipe))
        try:
            await self._live()
        finally:
            self._standing.hear_no_more()
            sending.cancel()
            await asyncio.wait({sending})
            await pipe.close()

    async def _open(self) -> Pipe:
        """Answer, and wait until the console is there, too. Raises RelayLost."""
        offer, nonce = self._setup.offer, new_nonce()
        secret = tunnel_secret(self._setup.shared(), self.peer_id, offer.nonce, nonce)
        self._signal(PeerTunnel(peer_id=self.peer_id, kind="answer", nonce=nonce))
        return await self._setup.open_pipe(
            offer.ticket or "",
            secret,
            self.peer_id,
            self._came,
            on_closed=self._standing.end,
            on_damaged=self._damaged,
        )

    async def _live(self) -> None:
        self._queue(HELLO)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                begins = await self._standing.begins()
        except TimeoutError:
            begins = False
        if begins:
            await self._standing.live(Way.BROKER)
        else:
            failure = PeerFailure.TUNNEL_DAMAGED if self._damage else PeerFailure.CONNECT_TIMEOUT
            self._deliver(on.PeerBroke(self.peer_id, failure))

    # ---- what comes in

    def _came(self, data: bytes) -> None:
        """Take what was sealed in the next frame; what cannot be there ends the tunnel."""
        if self._damage:
            return
        if not self._greeted:
            if data != HELLO:
                self._damaged()
                return
            self._greeted = True
            for label in TUNNEL_CHANNELS:
                self._standing.opened(label, partial(self._send, label))
            return
        try:
            told = unpack_message(data)
        except ValueError:
            self._damaged()
            return
        if len(told.message) <= MAX_CHANNEL_MESSAGE_BYTES:
            guarded(told.label, partial(self._standing.received, told.label))(told.message)

    def _damaged(self) -> None:
        """What came is not what the console had sealed: nothing of it is heard any more."""
        log.warning("tunnel_damaged", peer_id=self.peer_id)
        self._damage = True
        self._standing.hear_no_more()
        self._standing.end(PeerFailure.TUNNEL_DAMAGED)

    # ---- what leaves

    def _send(self, label: ChannelLabel, message: str | bytes) -> bool:
        """Send a message in its turn; False when the tunnel is over."""
        if self._standing.has_ended:
            return False
        if self._waiting_bytes >= MAX_BUFFERED_BYTES:
            log.warning("peer_does_not_read", channel=label.value)
            self._standing.end()
            return False
        if label not in _NEWEST_WINS or self._waiting_bytes <= POINTER_BACKLOG_BYTES:
            self._queue(pack_message(label, message))
        return True

    def _queue(self, data: bytes) -> None:
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        self._may_send.set()

    async def _send_all(self, pipe: Pipe) -> None:
        try:
            while True:
                while self._waiting:
                    await pipe.send(self._waiting[0])
                    self._waiting_bytes -= len(self._waiting.popleft())
                self._may_send.clear()
                await self._may_send.wait()
        except RelayLost:
            self._standing.end()
