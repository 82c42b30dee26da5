"""Whether the audit log can be written: looked at all the time, and told to every live session.

A log that fails is written again only when a record went in, which tells for how long it failed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.audit.event import BROKER, AuditEvent
from broker.errors import AuditUnavailable
from broker.ports import AuditLog, Clock
from broker.service.background import in_background

log = structlog.get_logger(__name__)

LOOK_S: Final = 5.0
"""How often it is tried while all is well: a session is to end within a minute of the fault."""

LOOK_AGAIN_S: Final = 2.0
"""How often while it fails."""

FRESH: Final = timedelta(seconds=1)
"""For so long nobody need look again."""

PROBE_S: Final = 1.5
"""So long a probe waits for the database: whoever asks gives up after a few seconds themselves."""

SLOW: Final = (
    f"The database has taken nothing for {PROBE_S} seconds: another program may keep it locked, or "
    "its disk is slow. Look at what else uses it."
)

RECOVERED: Final = "audit.recovered"
"""The action that tells of an interruption; its detail `unrecorded_s` says how long it was."""


class LogWatch:
    """One broker's. `changed` is called whenever it is found to fail, and when it is over."""

    def __init__(self, audit_log: AuditLog, clock: Clock, changed: Callable[[], None]) -> None:
        self._audit_log = audit_log
        self._clock = clock
        self._changed = changed
        self._failing_since: datetime | None = None
        self._wanted = asyncio.Event()
        self._looked = asyncio.Event()
        self._one = asyncio.Lock()
        self._looked_at: datetime | None = None
        self.problem: str | None = None
        """What is wrong, and what to do about it; None: the log can be written."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look again and again."""
        async with in_background(self._keep_on(), name="audit log watch"):
            yield

    async def look(self) -> None:
        """Find out now."""
        async with self._one:
            try:
                await self._try()
            except AuditUnavailable as error:
                known = self._failing_since is not None
                self.failed(error)
                if known:  # sessions have deadlines for it
                    self._changed()
            else:
                self._works()
            self._looked_at = self._clock.now()
            self._wanted.clear()
            self._looked.set()

    async def probe(self) -> str | None:
        """Say what is wrong by the next look, or the last one when that was a moment ago.

        So whoever asks often costs no writes, and gets an answer within PROBE_S while the log is
        `running`, however long the database takes for its own.
        """
        last = self._looked_at
        if last is not None and self._clock.now() - last < FRESH:
            return self.problem
        self._looked.clear()
        self._wanted.set()
        try:
            async with asyncio.timeout(PROBE_S):
                await self._looked.wait()
        except TimeoutError:
            return self.problem or SLOW
        return self.problem

    def failed(self, error: AuditUnavailable) -> None:
        """Somebody found that nothing can be stored."""
        self.problem = " ".join(filter(None, (error.detail, error.advice)))
        if self._failing_since is None:
            self._failing_since = self._clock.now()
            log.error("audit.failing", problem=error.detail, advice=error.advice)
            self._wanted.set()
            self._changed()

    async def _try(self) -> None:
        """Store something, and after a failure the record of it."""
        if self._failing_since is None:
            await self._audit_log.check_writable()
            return
        now = self._clock.now()
        seconds = round((now - self._failing_since).total_seconds())
        details = {"unrecorded_s": seconds}
        await self._audit_log.append(AuditEvent(now, RECOVERED, BROKER, details=dict(details)))
        log.warning("audit.recovered", unrecorded_s=seconds)

    def _works(self) -> None:
        if self._failing_since is None:
            return
        self._failing_since = self.problem = None
        self._changed()

    async def _keep_on(self) -> None:
        while True:
            await self.look()
            await self._pause()

    async def _pause(self) -> None:
        """Wait for the next look: no longer than a first failure or a probe makes it wanted."""
        try:
            async with asyncio.timeout(LOOK_S if self.problem is None else LOOK_AGAIN_S):
                await self._wanted.wait()
        except TimeoutError:
            return
