"""The engine: takes events, asks `support_session` what follows, and carries the effects out.

It lives in one event loop and owns every task in one TaskGroup. `post`, `with_talk`, `quit` and
`shield.publish` may be called from any thread; the observer is called in the loop's thread.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog

from broker.protocol.chat import ChatCounted, ClientChat
from broker.protocol.reports import ReportSession
from broker.protocol.signaling import IceServer, PeerCandidate, PeerDescription
from broker.protocol.tunnel import PeerTunnel
from client import effects as do
from client import events as on
from client.broker_http import post
from client.clipboard import NO_CLIPBOARD, Clipboard
from client.config import Config
from client.consent import Consent
from client.files.desk import FileDesk
from client.hand_in import hand_in
from client.observer import Observer
from client.platform.interface import Platform
from client.ratings import Ratings, sender
from client.receipts import Receipts, Wire
from client.recovery import Recovery
from client.rtc.ways import try_ways
from client.sharing import Engine, Sharing
from client.shield import Shield
from client.signaling import Deliver, Signaling
from client.support_session import SupportSession
from client.talk import Talk
from client.translation import language_in_use

log = structlog.get_logger()

LEAVING_S: Final = 0.3
"""How long a last message may take to leave this machine."""
_NO_CONTENT: Final = 204


class Service:
    """Runs sessions, one after the other, until `quit`."""

    def __init__(
        self,
        config: Config,
        platform: Platform,
        observer: Observer,
        make_signaling: Callable[[Deliver], Signaling],
    ) -> None:
        self._observer = observer
        self._make_signaling = make_signaling
        self._post = partial(post, config.broker_url)
        self._session = SupportSession(config.granted)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signaling: Signaling | None = None
        self._consent_timer: asyncio.TimerHandle | None = None
        self._recovery = Recovery(lambda: self._deliver(on.RecoveryFailed()))
        self._time_timer: asyncio.TimerHandle | None = None
        self._trying: asyncio.Task[None] | None = None
        self._talk = Talk(
            observer,
            self._send,
            self._waiting,
            partial(hand_in, config.broker_url),
            self._start,
        )
        self._receipts = Receipts(
            Wire(config.broker_url),
            observer.receipt_changed,
            self._start_task,
        )
        self._ratings = Ratings(sender(config.broker_url), observer.rating_changed, self._start)
        self._sharing = Sharing(platform, config, observer, self._as_engine())
        self.shield = Shield(lambda: self._call(self._sharing.own_windows_changed))
        """Whoever shows windows publishes here, from any thread, where they are."""
        self.clipboard: Clipboard = NO_CLIPBOARD
        """Whoever has one puts it here before `run`."""

    def _as_engine(self) -> Engine:
        return Engine(
            consent=self._consent,
            conversation=lambda: self._talk.conversation,
            agreed=self._session.trust.agreed_with,
            company=lambda: self._session.situation.company,
            clipboard=lambda: self.clipboard,
            is_attached=lambda: self._session.situation.broker_attached,
            own_windows=lambda: self.shield.windows,
            is_held_back=lambda: self._session.situation.held_back,
            file_policy=lambda: self._session.file_policy,
            send=self._send,
            deliver=self._deliver,
            in_loop=self._call,
        )

    # ---- from any thread

    def post(self, event: on.Event) -> None:
        """Let something happen."""
        self._call(self._deliver, event)

    def with_talk(self, act: Callable[[Talk], object]) -> None:
        """Have something done in the chat of the session."""
        self._call(lambda: act(self._talk))

    def rate(self, steps: int, comment: str) -> None:
        """Send how satisfied the end user is."""
        self._call(self._ratings.rate, steps, comment)

    def quit(self) -> None:
        """End the session, if there is one, and let `run` return."""
        self._call(self._begin_quit)

    def display_gone(self, said: Callable[[], None]) -> None:
        """Tell the technician that the desktop is gone; `said` is called when that has left."""
        self._call(self._tell_display_gone, said)

    def with_files(self, act: Callable[[FileDesk], object]) -> None:
        """Have something done with the files of the session."""
        self._call(lambda: act(self._sharing.files))

    def soon(self, function: Callable[[], object]) -> None:
        """Call this in the engine's loop."""
        self._call(function)

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: too late for anything
                self._loop.call_soon_threadsafe(function, *arguments)

    # ---- in the loop

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Run until `quit`. `ready` is called once events are taken."""
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_report_stray_exception)
        self._quitting = asyncio.Event()
        self._sharing.prepare()
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._sharing.start(tasks)
                self._publish()
                ready()
                await self._quitting.wait()
                self._deliver(on.StopChosen())
                self._sharing.stop()
                self._receipts.stop()
        finally:
            await self._sharing.close()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.create_task(work)

    def _start_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(work)

    def _begin_quit(self) -> None:
        self._quitting.set()

    def _deliver(self, event: on.Event) -> None:
        if isinstance(event, on.ChatRelayed):
            self._talk.take(event.message)
            return
        if isinstance(event, on.Joined):
            self._talk.joined(event.message)
            self._receipts.joined(event.message)
            self._ratings.joined(event.message)
        if isinstance(event, on.StopChosen | on.DistrustChosen | on.TrustBroken):
            self._settle_accounts()
        if isinstance(event, on.CommitmentHeard):
            own = self._sharing.identity.new_part()
            event = on.TrustCommitted(event.message, own, language_in_use())
        before = self._session.situation
        for effect in self._session.handle(event):
            self._carry_out(effect)
        self._watch_recovery()
        self._watch_time()
        if self._session.situation != before:
            self._publish()
        self._talk.settle(self._session.situation)
        self._receipts.settle(self._session.situation)
        self._ratings.settle(self._session.situation)

    def _publish(self) -> None:
        self._observer.situation_changed(self._session.situation)

    def _carry_out(self, effect: do.Effect) -> None:  # noqa: PLR0912 - one case an effect
        match effect:
            case do.OpenSignaling(code):
                self._open_signaling(code)
            case do.CloseSignaling():
                self._close_signaling()
            case do.ProveSignaling():
                self._prove_signaling()
            case do.Send(message):
                self._send(message)
            case do.TryWays(ice_servers):
                self._try_ways(ice_servers)
            case do.StartConsentTimer(seconds):
                self._start_consent_timer(seconds)
            case do.StopConsentTimer():
                self._stop_consent_timer()
            case (
                do.OpenPeer()
                | do.ClosePeer()
                | do.CloseGuests()
                | do.ChangeHands()
                | do.AddCandidate()
                | do.AnswerAsk()
            ):
                self._sharing.carry_out(effect)
            case do.TellFiles(message):
                self._sharing.files.relay_answered(message)
            case do.ApplyConsent():
                self._sharing.apply_consent(self._session.consent)
            case do.SettleAccounts():
                self._settle_accounts()
            case do.Report(body):
                self._start(self._report(body))
            case do.RecordOpened(session_id):
                self._talk.begin()
                self._sharing.begin_session()
                log.info("session_opened", session_id=session_id)
            case do.RecordClosed(session_id, reason):
                self._stop_trying()
                log.info("session_closed", session_id=session_id, reason=reason)

    def _settle_accounts(self) -> None:
        self._sharing.settle_accounts()
        self._talk.settle_account()

    async def _report(self, body: ReportSession) -> None:
        self._deliver(on.ReportSettled(await self._post("reports", body) == _NO_CONTENT))

    # ---- signaling

    def _open_signaling(self, code: str) -> None:
        self._signaling = self._make_signaling(self._deliver)
        self._signaling.receipt_key = self._receipts.begin()
        self._tasks.create_task(self._signaling.run(code))

    def _close_signaling(self) -> None:
        if self._signaling is not None:
            self._signaling.close()
            self._signaling = None

    def _prove_signaling(self) -> None:
        if self._signaling is not None:
            self._signaling.prove()

    def _waiting(self) -> int:
        return 0 if self._signaling is None else self._signaling.waiting

    def _send(
        self,
        message: do.Outgoing
        | PeerDescription
        | PeerTunnel
        | PeerCandidate
        | ClientChat
        | ChatCounted,
    ) -> None:
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

    def _watch_recovery(self) -> None:
        self._recovery.follow(self._session.situation)
        if self._signaling is not None:
            self._signaling.urgent = self._recovery.is_on

    # ---- the ways out of this network

    def _try_ways(self, ice_servers: tuple[IceServer, ...]) -> None:
        self._stop_trying()
        self._trying = self._tasks.create_task(self._tell_ways(ice_servers))

    def _stop_trying(self) -> None:
        if self._trying is not None:
            self._trying.cancel()
            self._trying = None

    async def _tell_ways(self, ice_servers: tuple[IceServer, ...]) -> None:
        trials = await try_ways(ice_servers)
        if trials and self._signaling is not None:
            self._deliver(on.WaysTried((self._signaling.as_way(), *trials)))

    # ---- consent and time

    def _consent(self) -> Consent:
        """What is allowed at this very moment, even if a timer is late."""
        return self._session.consent.at(time.monotonic())

    def _watch_time(self) -> None:
        """Have `on.TimePassed` when a question or a lease is over, or close to it."""
        if self._time_timer is not None:
            self._time_timer.cancel()
        now = time.monotonic()
        moments = [part.next_moment(now) for part in self._session.timed]
        due = min((moment for moment in moments if moment is not None), default=None)
        self._time_timer = None if due is None else self._after(due - now, self._pass_time)

    def _pass_time(self) -> None:
        self._deliver(on.TimePassed(time.monotonic()))

    @staticmethod
    def _after(seconds: float, function: Callable[[], None]) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(seconds, function)

    def _tell_display_gone(self, said: Callable[[], None]) -> None:
        self._sharing.display_gone()
        asyncio.get_running_loop().call_later(LEAVING_S, said)


def _report_stray_exception(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """aiortc starts tasks that nobody awaits: name their failures, without what they were about."""
    error = context.get("exception")
    log.warning("stray_exception", reason=type(error).__name__ if error else context["message"])
