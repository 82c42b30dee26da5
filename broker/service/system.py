"""The state of the system: gathers the facts, a look at a time, and has them judged.

Whoever asks twice within a moment gets the same look: it costs packets to every STUN and TURN
server, and the page asks again by itself.
"""

import asyncio
import platform
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from broker import __version__
from broker.checkpoint_ports import CheckpointFile, CheckpointStore
from broker.errors import AuditUnavailable, Misconfigured
from broker.feed_ports import FeedStore
from broker.findings import (
    CertificateFacts,
    DatabaseFacts,
    DiskFacts,
    LogFacts,
    ServerFacts,
    SystemFacts,
    judge,
    worst,
)
from broker.ports import Clock
from broker.protocol.feeds import FeedView
from broker.protocol.system import SystemLimit, SystemState
from broker.protocol.version import PROTOCOL_VERSION
from broker.service.feeds import Feeds

FRESH: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SystemProbes:
    """Ways to the outside, each of which never fails: what cannot be seen is told in the facts."""

    database: Callable[[], Awaitable[DatabaseFacts]]
    servers: Callable[[], Awaitable[tuple[ServerFacts, ...]]]
    certificates: Callable[[], Awaitable[tuple[CertificateFacts, ...]]]
    disk: Callable[[], DiskFacts | None]
    clock_in_step: Callable[[], bool | None]
    log_problem: Callable[[], str | None]
    """Why the log cannot be written, as far as this process knows."""


@dataclass(frozen=True, slots=True)
class SystemStores:
    """What the log and its feeds have come to."""

    checkpoints: CheckpointStore
    checkpoint_file: CheckpointFile
    feeds: FeedStore
    beside: bool
    """Whether the checkpoints' file lies in the data folder."""


class SystemDesk:
    """One broker's."""

    def __init__(
        self,
        probes: SystemProbes,
        stores: SystemStores,
        feeds: Feeds,
        limits: tuple[SystemLimit, ...],
        clock: Clock,
    ) -> None:
        self._probes = probes
        self._stores = stores
        self._feeds = feeds
        self._limits = limits
        self._clock = clock
        self._one = asyncio.Lock()
        self._last: SystemState | None = None

    async def state(self) -> SystemState:
        """Look, unless that was done a moment ago."""
        async with self._one:
            last = self._last
            if last is None or self._clock.now() - last.looked_at >= FRESH:
                self._last = last = await self._look()
            return last

    async def _look(self) -> SystemState:
        probes = self._probes
        database, servers, certificates = await asyncio.gather(
            probes.database(), probes.servers(), probes.certificates()
        )
        readable = database.problem is None and database.revision == database.newest
        facts = SystemFacts(
            version=__version__,
            protocol=PROTOCOL_VERSION,
            python=platform.python_version(),
            database=database,
            disk=await asyncio.to_thread(probes.disk),
            servers=servers,
            certificates=certificates,
            log=await self._log() if readable else None,
            feeds=await self._feed_views() if readable else (),
            clock_in_step=probes.clock_in_step(),
        )
        now = self._clock.now()
        found = judge(facts, now)
        return SystemState(
            looked_at=now, severity=worst(found), findings=found, limits=self._limits
        )

    async def _log(self) -> LogFacts | None:
        stores, problem = self._stores, None
        try:
            records, _ = await stores.checkpoints.head()
            newest = await stores.feeds.records_after(records - 1, 1)
            signed = await asyncio.to_thread(stores.checkpoint_file.last)
            waiting = await stores.feeds.records_after(signed.records if signed else 0, 1)
        except AuditUnavailable:
            return None
        except Misconfigured as error:
            newest, signed, waiting, problem = (), None, (), error.detail
        return LogFacts(
            records=records,
            last_at=newest[0][0].event.recorded_at if newest else None,
            unsigned_since=waiting[0][0].event.recorded_at if waiting else None,
            signed_at=signed.signed_at if signed else None,
            beside=stores.beside and not self._feeds.has_witness,
            problem=self._probes.log_problem(),
            checkpoint_problem=problem,
        )

    async def _feed_views(self) -> tuple[FeedView, ...]:
        try:
            return await self._feeds.views()
        except AuditUnavailable:
            return ()
