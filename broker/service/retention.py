"""Forgets what was kept long enough, class by class, and nothing under a legal hold."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.audit.event import BROKER, PERSONAL_ERASED, Actor, AuditEvent, DetailValue
from broker.audit.kept import RETENTION_APPLIED
from broker.errors import AuditUnavailable, Conflict
from broker.ports import Clock
from broker.retention_ports import Hold, RecordClass, RetentionStore
from broker.service.background import in_background

log = structlog.get_logger(__name__)

EVERY_S: Final = 3600.0
"""How often the broker looks for what is due."""

BATCH: Final = 100
"""So many sessions are looked up at once."""

Days = Mapping[RecordClass, int]
"""For how many days after its session each class is kept; one that is not here, for ever."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What this broker keeps, and for how long."""

    store: RetentionStore
    clock: Clock
    days: Days

    async def due(self) -> dict[RecordClass, int]:
        """Count what would be forgotten now."""
        return {
            kind: await self.store.count_due(kind, self._before(kind)) for kind in self._kinds()
        }

    async def run(self, actor: Actor = BROKER) -> dict[RecordClass, int]:
        """Forget what is due, on record: how many sessions are concerned, by class."""
        return {kind: await self._forget(kind, actor) for kind in self._kinds()}

    async def hold(self, session_id: str, reason: str, actor: Actor) -> None:
        """Put a session under a legal hold. NotFound; Conflict when it is held."""
        hold = Hold(session_id, self.clock.now(), actor.name or actor.kind.value, reason)
        await self.store.hold(hold, self._event("session.held", actor, session_id, reason=reason))

    async def release(self, session_id: str, actor: Actor) -> None:
        """Take it off. NotFound when there is none."""
        await self.store.release(session_id, self._event("session.released", actor, session_id))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Forget what is due now and every hour."""
        async with in_background(self._keep_on(), name="retention"):
            yield

    async def _keep_on(self) -> None:
        while True:
            try:
                done = await self.run()
            except AuditUnavailable as error:
                log.warning("retention.not_run", problem=error.detail)
            else:
                if any(done.values()):
                    log.info("retention.run", **{kind.value: count for kind, count in done.items()})
            await asyncio.sleep(EVERY_S)

    async def _forget(self, kind: RecordClass, actor: Actor) -> int:
        """The same are due again until they are gone; what cannot go ends it."""
        count = 0
        while found := await self.store.due(kind, self._before(kind), BATCH):
            gone = [await self._forget_one(kind, session_id, actor) for session_id in found]
            count += sum(gone)
            if not any(gone):
                break
        return count

    async def _forget_one(self, kind: RecordClass, session_id: str, actor: Actor) -> bool:
        if kind is RecordClass.PERSONAL:
            details: dict[str, DetailValue] = {"erased_owner": session_id}
            event = AuditEvent(self.clock.now(), PERSONAL_ERASED, actor, details=details)
        else:
            details = {"erased_owner": session_id, "record_class": kind.value}
            event = AuditEvent(self.clock.now(), RETENTION_APPLIED, actor, details=details)
        try:
            await self.store.drop(kind, session_id, event)
        except Conflict:  # held a moment ago
            return False
        return True

    def _event(
        self, action: str, actor: Actor, session_id: str, **details: DetailValue
    ) -> AuditEvent:
        return AuditEvent(
            self.clock.now(), action, actor, session_id=session_id, details=dict(details)
        )

    def _before(self, kind: RecordClass) -> datetime:
        return self.clock.now() - timedelta(days=self.days[kind])

    def _kinds(self) -> tuple[RecordClass, ...]:
        return tuple(kind for kind in RecordClass if kind in self.days)
