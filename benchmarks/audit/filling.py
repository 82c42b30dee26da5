"""Puts a generated log into a database, thousands of records a transaction."""

import secrets
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from sqlalchemy import func, insert, select

from broker.audit.chain import GENESIS_HASH, SALT_BYTES, seal
from broker.audit.event import AuditEvent, personal_owner
from broker.storage import personal as personal_module
from broker.storage.audit_log import row_of
from broker.storage.database import Database
from broker.storage.schema import audit_events, personal_keys

AT_ONCE: Final = 5_000


class Filling:
    """Goes on from the last record there is."""

    def __init__(self, database: Database, events: Iterator[AuditEvent]) -> None:
        self._database = database
        self._events = events
        self._keys: dict[str, bytes] = {}
        self._last: tuple[int, str] = (0, GENESIS_HASH)

    async def begin(self) -> None:
        """Find where the log ends."""
        query = select(audit_events.c.sequence, audit_events.c.hash)
        async with self._database.read() as connection:
            last = await connection.execute(query.order_by(audit_events.c.sequence.desc()).limit(1))
            row = last.one_or_none()
        self._last = (0, GENESIS_HASH) if row is None else (row.sequence, row.hash)

    async def until(self, records: int) -> None:
        """Write until there are so many."""
        while self._last[0] < records:
            rows, keys = self._rows(min(AT_ONCE, records - self._last[0]))
            async with self._database.write() as connection:
                if keys:
                    await connection.execute(insert(personal_keys), keys)
                await connection.execute(insert(audit_events), rows)

    def _rows(self, count: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        rows: list[dict[str, Any]] = []
        new: list[dict[str, Any]] = []
        for event in islice(self._events, count):
            sequence, previous = self._last
            sealed = seal(event, sequence + 1, previous, secrets.token_bytes(SALT_BYTES))
            owner = personal_owner(event)
            if owner not in self._keys:
                self._keys[owner] = secrets.token_bytes(personal_module.KEY_BYTES)
                new.append({"owner": owner, "key": self._keys[owner]})
            rows.append(row_of(sealed, personal_module.encrypted(self._keys[owner], sealed)))
            self._last = (sealed.sequence, sealed.hash)
            if event.action == "session.ended":
                del self._keys[owner]
        return rows, new


async def size(database: Database) -> int:
    """Count the records."""
    async with database.read() as connection:
        return await connection.scalar(select(func.max(audit_events.c.sequence))) or 0
