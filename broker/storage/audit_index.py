"""Follows the log and keeps the terms of its records: implements `broker.audit_ports.AuditIndex`.

Terms are kept as 64 bits of an HMAC-SHA-256 under the installation's own key, each with the owner
of what it says, and are deleted when that owner is erased. Records are taken in after they are
stored, so that nothing here makes an append slower, and a lost index is made anew by reading.
"""

import asyncio
import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import AuditEvent
from broker.audit.terms import TermField, terms_of
from broker.storage.audit_log import OWNER, event_from
from broker.storage.bulk import add_rows
from broker.storage.database import Database
from broker.storage.personal import KEY, decrypt
from broker.storage.schema import audit_events, personal_keys
from broker.storage.search_tables import (
    BUCKET,
    audit_buckets,
    audit_index,
    audit_record_terms,
    audit_session_terms,
)

BATCH: Final = 2_000
"""Records that are taken in by one transaction, in which nobody else writes."""

_LAST: Final = func.coalesce(select(func.max(audit_events.c.sequence)).scalar_subquery(), 0)

_READ: Final = (
    "sequence",
    "recorded_at",
    "action",
    "outcome",
    "actor_kind",
    "actor_id",
    "session_id",
    "ticket_id",
    "details",
    "personal",
    "owner",
)
"""What `event_from` reads, and whose key it needs: there are many records an owner."""

_EVENT: Final = select(*(audit_events.c[name] for name in _READ[:-1]), OWNER)


def term_number(key: bytes, term_field: TermField, word: str) -> int:
    """Give what stands for a term: a signed 64-bit number that tells nothing without the key."""
    text = f"{term_field.value}\0{word}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hmac.digest(key, text, hashlib.sha256)[:8], signed=True)


class SqlAuditIndex:
    """The index in the tables of `search_tables`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(self, most: int) -> int:
        """Take up to `most` more records in, and give how many are still to come."""
        left = await self._left()
        while left and most > 0:
            async with self._database.write() as connection:
                taken, left = await _take_in(connection, min(BATCH, most))
            most -= taken
        return left

    async def _left(self) -> int:
        async with self._database.read() as connection:
            return await connection.scalar(select(_LAST - audit_index.c.indexed)) or 0


Numbers = tuple[tuple[int, bool], ...]
"""The terms of a record as they are kept, each with whether it is personal."""


@dataclass(frozen=True, slots=True)
class _Record:
    """What the index keeps of a record."""

    sequence: int
    recorded_at: str
    session_id: str | None
    owner: str
    numbers: Numbers


class _Reader:
    """Reads the records of one batch; those that say the same share their terms."""

    def __init__(self, key: bytes, keys: Mapping[str, bytes]) -> None:
        self._key = key
        self._keys = keys
        self._known: dict[object, Numbers] = {}

    def read(self, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[_Record]:
        return [self._record(dict(zip(_READ, row, strict=True))) for row in rows]

    def _record(self, row: dict[str, Any]) -> _Record:
        key = self._keys.get(row["owner"])
        personal, _ = decrypt(row["personal"], key, row["sequence"])
        said = (row["actor_kind"], row["actor_id"], row["details"], *personal.items())
        if said not in self._known:
            self._known[said] = self._numbers(event_from(row, key)[0])
        numbers = self._known[said]
        return _Record(
            row["sequence"], row["recorded_at"], row["session_id"], row["owner"], numbers
        )

    def _numbers(self, event: AuditEvent) -> Numbers:
        return tuple(
            (term_number(self._key, term.field, term.word), term.personal)
            for term in terms_of(event)
        )


Place = tuple[int, int, str]
"""A term, a bucket and a session: the key of `audit_session_terms`."""


@dataclass(slots=True)
class _Session:
    """What is known of a session: its terms, and the buckets that hold records of it."""

    terms: dict[int, bool] = field(default_factory=dict)
    """Whether each is personal."""
    buckets: set[int] = field(default_factory=set)

    def add(self, terms: Iterable[tuple[int, bool]]) -> None:
        for term, personal in terms:
            self.terms[term] = self.terms.get(term, True) and personal

    def rows(self, session_id: str) -> dict[Place, bool]:
        return {
            (term, bucket, session_id): personal
            for term, personal in self.terms.items()
            for bucket in self.buckets
        }


async def _take_in(connection: AsyncConnection, most: int) -> tuple[int, int]:
    """Take up to `most` records in: how many they were, and how many are still to come."""
    state = (await connection.execute(select(audit_index, _LAST.label("last")))).one()
    query = _EVENT.where(audit_events.c.sequence > state.indexed)
    rows = (await connection.execute(query.order_by(audit_events.c.sequence).limit(most))).all()
    if not rows:
        return 0, 0
    reader = _Reader(state.key, await _keys(connection, {row[-1] for row in rows}))
    records = await asyncio.to_thread(reader.read, rows)
    await _take_sessions(connection, records)
    await _take_others(connection, records)
    await _take_moments(connection, records)
    await connection.execute(update(audit_index).values(indexed=records[-1].sequence))
    return len(records), state.last - records[-1].sequence


async def _keys(connection: AsyncConnection, owners: set[str]) -> dict[str, bytes]:
    query = select(personal_keys.c.owner, KEY).where(personal_keys.c.owner.in_(owners))
    return {row.owner: row.key for row in await connection.execute(query)}


async def _take_sessions(connection: AsyncConnection, records: list[_Record]) -> None:
    """Let every session of these records be found in each of its buckets by each of its terms."""
    sessions: dict[str, _Session] = defaultdict(_Session)
    for record in records:
        if record.session_id is not None:
            session = sessions[record.session_id]
            session.add(record.numbers)
            session.buckets.add(record.sequence // BUCKET)
    known = await _known(connection, sessions)
    rows: dict[Place, bool] = {}
    for session_id, session in sessions.items():
        rows |= session.rows(session_id)
    new = sorted(place for place in rows if place not in known)
    await add_rows(connection, audit_session_terms, [(*place, rows[place]) for place in new])
    public = {(place[0], place[2]) for place, was in known.items() if was and not rows[place]}
    for term, session_id in public:
        this = (audit_session_terms.c.session_id == session_id, audit_session_terms.c.term == term)
        await connection.execute(update(audit_session_terms).where(*this).values(personal=False))


async def _known(connection: AsyncConnection, sessions: dict[str, _Session]) -> dict[Place, bool]:
    """Give the rows there are of these sessions, and tell the sessions what they say."""
    table = audit_session_terms
    query = select(table).where(table.c.session_id.in_(sessions))
    known: dict[Place, bool] = {}
    for term, bucket, session_id, personal in await connection.execute(query):
        known[term, bucket, session_id] = personal
        sessions[session_id].add([(term, personal)])
        sessions[session_id].buckets.add(bucket)
    return known


async def _take_others(connection: AsyncConnection, records: list[_Record]) -> None:
    rows = [
        (term, record.sequence, record.owner, personal)
        for record in records
        if record.session_id is None
        for term, personal in record.numbers
    ]
    await add_rows(connection, audit_record_terms, rows)


async def _take_moments(connection: AsyncConnection, records: list[_Record]) -> None:
    """Note the earliest and the latest moment of each bucket."""
    buckets: dict[int, list[str]] = defaultdict(list)
    for record in records:
        buckets[record.sequence // BUCKET].append(record.recorded_at)
    moments = {bucket: [min(told), max(told)] for bucket, told in buckets.items()}
    known = select(audit_buckets).where(audit_buckets.c.bucket.in_(moments))
    for row in await connection.execute(known):
        told = [*moments.pop(row.bucket), row.first_at, row.last_at]
        change = update(audit_buckets).where(audit_buckets.c.bucket == row.bucket)
        await connection.execute(change.values(first_at=min(told), last_at=max(told)))
    rows = [(bucket, min(told), max(told)) for bucket, told in moments.items()]
    await add_rows(connection, audit_buckets, rows)
