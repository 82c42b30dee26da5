"""How far live feeds have come, and what comes next: implements `broker.feed_ports.FeedStore`."""

import json
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, func, insert, select, update

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import Checkpoint, checkpoint_from_json
from broker.feed_ports import FEEDS_CHANGED, FeedMark
from broker.storage.audit_log import RECORDS, sealed_from
from broker.storage.database import Database
from broker.storage.schema import audit_checkpoints, audit_events, audit_feeds, session_notes


class SqlFeedStore:
    """A row for each feed, beside the log that it follows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def mark(self, feed: str) -> FeedMark:
        """Give up to where a feed was taken."""
        query = select(audit_feeds.c.position, audit_feeds.c.moved_at)
        async with self._database.read() as connection:
            row = (await connection.execute(query.where(audit_feeds.c.feed == feed))).one_or_none()
        return FeedMark() if row is None else FeedMark(row.position, row.moved_at)

    async def move(self, feed: str, before: int, after: int, at: datetime) -> bool:
        """Move a feed's mark on; False, and nothing, when it is not at `before` any more."""
        mine = audit_feeds.c.feed == feed
        values = {"position": after, "moved_at": at}
        moving = update(audit_feeds).where(mine, audit_feeds.c.position == before).values(values)
        async with self._database.write() as connection:
            if cast("CursorResult[None]", await connection.execute(moving)).rowcount:
                return True
            known = await connection.scalar(select(audit_feeds.c.feed).where(mine))
            if before or known is not None:
                return False
            await connection.execute(insert(audit_feeds).values(feed=feed, **values))
            return True

    async def records_after(
        self, position: int, most: int
    ) -> tuple[tuple[SealedEvent, str | None], ...]:
        """Give the next records in order, each with the note that it tells of."""
        sequence = audit_events.c.sequence
        query = RECORDS.where(sequence > position).order_by(sequence).limit(most)
        said = select(session_notes.c.sequence, session_notes.c.text)
        async with self._database.read() as connection:
            records = tuple(map(sealed_from, await connection.execute(query)))
            told = said.where(session_notes.c.sequence.in_([one.sequence for one in records]))
            notes = {row.sequence: row.text for row in await connection.execute(told)}
        return tuple((one, notes.get(one.sequence)) for one in records)

    async def last_change(self) -> str | None:
        """Give the fingerprint that the last record of a change of feeds holds."""
        changes = select(audit_events.c.details).where(audit_events.c.action == FEEDS_CHANGED)
        query = changes.order_by(audit_events.c.sequence.desc()).limit(1)
        async with self._database.read() as connection:
            details = await connection.scalar(query)
        return json.loads(details).get("feeds_hash") if details else None

    async def last_record(self) -> int:
        """Give the sequence of the log's last record; 0 when there is none."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(audit_events.c.sequence))) or 0

    async def checkpoints_after(self, records: int, most: int) -> tuple[Checkpoint, ...]:
        """Give the next checkpoints in order, those over more than so many records."""
        column = audit_checkpoints.c.records
        query = select(audit_checkpoints).where(column > records).order_by(column).limit(most)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
            return tuple(checkpoint_from_json(dict(row._mapping)) for row in rows)

    async def last_checkpoint(self) -> int:
        """Give how many records the last checkpoint signs; 0 when there is none."""
        async with self._database.read() as connection:
            return await connection.scalar(select(func.max(audit_checkpoints.c.records))) or 0
