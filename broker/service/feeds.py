"""Live feeds of the audit log: each sends what is new, in order, until it was taken.

A feed's mark in the database moves only after its receiver has taken a batch, so a broker that is
killed in between sends that batch again: at least once, and never past a gap.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import checkpoint_json
from broker.audit.event import BROKER, AuditEvent, DetailValue
from broker.errors import AuditUnavailable, DeliveryFailed
from broker.feed_ports import FEEDS_CHANGED, FeedItem, FeedSender, FeedSource, FeedStore
from broker.ports import AuditLog, Clock
from broker.protocol.feeds import FeedView
from broker.service.background import in_background

log = structlog.get_logger(__name__)

WITNESS: Final = "witness"
"""The kind of the feed that checkpoints go to."""

LOOK_S: Final = 1.0
"""How often the log's end is looked at."""

FIRST_REST_S: Final = 1.0
LONGEST_REST_S: Final = 300.0
"""After a failure a feed rests, each time twice as long, until it rests for this."""


class RecordSource:
    """The log's records, as `write` writes them."""

    def __init__(self, store: FeedStore, write: Callable[[SealedEvent, str | None], bytes]) -> None:
        self._store = store
        self._write = write

    async def after(self, position: int, most: int) -> tuple[FeedItem, ...]:
        """Give the next ones."""
        records = await self._store.records_after(position, most)
        return tuple(FeedItem(one.sequence, self._write(one, note)) for one, note in records)

    async def last(self) -> int:
        """Give the last one's sequence."""
        return await self._store.last_record()


class CheckpointSource:
    """The log's checkpoints as JSON; a position is how many records one signs."""

    def __init__(self, store: FeedStore) -> None:
        self._store = store

    async def after(self, position: int, most: int) -> tuple[FeedItem, ...]:
        """Give the next ones."""
        found = await self._store.checkpoints_after(position, most)
        written = ((one.records, json.dumps(checkpoint_json(one))) for one in found)
        return tuple(FeedItem(records, text.encode()) for records, text in written)

    async def last(self) -> int:
        """Give how many records the last one signs."""
        return await self._store.last_checkpoint()


@dataclass(slots=True)
class _Trouble:
    since: datetime
    problem: str
    rest_s: float
    next_try_at: datetime


class Feed:
    """One receiver and how far it has come."""

    def __init__(
        self, store: FeedStore, source: FeedSource, sender: FeedSender, clock: Clock
    ) -> None:
        self._store = store
        self._source = source
        self._sender = sender
        self._clock = clock
        self._most = sender.most
        self._again = sender.most
        """A batch that failed is tried again as it was, however much came since."""
        self._trouble: _Trouble | None = None
        self.kind, self.target = sender.kind, sender.target

    async def look(self) -> float:
        """Send what is new, a batch of it; give how long to rest, in seconds."""
        try:
            sent = await self._send()
        except DeliveryFailed as error:
            if error.too_large:
                self._most = self._again = max(1, self._again // 2)
            return self._failed(error.detail)
        except AuditUnavailable as error:
            return self._failed(error.detail)
        if self._trouble is not None:
            log.info("audit.feed_recovered", feed=self._sender.kind, since=self._trouble.since)
        self._trouble = None
        return 0.0 if sent else LOOK_S

    async def view(self) -> FeedView:
        """Show how it is."""
        mark, trouble = await self._store.mark(self._sender.kind), self._trouble
        return FeedView(
            kind=self._sender.kind,
            target=self._sender.target,
            delivered=mark.position,
            delivered_at=mark.moved_at,
            behind=max(0, await self._source.last() - mark.position),
            problem=None if trouble is None else trouble.problem,
            failing_since=None if trouble is None else trouble.since,
            next_try_at=None if trouble is None else trouble.next_try_at,
        )

    async def keep_on(self) -> None:
        """Look again and again."""
        while True:
            rest_s = await self.look()
            await asyncio.sleep(rest_s)

    async def _send(self) -> bool:
        mark = await self._store.mark(self._sender.kind)
        items = await self._source.after(mark.position, self._again)
        if not items:
            return False
        self._again = len(items)
        await self._sender.send(items, self._clock.now())
        now, after = self._clock.now(), items[-1].position
        await self._store.move(self._sender.kind, mark.position, after, now)
        self._again = self._most
        return True

    def _failed(self, problem: str) -> float:
        now, before = self._clock.now(), self._trouble
        if before is None:
            log.warning("audit.feed_failing", feed=self._sender.kind, problem=problem)
        rest_s = FIRST_REST_S if before is None else min(before.rest_s * 2, LONGEST_REST_S)
        since = now if before is None else before.since
        self._trouble = _Trouble(since, problem, rest_s, now + timedelta(seconds=rest_s))
        return rest_s


class Feeds:
    """Every feed that an admin has set."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = tuple(feeds)

    @property
    def has_witness(self) -> bool:
        """Whether checkpoints go to somebody else."""
        return any(feed.kind == WITNESS for feed in self._feeds)

    async def note_change(
        self, store: FeedStore, audit_log: AuditLog, fingerprint: str, now: datetime
    ) -> None:
        """Put on the log whom it is sent to, where that is not as the last start found it.

        `fingerprint` is of all settings of the feeds, so that another path or secret counts, too.
        """
        known = await store.last_change()
        if known == fingerprint or (known is None and not self._feeds):
            return
        receivers = tuple(f"{feed.kind} {feed.target}" for feed in self._feeds)
        details: dict[str, DetailValue] = {"feeds": receivers, "feeds_hash": fingerprint}
        await audit_log.append(AuditEvent(now, FEEDS_CHANGED, BROKER, details=details))

    async def views(self) -> tuple[FeedView, ...]:
        """Show how each is."""
        return tuple([await feed.view() for feed in self._feeds])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send until the block ends; what is left then is sent by the next broker."""
        sending = (feed.keep_on() for feed in self._feeds)
        async with in_background(*sending, name="audit feed"):
            yield
