"""The owner of one live session: the only task that changes it.

Events come in through an inbox, one at a time; each is handled by the pure core, stored together
with its audit record, and only then shown to anybody. Deadlines are events like all others.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from broker.audit.event import BROKER
from broker.errors import OurFault, SessionOver
from broker.ports import ClientLink, Clock, ConsoleLink, SessionStore
from broker.protocol.signaling import IceServer, SessionSnapshot
from broker.protocol.vocabulary import ErrorCode, SessionState
from broker.service.offers import Offers
from broker.service.views import session_view
from broker.session.deadlines import Limits, next_deadline
from broker.session.effects import Effect, PublishSnapshot, Record, TellClient
from broker.session.events import Event, TimeRanOut
from broker.session.facts import Session
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
        ice: Callable[[str], tuple[IceServer, ...]],
    ) -> None:
        self.session = session
        self.client: ClientLink | None = None
        self.console: ConsoleLink | None = None
        self.offers = Offers(session)
        self._store = store
        self._clock = clock
        self._limits = limits
        self._ice = ice
        self._inbox: asyncio.Queue[_Request] = asyncio.Queue()

    async def submit(
        self, event: Event, before_effects: Callable[[], None] | None = None
    ) -> Session:
        """Have an event handled; `before_effects` runs once it is stored, before anyone is told.

        Raises what the core and the store raise; the session is then as it was.
        """
        if self.session.state is SessionState.ENDED:
            raise SessionOver
        answer: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        self._inbox.put_nowait(_Request(event, answer, before_effects))
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
            session=session_view(self.session), ice_servers=self._ice(self.session.session_id)
        )

    def close_links(self, code: ErrorCode | None) -> None:
        """Close both sides' sockets."""
        for link in (self.client, self.console):
            if link is not None:
                link.close(code)

    async def _next_request(self) -> _Request | None:
        deadline = next_deadline(self.session, self._limits)
        seconds = (deadline[0] - self._clock.now()).total_seconds() if deadline else None
        try:
            async with asyncio.timeout(None if seconds is None else max(0.0, seconds)):
                return await self._inbox.get()
        except TimeoutError:
            return None

    async def _time_ran_out(self) -> None:
        now = self._clock.now()
        deadline = next_deadline(self.session, self._limits)
        if deadline is None or deadline[0] > now:
            return
        try:
            await self._apply(TimeRanOut(BROKER, deadline[1]), None)
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
            case PublishSnapshot() if self.console is not None:
                self.console.send(self.snapshot())
            case TellClient(message=message) if self.client is not None:
                self.client.send(message)

    def _close_inbox(self) -> None:
        while not self._inbox.empty():
            _settle(self._inbox.get_nowait().answer, SessionOver())


def _settle(answer: asyncio.Future[Session], result: Session | Exception) -> None:
    """Answer a submitter, unless it has gone away meanwhile."""
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
