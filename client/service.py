"""The engine: takes events, asks `support_session` what follows, and carries the effects out.

It lives in one event loop and owns every task in one TaskGroup. `post`, `say`, `quit` and
`shield.publish` may be called from any thread; the observer is called in the loop's thread.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import structlog

from broker.protocol.channels import ChatMessage, PictureWish, ScreenProblem
from broker.protocol.rights import RightsAsk
from broker.protocol.signaling import PeerCandidate, PeerDescription
from broker.protocol.vocabulary import Capability, PeerFailure
from client import effects as do
from client import events as on
from client.capture.contracts import ScreenReport
from client.capture.engine import ScreenEngine
from client.channels.chat import Transcript
from client.channels.clipboard import ClipboardDesk
from client.channels.switchboard import Surroundings, Switchboard
from client.clipboard import NO_CLIPBOARD, Clipboard, ClipboardUse
from client.clipboard_account import SECONDS_A_REPORT, ClipboardAccount
from client.config import Config
from client.consent import Consent
from client.end_user import EndUser
from client.errors import PlatformUnavailable
from client.guide import Drawing, Guide
from client.path.path import Path
from client.platform.interface import Area, Cursor, Injector, Platform
from client.rtc.hub import Hub
from client.rtc.peer import Peer, PeerSetup
from client.rtc.probe import EncoderChoice
from client.rtc.streams import make_stream
from client.shield import Shield
from client.signaling import Deliver, Signaling
from client.support_session import Situation, SupportSession

log = structlog.get_logger()

CLOSE_TIMEOUT_S: Final = 2.5
"""How long the engine may take to say goodbye."""
GUIDE_INTERVAL_S: Final = 1 / 60
"""News of what the technician shows are told at most this often, however many messages come."""
LEAVING_S: Final = 0.3
"""How long a last message may take to leave this machine."""
ADRIFT_FOR_LONG_S: Final = 120.0
"""Without broker and console for this long, the end user is told that the session may be over: it
is what a broker waits for a client by default (`limits.client_return_s`)."""


class Observer(Protocol):
    """Who shows the session to the end user."""

    def situation_changed(self, situation: Situation) -> None:
        """Something changed."""

    def chat_line(self, line: ChatMessage) -> None:
        """Somebody said something."""

    def clipboard_used(self, use: ClipboardUse) -> None:
        """A text went from one clipboard to the other."""

    def guide_changed(self, drawing: Drawing, area: Area | None) -> None:
        """The technician shows something else, or the monitor it lies on is another."""


@dataclass(frozen=True)
class Link:
    """A peer connection with its channels."""

    peer: Peer
    switchboard: Switchboard
    task: asyncio.Task[None]


class Service:
    """Runs sessions, one after the other, until `quit`."""

    def __init__(
        self,
        config: Config,
        platform: Platform,
        observer: Observer,
        make_signaling: Callable[[Deliver], Signaling],
    ) -> None:
        self._platform = platform
        self._observer = observer
        self._make_signaling = make_signaling
        self._session = SupportSession(config.granted)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._screen: ScreenReport | None = None
        self._cursor: Cursor | None = None
        self._injector: Injector | None = None
        self._signaling: Signaling | None = None
        self._link: Link | None = None
        self._consent_timer: asyncio.TimerHandle | None = None
        self._adrift_timer: asyncio.TimerHandle | None = None
        self._time_timer: asyncio.TimerHandle | None = None
        self._config = config
        self._end_user = EndUser(
            platform,
            config,
            self._call,
            self._deliver,
            self._local_use_changed,
        )
        self._transcript = self._new_transcript()
        self._guide = Guide(time.monotonic, self._guide_changed)
        self._guide_timer: asyncio.TimerHandle | None = None
        self.shield = Shield(lambda: self._call(self._own_windows_changed))
        """Whoever shows windows publishes here, from any thread, where they are."""
        self.clipboard: Clipboard = NO_CLIPBOARD
        """Whoever has one puts it here before `run`."""
        self._clipboard_account = ClipboardAccount(self._send, time.monotonic)

    # ---- from any thread

    def post(self, event: on.Event) -> None:
        """Let something happen."""
        self._call(self._deliver, event)

    def say(self, text: str) -> None:
        """Let the end user say something in the chat."""
        self._call(self._say, text)

    def quit(self) -> None:
        """End the session, if there is one, and let `run` return."""
        self._call(self._begin_quit)

    def display_gone(self, said: Callable[[], None]) -> None:
        """Tell the technician that the desktop is gone; `said` is called when that has left."""
        self._call(self._tell_display_gone, said)

    def soon(self, function: Callable[[], None]) -> None:
        """Call this in the engine's loop."""
        self._call(function)

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: too late for anything
                self._loop.call_soon_threadsafe(function, *arguments)

    # ---- in the loop

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Run until `quit`. `ready` is called once events are taken."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_report_stray_exception)
        self._quitting = asyncio.Event()
        self._capture = ScreenEngine(
            self._platform.open_screen, self._screen_reported, self._cursor_changed
        )
        encoders = EncoderChoice()
        encoders.start()
        self._hub = Hub(
            self._capture,
            self._consent,
            lambda codec: make_stream(codec, encoders),
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                encoding = tasks.create_task(self._hub.run())
                self._publish()
                ready()
                await self._quitting.wait()
                self._deliver(on.StopChosen())
                encoding.cancel()
        finally:
            await self._capture.stop()
            self._end_user.watch(False)
            if self._injector is not None:
                self._injector.close()

    def _begin_quit(self) -> None:
        self._quitting.set()

    def _deliver(self, event: on.Event) -> None:
        if isinstance(event, on.StopChosen):
            self._clipboard_account.flush()
        before = self._session.situation
        for effect in self._session.handle(event):
            self._carry_out(effect)
        self._watch_adrift()
        self._watch_time()
        if self._session.situation != before:
            self._publish()

    def _publish(self) -> None:
        self._observer.situation_changed(self._session.situation)

    def _carry_out(self, effect: do.Effect) -> None:
        match effect:
            case do.OpenSignaling(code):
                self._open_signaling(code)
            case do.CloseSignaling():
                self._close_signaling()
            case do.Send(message):
                self._send(message)
            case do.StartConsentTimer(seconds):
                self._start_consent_timer(seconds)
            case do.StopConsentTimer():
                self._stop_consent_timer()
            case do.OpenPeer() | do.ClosePeer() | do.AddCandidate() | do.AnswerAsk():
                self._to_peer(effect)
            case do.ApplyConsent():
                self._apply_consent()
            case do.RecordOpened(session_id):
                self._transcript = self._new_transcript()
                self._capture.choose(None)
                self._clipboard_account = ClipboardAccount(self._send, time.monotonic)
                log.info("session_opened", session_id=session_id)
            case do.RecordClosed(session_id, reason):
                log.info("session_closed", session_id=session_id, reason=reason)

    def _to_peer(self, effect: do.OpenPeer | do.ClosePeer | do.AddCandidate | do.AnswerAsk) -> None:
        match effect:
            case do.OpenPeer():
                self._open_peer(effect)
            case do.ClosePeer():
                self._close_peer()
            case do.AddCandidate(message) if self._link is not None:
                self._link.peer.add_candidate(message)
            case do.AnswerAsk(answer) if self._link is not None:
                self._link.switchboard.tell_answer(answer)

    # ---- signaling

    def _open_signaling(self, code: str) -> None:
        self._signaling = self._make_signaling(self._deliver)
        self._tasks.create_task(self._signaling.run(code))

    def _close_signaling(self) -> None:
        if self._signaling is not None:
            self._signaling.close()
            self._signaling = None

    def _send(self, message: do.Outgoing | PeerDescription | PeerCandidate) -> None:
        if self._signaling is not None:
            self._signaling.send(message)

    def _start_consent_timer(self, seconds: int) -> None:
        self._stop_consent_timer()
        self._consent_timer = asyncio.get_running_loop().call_later(
            seconds, self._deliver, on.ConsentRefused(timed_out=True)
        )

    def _stop_consent_timer(self) -> None:
        if self._consent_timer is not None:
            self._consent_timer.cancel()
            self._consent_timer = None

    def _watch_adrift(self) -> None:
        adrift = self._session.situation.adrift
        if adrift and self._adrift_timer is None:
            self._adrift_timer = asyncio.get_running_loop().call_later(
                ADRIFT_FOR_LONG_S, self._deliver, on.AdriftForLong()
            )
        elif not adrift and self._adrift_timer is not None:
            self._adrift_timer.cancel()
            self._adrift_timer = None

    # ---- the peer

    def _open_peer(self, effect: do.OpenPeer) -> None:
        path = Path()
        switchboard = Switchboard(
            Surroundings(
                self._open_injector(),
                self._consent,
                lambda: self._screen,
                self._transcript,
                time.monotonic,
                self._capture.send_tiles_to,
                self._room_made,
                lambda: self.shield.windows,
                self._wish,
                lambda: self._capture.facts,
                path,
                lambda: self._cursor,
                self._capture.choose,
                ClipboardDesk(
                    self.clipboard,
                    lambda: self._session.consent,
                    time.monotonic,
                    self._clipboard_used,
                ),
                self._guide,
                self._asked,
                self._end_user.hold_s,
                self._held_back,
                self._config.hot_key.is_made_by,
            )
        )
        setup = PeerSetup(
            effect.peer_id,
            effect.sdp,
            effect.ice_servers,
            self._hub,
            path,
        )
        peer = Peer(setup, switchboard, self._send, self._deliver)
        task = self._tasks.create_task(self._run_peer(peer))
        self._link = Link(peer, switchboard, task)

    async def _run_peer(self, peer: Peer) -> None:
        try:
            await peer.run()
        except* Exception as group:  # noqa: BLE001 - logged; the session outlives one peer
            log.warning("peer_failed", reasons=[type(e).__name__ for e in group.exceptions])
            self._deliver(on.PeerBroke(peer.peer_id, PeerFailure.NEGOTIATION_FAILED))

    def _close_peer(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.switchboard.close()
            link.task.cancel()

    def _open_injector(self) -> Injector:
        if self._injector is None:
            self._injector = self._platform.open_injector()
        return self._injector

    # ---- consent and screen

    def _consent(self) -> Consent:
        """What is allowed at this very moment, even if a timer is late."""
        return self._session.consent.at(time.monotonic())

    def _asked(self, ask: RightsAsk) -> None:
        self._deliver(on.RightAsked(ask, time.monotonic()))

    def _watch_time(self) -> None:
        """Have `on.TimePassed` when a question or a lease is over, or close to it."""
        if self._time_timer is not None:
            self._time_timer.cancel()
        now = time.monotonic()
        due = self._session.rights.next_moment(now)
        self._time_timer = None if due is None else self._after(due - now, self._pass_time)

    def _pass_time(self) -> None:
        self._deliver(on.TimePassed(time.monotonic()))

    @staticmethod
    def _after(seconds: float, function: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, function)

    # ---- the person at this computer

    def _local_use_changed(self) -> None:
        if self._link is not None:
            self._link.switchboard.local_use_changed()
        if not self._end_user.hold_s():
            self._deliver(on.HeldBack(False))

    def _held_back(self) -> None:
        if not self._session.situation.held_back:
            self._deliver(on.HeldBack(True))

    def _apply_consent(self) -> None:
        self._end_user.watch(self._session.consent.answered)
        if self._session.consent.allows(Capability.VIEW):
            self._capture.start()
        else:
            self._tasks.create_task(self._capture.stop())
        self._hub.consent_changed()
        if self._link is not None:
            self._link.switchboard.consent_changed()

    def _wish(self, wish: PictureWish) -> None:
        self._capture.prefer(wish.preference)
        self._capture.watch(wish.watching)

    def _room_made(self) -> None:
        self._capture.room_made()
        self._hub.room_made()

    def _own_windows_changed(self) -> None:
        if self._link is not None:
            self._link.switchboard.own_windows_changed()

    def _screen_reported(self, report: ScreenReport) -> None:
        moved = self._screen is None or self._screen.area != report.area
        self._screen = report
        if moved and self._guide.drawing:
            self._guide_changed()
        if self._link is not None:
            self._link.switchboard.tell_screen()

    def _cursor_changed(self, cursor: Cursor | None) -> None:
        self._cursor = cursor
        if self._link is not None:
            self._link.switchboard.tell_cursor()

    def _tell_display_gone(self, said: Callable[[], None]) -> None:
        self._screen_reported(ScreenReport(None, ScreenProblem.DISPLAY_GONE))
        asyncio.get_running_loop().call_later(LEAVING_S, said)

    # ---- clipboard

    def _clipboard_used(self, use: ClipboardUse) -> None:
        self._observer.clipboard_used(use)
        account = self._clipboard_account
        owed = account.owes
        account.add(use)
        if account.owes and not owed:
            asyncio.get_running_loop().call_later(SECONDS_A_REPORT, account.flush)

    # ---- guide

    def _guide_changed(self) -> None:
        """Tell at once when all is gone, and else at most every GUIDE_INTERVAL_S."""
        if not self._guide.drawing:
            self._publish_guide()
        elif self._guide_timer is None:
            self._guide_timer = asyncio.get_running_loop().call_later(
                GUIDE_INTERVAL_S, self._publish_guide
            )

    def _publish_guide(self) -> None:
        if self._guide_timer is not None:
            self._guide_timer.cancel()
            self._guide_timer = None
        area = self._screen.area if self._screen else None
        self._observer.guide_changed(self._guide.drawing, area)

    # ---- chat

    def _new_transcript(self) -> Transcript:
        transcript = Transcript(lambda: datetime.now(UTC))
        transcript.listen(self._observer.chat_line)
        return transcript

    def _say(self, text: str) -> None:
        if self._session.consent.answered and not self._transcript.is_full:
            self._transcript.end_user_says(str(uuid.uuid4()), text)


def _report_stray_exception(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """aiortc starts tasks that nobody awaits: name their failures, without what they were about."""
    error = context.get("exception")
    log.warning("stray_exception", reason=type(error).__name__ if error else context["message"])


def can_share(platform: Platform) -> None:
    """Check once that the screen can be read. Raises PlatformUnavailable."""
    try:
        screen = platform.open_screen()
    except OSError as error:
        raise PlatformUnavailable(str(error)) from error
    screen.close()
