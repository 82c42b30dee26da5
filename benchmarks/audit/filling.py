"""Puts a generated log into a database, thousands of records a transaction.

Records, keys, notes and sessions are what the broker would have written, sealed and encrypted by
its own code; only the transactions are larger.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC
from itertools import islice
from typing import Any, Final

from sqlalchemy import Table, event, func, insert, select

from benchmarks.audit.generator import NOTE_ADDED, note
from broker.audit.chain import GENESIS_HASH, SALT_BYTES, SealedEvent, seal
from broker.audit.event import AuditEvent, personal_owner
from broker.audit.terms import words_of
from broker.protocol.vocabulary import SessionState
from broker.session.participants import NOBODY_ELSE
from broker.session.policy import NO_POLICY
from broker.session.records import CREATED
from broker.storage import personal as personal_module
from broker.storage.audit_log import row_of
from broker.storage.bulk import add_rows
from broker.storage.database import Database
from broker.storage.schema import audit_events, personal_keys, session_notes, sessions

AT_ONCE: Final = 20_000

_IN_A_HURRY: Final = ("synchronous = OFF", "cache_size = -1000000", "wal_autocheckpoint = 50000")
"""What is lost with a crash is made anew; what is measured is measured without these."""

Rows = dict[Table, list[dict[str, Any]]]


class Filling:
    """Goes on from the last record there is."""

    def __init__(self, url: str, events: Iterator[AuditEvent]) -> None:
        self.database = Database(url)
        if self.database.is_sqlite:
            event.listen(self.database.engine.sync_engine, "connect", _hurry)
        self._events = events
        self._keys: dict[str, bytes] = {}
        self._last: tuple[int, str] = (0, GENESIS_HASH)

    async def close(self) -> None:
        """Write everything where it belongs."""
        await self.database.close()

    async def begin(self) -> None:
        """Find where the log ends."""
        query = select(audit_events.c.sequence, audit_events.c.hash)
        async with self.database.read() as connection:
            last = await connection.execute(query.order_by(audit_events.c.sequence.desc()).limit(1))
            row = last.one_or_none()
        self._last = (0, GENESIS_HASH) if row is None else (row.sequence, row.hash)

    async def until(self, records: int) -> None:
        """Write until there are so many."""
        while self._last[0] < records:
            rows = self._rows(min(AT_ONCE, records - self._last[0]))
            async with self.database.write() as connection:
                if rows[sessions]:
                    await connection.execute(insert(sessions), rows[sessions])
                if rows[session_notes]:
                    await connection.execute(insert(session_notes), rows[session_notes])
                for table in (personal_keys, audit_events):
                    await add_rows(connection, table, [tuple(row.values()) for row in rows[table]])

    def _rows(self, count: int) -> Rows:
        rows: Rows = defaultdict(list)
        for said in islice(self._events, count):
            sequence, previous = self._last
            sealed = seal(said, sequence + 1, previous, secrets.token_bytes(SALT_BYTES))
            owner = personal_owner(said)
            if owner not in self._keys:
                self._keys[owner] = secrets.token_bytes(personal_module.KEY_BYTES)
                rows[personal_keys].append({"owner": owner, "key": self._keys[owner]})
            row = row_of(sealed, personal_module.encrypted(self._keys[owner], sealed))
            rows[audit_events].append({one.name: row[one.name] for one in audit_events.columns})
            self._last = (sealed.sequence, sealed.hash)
            if said.action == "session.ended":
                del self._keys[owner]
            elif said.action == CREATED:
                rows[sessions].append(_session(said))
            elif said.action == NOTE_ADDED:
                rows[session_notes].append(_note(sealed))
        return rows


def _hurry(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _IN_A_HURRY:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _session(said: AuditEvent) -> dict[str, Any]:
    return {
        "session_id": said.session_id,
        "ticket_id": said.ticket_id,
        "technician_id": said.actor.account_id,
        "technician_name": said.actor.name,
        "requested": (),
        "created_at": said.recorded_at.astimezone(UTC),
        "state": SessionState.WAITING,
        "granted": (),
        "paused": False,
        "participants": NOBODY_ELSE,
        "policy": NO_POLICY,
        "group_ids": (),
        "version": 1,
    }


def _note(sealed: SealedEvent) -> dict[str, Any]:
    text = note(sealed.sequence)
    return {
        "note_id": f"not_{sealed.sequence:032x}",
        "session_id": sealed.event.session_id,
        "author_id": sealed.event.actor.account_id,
        "author_name": sealed.event.actor.name,
        "written_at": sealed.event.recorded_at,
        "text": text,
        "sequence": sealed.sequence,
        "words": " ".join(words_of(text)),
    }


async def size(database: Database) -> int:
    """Count the records."""
    async with database.read() as connection:
        return await connection.scalar(select(func.max(audit_events.c.sequence))) or 0
