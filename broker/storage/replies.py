"""Canned replies on SQLAlchemy: implements `broker.chat_ports.ReplyStore`."""

import re
from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import delete, func, insert, select, update

from broker.audit.event import AuditEvent
from broker.chat_ports import Reply
from broker.errors import Conflict, NotFound
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import canned_replies

_REPLY_ID: Final = re.compile(r"rpl_[0-9a-f]{32}")
_EVERY: Final = select(*(canned_replies.c[field.name] for field in fields(Reply)))
_COUNT: Final = select(func.count()).select_from(canned_replies)


class SqlReplyStore:
    """Canned replies in one table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Reply, ...]:
        """Give every reply, by title."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_EVERY)).all()
        replies = (Reply(**row._mapping) for row in rows)
        # Sorted here: databases order text by rules of their own.
        return tuple(sorted(replies, key=lambda reply: (reply.title.casefold(), reply.reply_id)))

    async def create(self, reply: Reply, most: int, event: AuditEvent) -> None:
        """Store a new reply. Conflict when there are `most` already."""
        async with self._database.write() as connection:
            if (await connection.scalar(_COUNT) or 0) >= most:
                raise Conflict(f"There are {most} canned replies already: take one away first.")
            await connection.execute(insert(canned_replies).values(asdict(reply)))
            await record(connection, event)

    async def change(self, reply: Reply, event: AuditEvent) -> None:
        """Store the next version of a reply. NotFound; Conflict when it is not the next one."""
        if not _REPLY_ID.fullmatch(reply.reply_id):
            raise NotFound
        named = canned_replies.c.reply_id == reply.reply_id
        known = select(canned_replies.c.version).where(named)
        async with self._database.write() as connection:
            version = await connection.scalar(known)
            if version is None:
                raise NotFound
            if version != reply.version - 1:
                raise Conflict
            await connection.execute(update(canned_replies).where(named).values(asdict(reply)))
            await record(connection, event)

    async def delete(self, reply_id: str, event: AuditEvent) -> None:
        """Take a reply away; nothing, and no event, when there is none."""
        gone = delete(canned_replies).where(canned_replies.c.reply_id == reply_id)
        async with self._database.write() as connection:
            if (await connection.execute(gone)).rowcount:
                await record(connection, event)
