"""Signs what the audit log has come to, again and again, into the database and outside of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.audit.checkpoint import Checkpoint
from broker.checkpoint_ports import CheckpointFile, CheckpointStore
from broker.errors import AuditUnavailable, Misconfigured
from broker.ports import Clock
from broker.service.background import in_background

log = structlog.get_logger(__name__)

LOOK_S: Final = 2.0
"""How often the log's end is looked at."""

RECORDS: Final = 1000
"""So many records since the last checkpoint make another one due."""

AGE: Final = timedelta(seconds=60)
"""It is due, too, when a record has waited so long for one."""

DISAGREES: Final = (
    "The audit log in the database is not the one whose checkpoints were kept: they sign {records} "
    "records, and {what}. Run `handrail-broker audit verify` to see. If an older copy of the "
    "database was restored on purpose, `handrail-broker audit restored` puts that on record."
)

Sign = Callable[[int, str, datetime], Checkpoint]


class Checkpoints:
    """One broker's checkpoints: `check` before anything else, then `running`."""

    def __init__(
        self, store: CheckpointStore, file: CheckpointFile, clock: Clock, sign: Sign
    ) -> None:
        self._store = store
        self._file = file
        self._clock = clock
        self._sign = sign
        self._signed = 0
        self._waiting_since: datetime | None = None
        self.problem: str | None = None
        """Why the last one could not be kept; None when it was."""

    async def check(self) -> None:
        """Hold the log's end against the last checkpoint in the file.

        Misconfigured when the log is another one: no session may be opened on it.
        """
        last = self._file.last()
        if last is None:
            return
        found = await self._store.hash_at(last.records)
        if found != last.hash:
            what = "there are fewer" if found is None else "the last of them has another hash"
            raise Misconfigured(DISAGREES.format(records=last.records, what=what))
        self._signed = last.records

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Sign whenever it is due, and once more at the end."""
        async with in_background(self._keep_on(), name="audit checkpoints"):
            yield
            await self.look(at_once=True)

    async def look(self, *, at_once: bool = False) -> None:
        """Sign the log's end when that is due, or `at_once` when there is anything to sign."""
        try:
            await self._look(at_once=at_once)
        except AuditUnavailable as error:
            if self.problem is None:
                log.warning("audit.checkpoint_not_kept", problem=error.detail)
            self.problem = error.detail
        else:
            self.problem = None

    async def _look(self, *, at_once: bool) -> None:
        records, last_hash = await self._store.head()
        now = self._clock.now()
        if records <= self._signed:
            self._waiting_since = None
            return
        self._waiting_since = self._waiting_since or now
        overdue = now - self._waiting_since >= AGE
        if not (at_once or overdue or records - self._signed >= RECORDS):
            return
        checkpoint = self._sign(records, last_hash, now)
        await asyncio.to_thread(self._file.append, checkpoint)
        await self._store.keep(checkpoint)
        self._signed, self._waiting_since = records, None

    async def _keep_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()
