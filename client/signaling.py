"""The websocket to the broker: joins once, then comes back with a resume token until told to stop.

The only importer of aiohttp. It knows the order of messages on the wire and nothing of what they
mean: whatever arrives is handed on as an event of `client.events`.
"""

import asyncio
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from pydantic import ValidationError

from broker.protocol.channels import ATTEMPT_S, PROOF_S, URGENT_RETRY_S
from broker.protocol.chat import ChatMarks, ChatPost, ChatSync, ChatTyping
from broker.protocol.connection import ConnectionTried, Way, WayOutcome
from broker.protocol.directions import BROKER_TO_CLIENT
from broker.protocol.participants import SessionParticipants
from broker.protocol.proof import ProofChallenge, ProofOfWork, solve
from broker.protocol.relay import RelayOffered, RelayRefused
from broker.protocol.signaling import (
    AuditState,
    ClientJoin,
    ClientResume,
    ClientSystem,
    ErrorMessage,
    JoinChallenge,
    PeerCandidate,
    PeerDescription,
    PeerFailed,
    Ping,
    Pong,
    SessionEnded,
    SessionJoined,
    SessionResumed,
    TechnicianPresence,
)
from broker.protocol.trust import TrustCommit, TrustReveal
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.version import PROTOCOL_VERSION
from broker.protocol.vocabulary import MAX_MESSAGE_BYTES, ErrorCode, WireModel
from client import events as on
from client.errors import SignalingLost
from client.trials import Trial

FIRST_RETRY_S: Final = 0.5
LAST_RETRY_S: Final = 10.0
PING_INTERVAL_S: Final = 10.0
DEAD_AFTER_S: Final = 20.0
"""A socket on which nothing arrived for this long is given up."""
CONNECT_TIMEOUT_S: Final = 10.0
MAX_OUTBOX: Final = 200
"""Messages kept while the socket is away; the oldest go first."""
LINGER_S: Final = 1.5
"""How long a last message may take to leave when the session is over."""
CLOSE_S: Final = 0.5
"""How long the broker may take to answer a close; on a line that is dead it never does."""

Deliver = Callable[[on.Event], None]


def websocket_url(broker_url: str) -> str:
    """Turn the broker's http(s) address into that of its client websocket.

    Raises ValueError when it is no http(s) address.
    """
    parts = urlsplit(broker_url if "://" in broker_url else f"https://{broker_url}")
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"not the address of a broker: {broker_url}")
    path = parts.path.rstrip("/") + "/api/v1/ws/client"
    return urlunsplit((schemes[parts.scheme], parts.netloc, path, "", ""))


def api_url(broker_url: str, path: str) -> str:
    """Give the address of something in the broker's HTTP API. ValueError as above."""
    parts = urlsplit(websocket_url(broker_url))
    scheme = {"ws": "http", "wss": "https"}[parts.scheme]
    return urlunsplit((scheme, parts.netloc, parts.path.removesuffix("ws/client") + path, "", ""))


def check_privacy(broker_url: str) -> None:
    """Raise ValueError when what is said to this broker could be read and changed on its way."""
    parts = urlsplit(websocket_url(broker_url))
    host = parts.hostname or ""
    if parts.scheme == "wss" or host == "localhost" or _is_loopback(host):
        return
    raise ValueError(
        f"{broker_url} is not encrypted: anybody on the way could join in your technician's place. "
        "Use its https:// address."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def retry_delays(chance: Callable[[], float] = random.random) -> "RetryDelays":
    """Exponential back-off with jitter: each delay is 50 to 100 % of a doubling ceiling."""
    return RetryDelays(chance)


_BREAKS: Final = (aiohttp.ClientError, OSError, TimeoutError, SignalingLost)
"""What breaks a socket, as opposed to what is wrong with us."""


_NOT_UNDERSTOOD: Final = ErrorMessage(
    code=ErrorCode.PROTOCOL_VERSION, detail="The greeting cannot be read.", fatal=True
)


class RetryDelays:
    """Seconds to wait before the next attempt."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._ceiling = FIRST_RETRY_S

    def next(self, most_s: float = LAST_RETRY_S) -> float:
        """Give the next delay, with a ceiling of `most_s`, and double the ceiling."""
        delay = min(self._ceiling, most_s) * (0.5 + self._chance() / 2)
        self._ceiling = min(self._ceiling * 2, LAST_RETRY_S)
        return delay

    def reset(self) -> None:
        """Start over: an attempt succeeded."""
        self._ceiling = FIRST_RETRY_S


class Signaling:
    """One session's websocket. `run` owns it; `send` and `close` may be called meanwhile."""

    def __init__(
        self,
        broker_url: str,
        system: ClientSystem,
        deliver: Deliver,
        delays: RetryDelays | None = None,
    ) -> None:
        self._url = websocket_url(broker_url)
        self._system = system
        self._deliver = deliver
        self._delays = delays or retry_delays()
        self._outbox: deque[WireModel] = deque(maxlen=MAX_OUTBOX)
        self._outgoing = asyncio.Event()
        self._closing = asyncio.Event()
        self.receipt_key: str | None = None
        """The public key that countersigns this session's end; told with the code."""
        self._session: SessionJoined | None = None
        self._urgent = False
        self._proof_wanted = asyncio.Event()
        self._heard = 0
        self._pinged_at = 0.0
        self._round_trip_ms: int | None = None

    def as_way(self) -> Trial:
        """Give the broker's websocket as a way, with the last round trip on it."""
        return Trial(Way.BROKER, self._url, WayOutcome.WORKS, self._round_trip_ms)

    @property
    def waiting(self) -> int:
        """How many messages wait for the socket."""
        return len(self._outbox)

    def send(self, message: WireModel) -> None:
        """Send when attached, else keep for the next time."""
        self._outbox.append(message)
        self._outgoing.set()

    def prove(self) -> None:
        """Find out now whether the socket stands, and open it anew when it does not."""
        self._proof_wanted.set()

    @property
    def urgent(self) -> bool:
        """Whether somebody waits for the socket: it proves itself again and again."""
        return self._urgent

    @urgent.setter
    def urgent(self, urgent: bool) -> None:
        if urgent is not self._urgent:
            self._urgent = urgent
            self._proof_wanted.set()

    def close(self) -> None:
        """Let `run` end once the outbox is empty, or after LINGER_S."""
        self._closing.set()
        self._outgoing.set()

    async def run(self, code: str) -> None:
        """Join with this code (12 digits) and stay attached until `close`."""
        async with aiohttp.ClientSession() as http:
            attached = asyncio.create_task(self._stay(http, code))
            closing = asyncio.create_task(self._closing.wait())
            try:
                await asyncio.wait({attached, closing}, return_when=asyncio.FIRST_COMPLETED)
                if not attached.done():
                    await asyncio.wait({attached}, timeout=LINGER_S)
            finally:
                attached.cancel()
                closing.cancel()
                outcome = await asyncio.gather(attached, closing, return_exceptions=True)
        failures = (o for o in outcome if isinstance(o, Exception))
        for failure in failures:
            raise failure

    async def _stay(self, http: aiohttp.ClientSession, code: str) -> None:
        hello: WireModel = ClientJoin(
            protocol_version=PROTOCOL_VERSION,
            code=code,
            system=self._system,
            receipt_key=self.receipt_key,
        )
        while not self._closing.is_set() or self._outbox:
            try:
                await self._attach(http, hello)
            except SignalingLost:
                self._tell_loss()
            if self._session is None or self._closing.is_set():
                return
            hello = self._resume_message(self._session)
            await self._rest()

    async def _rest(self) -> None:
        """Wait before the next attempt, or until it is wanted at once."""
        self._proof_wanted.clear()
        delay = self._delays.next(URGENT_RETRY_S if self._urgent else LAST_RETRY_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._proof_wanted.wait()

    def _tell_loss(self) -> None:
        """Report a loss, unless we are leaving anyway."""
        if not self._closing.is_set():
            known = self._session is not None
            self._deliver(on.SignalingBroken() if known else on.BrokerUnreachable())

    @staticmethod
    def _resume_message(session: SessionJoined) -> ClientResume:
        return ClientResume(
            protocol_version=PROTOCOL_VERSION,
            session_id=session.session_id,
            resume_token=session.resume_token,
        )

    async def _attach(self, http: aiohttp.ClientSession, hello: WireModel) -> None:
        """Open the socket, say who we are, and carry messages until it breaks.

        Raises SignalingLost when it does; returns when the broker closed it for good.
        """
        try:
            async with asyncio.timeout(ATTEMPT_S if self._urgent else CONNECT_TIMEOUT_S):
                socket = await http.ws_connect(
                    self._url,
                    max_msg_size=MAX_MESSAGE_BYTES,
                    compress=0,
                    autoping=True,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
                )
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise SignalingLost("the broker cannot be reached") from error
        async with socket:
            await self._converse(socket, hello)

    async def _converse(self, socket: aiohttp.ClientWebSocketResponse, hello: WireModel) -> None:
        try:
            await socket.send_str(hello.model_dump_json())
            await self._greeted(socket, hello)
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send_all(socket))
                pinging = tasks.create_task(self._ping(socket))
                proving = tasks.create_task(self._prove(socket))
                try:
                    await self._receive_all(socket)
                finally:
                    for task in (sending, pinging, proving):
                        task.cancel()
        except _BREAKS as error:
            raise SignalingLost("the socket broke") from error
        except ExceptionGroup as group:
            # Not `except*`: what is raised in there comes out as a group on Python 3.11.2.
            if group.split(_BREAKS)[1] is not None:
                raise
            raise SignalingLost("the socket broke") from group

    async def _greeted(self, socket: aiohttp.ClientWebSocketResponse, hello: WireModel) -> None:
        """Wait for the answer to our first message and hand it on; do the work it may ask for."""
        patience = ATTEMPT_S if self._urgent else DEAD_AFTER_S
        while not isinstance(
            message := await self._receive(socket, patience),
            SessionJoined | SessionResumed | ErrorMessage,
        ):
            if isinstance(message, JoinChallenge):
                proof = await self._proof(message.challenge)
                await socket.send_str(hello.model_copy(update={"proof": proof}).model_dump_json())
                continue
            # Nothing else that we might not know comes before it: this is not our protocol.
            self._hand_on(message or _NOT_UNDERSTOOD)
            if message is None:
                raise SignalingLost("the broker does not speak our protocol")
        self._hand_on(message)
        if isinstance(message, ErrorMessage):
            raise SignalingLost("the broker refused us")

    async def _proof(self, challenge: ProofChallenge) -> ProofOfWork | None:
        """Compute a proof in a thread, which ends by itself when nobody waits for it any more."""
        loop, given_up = asyncio.get_running_loop(), threading.Event()

        def goes_on(done: int) -> bool:
            if given_up.is_set():
                return False
            percent = 100 * done // challenge.parts
            loop.call_soon_threadsafe(self._deliver, on.ProofUnderWay(percent))
            return True

        try:
            return await asyncio.to_thread(solve, challenge, goes_on)
        finally:
            given_up.set()

    async def _receive_all(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            self._hand_on(await self._receive(socket, DEAD_AFTER_S))

    async def _receive(
        self, socket: aiohttp.ClientWebSocketResponse, patience_s: float
    ) -> WireModel | None:
        """Read one message; None when it is not one we know, which is no reason to hang up."""
        frame = await socket.receive(timeout=patience_s)
        self._heard += 1
        if frame.type is not aiohttp.WSMsgType.TEXT:
            raise SignalingLost("the broker closed the socket")
        try:
            return BROKER_TO_CLIENT.validate_json(frame.data)
        except ValidationError:
            return None

    def _hand_on(self, message: WireModel | None) -> None:
        if isinstance(message, SessionJoined):
            self._session = message
        if isinstance(message, SessionJoined | SessionResumed):
            self._delays.reset()
        if isinstance(message, Pong):
            self._round_trip_ms = round((time.monotonic() - self._pinged_at) * 1000)
        event = to_event(message)
        if event is not None and not (self._session is None and self._closing.is_set()):
            self._deliver(event)

    async def _send_all(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            while self._outbox:
                await socket.send_str(self._outbox[0].model_dump_json())
                self._outbox.popleft()
            if self._closing.is_set():
                await socket.close()
                return
            self._outgoing.clear()
            await self._outgoing.wait()

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            await self._send_ping(socket)
            await asyncio.sleep(PING_INTERVAL_S)

    async def _send_ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._pinged_at = time.monotonic()
        await socket.send_str(Ping().model_dump_json())

    async def _prove(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Have the broker answer whenever that is wanted, and all the time while it is urgent.

        Raises SignalingLost when it does not.
        """
        while True:
            if not self._urgent:
                await self._proof_wanted.wait()
            self._proof_wanted.clear()
            heard = self._heard
            await self._send_ping(socket)
            await asyncio.sleep(PROOF_S)
            if self._heard == heard:
                raise SignalingLost("the broker does not answer")


def to_event(message: WireModel | None) -> on.Event | None:  # noqa: PLR0911, PLR0912 - one case a message
    """Translate a message of the broker; a pong or an unknown message is no event."""
    match message:
        case SessionJoined():
            return on.Joined(message)
        case SessionResumed():
            return on.Resumed(message)
        case TechnicianPresence(present=present):
            return on.TechnicianPresenceChanged(present)
        case AuditState(ends_in_s=ends_in_s):
            return on.AuditTold(ends_in_s is not None)
        case SessionEnded(reason=reason, explanation=explanation, whose=whose):
            return on.EndedByBroker(reason, explanation, whose.name if whose else None)
        case PeerDescription() | PeerTunnel():
            return on.OfferReceived(message)
        case PeerCandidate():
            return on.CandidateReceived(message)
        case PeerFailed():
            return on.RemotePeerFailed(message)
        case ChatPost() | ChatSync() | ChatMarks() | ChatTyping():
            return on.ChatRelayed(message)
        case ErrorMessage(code=code, fatal=fatal):
            return on.Refused(ErrorCode(code), fatal)
        case RelayOffered() | RelayRefused():
            return on.RelayAnswered(message)
        case ConnectionTried():
            return on.ConnectionTold(message)
        case TrustCommit():
            return on.CommitmentHeard(message)
        case TrustReveal():
            return on.TrustRevealed(message)
        case SessionParticipants():
            return on.ParticipantsTold(message, time.monotonic())
        case JoinChallenge() | Pong() | None:
            return None
        case _:  # pragma: no cover - the union has no other member
            raise AssertionError(type(message))
