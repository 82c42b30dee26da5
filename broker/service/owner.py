"""The owner of one live session: the only task that changes it.

Events come in through an inbox, one at a time; each is handled by the pure core, stored together
with its audit record, and only then shown to anybody. Deadlines are events like all others.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from broker.errors import OurFault, SessionOver
from broker.mailbox import Mailbox
from broker.ports import ClientLink, Clock, ConsoleLink, SessionStore
from broker.protocol.files import FilePolicy
from broker.protocol.signaling import BrokerToConsole, IceServer, SessionSnapshot
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service.offers import Offers
from broker.service.views import session_view
from broker.session.deadlines import next_moment
from broker.session.effects import (
    Dismiss,
    Effect,
    PublishSnapshot,
    Record,
    TellClient,
    TellConsoles,
)
from broker.session.events import ChatUsed, Event, FilePassed
from broker.session.facts import Session
from broker.session.lifecycle import ends
from broker.session.limits import Limits
from broker.session.session import handle

log = structlog.get_logger(__name__)

RETRY_AFTER_FAULT_S = 5.0
"""A deadline that could not be stored is tried again after this many seconds."""


@dataclass(slots=True)
class _Request:
    event: Event
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
    ) -> None:
        self.session = session
        self.client: ClientLink | None = None
        self.consoles: dict[str, ConsoleLink] = {}
        """One console an account, of whoever may show the session now."""
        self.offers = Offers(session)
        self.chat_used: ChatUsed | None = None
        """What the support client last told of the chat; it goes on record when the session ends,
        and is forgotten with this process, since the client tells it again."""
        self.files_cut: tuple[FilePassed, ...] = ()
        """The files that are under way, as they go on record if the session ends now; forgotten
        and told again like the chat."""
        self._store = store
        self._clock = clock
        self._limits = limits
        self._ice = ice
        self._files = files
        self._tunnel = tunnel
        self._inbox: Mailbox[_Request] = Mailbox()

    async def submit(
        self, event: Event, before_effects: Callable[[], None] | None = None
    ) -> Session:
        """Have an event handled; `before_effects` runs once it is stored, before anyone is told.

        Raises what the core and the store raise; the session is then as it was.
        """
        if self.session.state is SessionState.ENDED:
            raise SessionOver
        answer: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._inbox.put(_Request(event, answer, before_effects))
        return await answer

    async def run(self) -> None:
        """Handle events and deadlines until the session has ended."""
        try:
            while self.session.state is not SessionState.ENDED:
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
        due = next_moment(self.session, self._limits)
        seconds = (due[0] - self._clock.now()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
                return await self._inbox.take()
        except TimeoutError:
            return None

    async def _time_ran_out(self) -> None:
        now = self._clock.now()
        due = next_moment(self.session, self._limits)
        if due is None or due[0] > now:
            return
        try:
            await self._apply(due[1], None)
        except OurFault:
            log.exception("session.deadline_not_stored", session_id=self.session.session_id)
            await asyncio.sleep(RETRY_AFTER_FAULT_S)

    async def _answer(self, request: _Request) -> None:
        try:
            await self._apply(request.event, request.before_effects)
        except asyncio.CancelledError:
            request.answer.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whoever submitted the event gets it
            _settle(request.answer, error)
        else:
            _settle(request.answer, self.session)

    async def _apply(self, event: Event, before_effects: Callable[[], None] | None) -> None:
        if ends(self.session.state, event):
            await self._apply_last()
        await self._apply_one(event, before_effects)

    async def _apply_last(self) -> None:
        """Record what waited for the end; what cannot be stored waits for the next try."""
        while self.files_cut:
            await self._apply_one(self.files_cut[0], None)
            self.files_cut = self.files_cut[1:]
        if self.chat_used is not None:
            await self._apply_one(self.chat_used, None)
            self.chat_used = None

    async def _apply_one(self, event: Event, before_effects: Callable[[], None] | None) -> None:
        before = self.session
        after, effects = handle(before, event, self._clock.now())
        for effect in effects:
            if isinstance(effect, Record):
                await self._store.save(before, after, effect.event)
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
