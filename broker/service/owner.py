"""The owner of one live session: the only task that changes it.

Events come in through an inbox, one at a time; each is handled by the pure core, stored together
with its audit record, and only then shown to anybody. Deadlines are events like all others.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from broker.audit.event import BROKER
from broker.errors import AuditUnavailable, OurFault, PeerFault, RecordRefused, SessionOver
from broker.link_ports import ClientLink, ConsoleLink
from broker.mailbox import Mailbox
from broker.ports import Clock, SessionStore
from broker.protocol.connection import LineQuality, Way
from broker.protocol.directions import BrokerToConsole
from broker.protocol.files import FilePolicy
from broker.protocol.signaling import IceServer, SessionSnapshot
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service.asked import Asked
from broker.service.offers import Offers
from broker.service.unrecorded import Happened, Unrecorded
from broker.service.views import session_view
from broker.session.deadlines import next_deadline, next_moment
from broker.session.effects import (
    Dismiss,
    Effect,
    PublishSnapshot,
    Record,
    TellClient,
    TellConsoles,
)
from broker.session.events import ChatUsed, Event, FilePassed, PeersConnected, TimeRanOut
from broker.session.facts import Session
from broker.session.happened import HAPPENED
from broker.session.lifecycle import ends
from broker.session.limits import Limits
from broker.session.session import handle

log = structlog.get_logger(__name__)

RETRY_AFTER_FAULT_S = 5.0
"""A deadline that could not be stored is tried again after this many seconds."""


@dataclass(slots=True)
class _Request:
    event: Event | None
    """None: only what waits is to be stored."""
    answer: asyncio.Future[Session]
    before_effects: Callable[[], None] | None


class SessionOwner:
    """Holds a live session and its links. Call `run` once; `submit` from anywhere in the loop."""

    def __init__(
        self,
        session: Session,
        store: SessionStore,
        clock: Clock,
        limits: Limits,
        ice: Callable[[Session], tuple[IceServer, ...]],
        *,
        files: FilePolicy,
        tunnel: bool,
        log_failed: Callable[[AuditUnavailable], None],
    ) -> None:
        self.session = session
        """As everybody is shown it. It is over for them once it has to end, stored or not."""
        self._stored = session
        self.client: ClientLink | None = None
        self.consoles: dict[str, ConsoleLink] = {}
        """One console an account, of whoever may show the session now."""
        self.offers = Offers(session)
        self.asked = Asked()
        self.chat_used: ChatUsed | None = None
        """What the support client last told of the chat; it goes on record when the session ends,
        and is forgotten with this process, since the client tells it again."""
        self.files_cut: tuple[FilePassed, ...] = ()
        """The files that are under way, as they go on record if the session ends now; forgotten
        and told again like the chat."""
        self.way: Way | None = None
        """How the two sides reach each other, as last told; forgotten with this process."""
        self.quality: tuple[LineQuality, datetime] | None = None
        """How good the connection of the technician in charge is, and when that was told."""
        self._store = store
        self._clock = clock
        self._limits = limits
        self._ice = ice
        self._files = files
        self._tunnel = tunnel
        self._log_failed = log_failed
        self._unrecorded = Unrecorded()
        self._inbox: Mailbox[_Request] = Mailbox()

    async def submit(
        self, event: Event, before_effects: Callable[[], None] | None = None
    ) -> Session:
        """Have an event handled; `before_effects` runs once it is stored, before anyone is told.

        Raises what the core and the store raise; the session is then as it was. While the log fails
        what has happened already (`HAPPENED`) waits, and only an end is shown before it is stored.
        """
        if self.session.state is SessionState.ENDED:
            raise SessionOver
        return await self._request(event, before_effects)

    async def _request(
        self, event: Event | None, before_effects: Callable[[], None] | None = None
    ) -> Session:
        answer: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._inbox.put(_Request(event, answer, before_effects))
        return await answer

    def log_changed(self, *, fails: bool) -> None:
        """The audit log fails, still fails, or can be written again."""
        self._unrecorded.fails = fails
        lives = self.session.state is not SessionState.ENDED
        if fails and lives and self._unrecorded.begin(self._clock.now()):
            self._tell_log_state()
        self._inbox.put(_Request(None, asyncio.get_running_loop().create_future(), None))

    async def run(self) -> None:
        """Handle events and deadlines until the session has ended and all of it is stored."""
        try:
            while self._stored.state is not SessionState.ENDED:
                request = await self._next_request()
                if request is None:
                    await self._time_ran_out()
                else:
                    await self._answer(request)
        finally:
            self._close_inbox()

    def snapshot(self) -> SessionSnapshot:
        """Give what a console is shown."""
        return SessionSnapshot(
            session=session_view(self.session),
            ice_servers=self._ice(self.session),
            files=self._files,
            tunnel=self._tunnel,
        )

    @property
    def console(self) -> ConsoleLink | None:
        """The console of the technician in charge."""
        in_charge = self.session.in_charge_id
        return None if in_charge is None else self.consoles.get(in_charge)

    def tell_consoles(self, message: BrokerToConsole) -> None:
        """Send this to every console."""
        for link in self.consoles.values():
            link.send(message)

    def put_console(self, account_id: str, link: ConsoleLink) -> None:
        """Take an account's console, which replaces the one before."""
        previous = self.consoles.pop(account_id, None)
        self.consoles[account_id] = link
        if previous is not None:
            previous.close(ErrorCode.REPLACED)

    def dismiss(self, account_id: str) -> None:
        """Close an account's console: it may not show this session any more."""
        link = self.consoles.pop(account_id, None)
        if link is not None:
            link.close(ErrorCode.DISMISSED)

    def close_links(self, code: ErrorCode | None) -> None:
        """Close all sockets."""
        for link in (self.client, *self.consoles.values()):
            if link is not None:
                link.close(code)

    async def _next_request(self) -> _Request | None:
        due = self._next_moment()
        seconds = (due[0] - self._clock.now()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
                return await self._inbox.take()
        except TimeoutError:
            return None

    def _next_moment(self) -> tuple[datetime, Event] | None:
        """Give when something happens by itself. What waits to be stored has happened already."""
        if self.session.state is SessionState.ENDED:
            return None
        if not self._unrecorded.waiting:
            usual = next_moment(self._stored, self._limits)
        else:
            end = next_deadline(self._stored, self._limits)
            usual = None if end is None else (end[0], TimeRanOut(BROKER, end[1]))
        last = self._unrecorded.deadline if self.session.joined_at is not None else None
        moments = (moment for moment in (usual, last) if moment is not None)
        return min(moments, key=lambda moment: moment[0], default=None)

    async def _time_ran_out(self) -> None:
        due = self._next_moment()
        if due is None or due[0] > self._clock.now():
            return
        try:
            await self._take(due[1], None)
        except OurFault:
            log.exception("session.deadline_not_stored", session_id=self.session.session_id)
            await asyncio.sleep(RETRY_AFTER_FAULT_S)

    async def _answer(self, request: _Request) -> None:
        try:
            await self._take(request.event, request.before_effects)
        except asyncio.CancelledError:
            request.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whoever submitted the event gets it
            _settle(request.answer, error)
        else:
            _settle(request.answer, self.session)

    async def _take(self, event: Event | None, before_effects: Callable[[], None] | None) -> None:
        """Store what waits, then the event; keep it when it has happened and cannot be stored."""
        try:
            await self._store_waiting()
            if event is not None:
                await self._apply(event, before_effects)
        except RecordRefused:
            raise
        except AuditUnavailable as error:
            self._log_failed(error)
            if event is None:
                return
            if type(event) not in HAPPENED:
                raise
            self._keep(event, before_effects)

    def _keep(self, event: Event, before_effects: Callable[[], None] | None) -> None:
        """Have an event wait until it can be stored; an end is shown at once all the same."""
        now = self._clock.now()
        if ends(self.session.state, event):
            after, effects = handle(self._stored, event, now)
            self._become(after, effects)
        self._unrecorded.waiting.append(Happened(event, now, before_effects))

    async def _store_waiting(self) -> None:
        while self._unrecorded.waiting and self._stored.state is not SessionState.ENDED:
            first = self._unrecorded.waiting[0]
            try:
                await self._apply(first.event, first.before_effects, first.at)
            except (PeerFault, RecordRefused):
                log.exception("session.not_recorded", session_id=self.session.session_id)
            del self._unrecorded.waiting[0]
        if self._unrecorded.is_over():
            self._tell_log_state()

    def _tell_log_state(self) -> None:
        state = self._unrecorded.state(self._clock.now())
        if self.client is not None:
            self.client.send(state)
        self.tell_consoles(state)

    async def _apply(
        self,
        event: Event,
        before_effects: Callable[[], None] | None,
        happened_at: datetime | None = None,
    ) -> None:
        if ends(self._stored.state, event):
            await self._apply_last()
        await self._apply_one(event, before_effects, happened_at)

    async def _apply_last(self) -> None:
        """Record what waited for the end; what cannot be stored waits for the next try."""
        while self.files_cut:
            await self._apply_one(self.files_cut[0])
            self.files_cut = self.files_cut[1:]
        if self.chat_used is not None:
            await self._apply_one(self.chat_used)
            self.chat_used = None

    async def _apply_one(
        self,
        event: Event,
        before_effects: Callable[[], None] | None = None,
        happened_at: datetime | None = None,
    ) -> None:
        before = self._stored
        after, effects = handle(before, event, happened_at or self._clock.now())
        for effect in effects:
            if isinstance(effect, Record):
                await self._store.save(before, after, effect.event)
        self._stored = after
        if isinstance(event, PeersConnected) and event.way is not None:
            self.way = event.way
        if self.session.state is not SessionState.ENDED:
            self._become(after, effects, before_effects)

    def _become(
        self,
        after: Session,
        effects: tuple[Effect, ...],
        before_effects: Callable[[], None] | None = None,
    ) -> None:
        self.session = after
        if before_effects is not None:
            before_effects()
        for effect in effects:
            self._show(effect)
        if after.state is SessionState.ENDED:
            log.info("session.closed", session_id=after.session_id, reason=after.end_reason)
            self.close_links(None)

    def _show(self, effect: Effect) -> None:
        match effect:
            case PublishSnapshot():
                self.tell_consoles(self.snapshot())
            case TellConsoles(message=message):
                self.tell_consoles(message)
            case TellClient(message=message) if self.client is not None:
                self.client.send(message)
            case Dismiss(account_id=account_id):
                self.dismiss(account_id)

    def _close_inbox(self) -> None:
        lost = len(self._unrecorded.waiting)
        if lost and self._stored.state is not SessionState.ENDED:
            log.error("session.never_recorded", session_id=self.session.session_id, events=lost)
        for request in self._inbox.take_at_once():
            _settle(request.answer, SessionOver())


def _settle(answer: asyncio.Future[Session], result: Session | Exception) -> None:
    """Answer a submitter, unless it has gone away meanwhile."""
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
