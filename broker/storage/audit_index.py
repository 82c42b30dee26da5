"""Follows the log and keeps the terms of its records: implements `broker.audit_ports.AuditIndex`.

Terms are kept as 64 bits of an HMAC-SHA-256 under the installation's own key, each with the owner
of what it says, and are deleted when that owner is erased. Records are taken in after they are
stored, so that nothing here makes an append slower, and a lost index is made anew by reading.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.chain import SealedEvent
from broker.audit.event import canonical_time, personal_owner
from broker.audit.terms import Term, TermField, terms_of
from broker.storage.audit_log import RECORDS, sealed_from
from broker.storage.database import Database
from broker.storage.schema import audit_events
from broker.storage.search_tables import (
    BUCKET,
    audit_buckets,
    audit_index,
    audit_record_terms,
    audit_session_terms,
)

BATCH: Final = 500
"""Records that are taken in by one transaction, in which nobody else writes."""


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
                taken = await _take_in(connection, min(BATCH, most))
            most, left = most - taken, await self._left()
        return left

    async def _left(self) -> int:
        last = select(func.max(audit_events.c.sequence)).scalar_subquery()
        query = select(func.coalesce(last, 0) - audit_index.c.indexed)
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0


@dataclass(slots=True)
class _Session:
    """What is known of a session: its terms, and the buckets that hold records of it."""

    terms: dict[int, bool] = field(default_factory=dict)
    """Whether each is personal."""
    buckets: set[int] = field(default_factory=set)

    def add(self, terms: Iterable[tuple[int, bool]]) -> None:
        for term, personal in terms:
            self.terms[term] = self.terms.get(term, True) and personal

    def rows(self, session_id: str) -> dict[tuple[int, int, str], bool]:
        return {
            (term, bucket, session_id): personal
            for term, personal in self.terms.items()
            for bucket in self.buckets
        }


async def _take_in(connection: AsyncConnection, most: int) -> int:
    state = (await connection.execute(select(audit_index.c.indexed, audit_index.c.key))).one()
    query = RECORDS.where(audit_events.c.sequence > state.indexed)
    rows = await connection.execute(query.order_by(audit_events.c.sequence).limit(most))
    records = [sealed_from(row) for row in rows]
    if not records:
        return 0
    await _take_sessions(connection, state.key, records)
    await _take_others(connection, state.key, records)
    await _take_moments(connection, records)
    await connection.execute(update(audit_index).values(indexed=records[-1].sequence))
    return len(records)


async def _take_sessions(
    connection: AsyncConnection, key: bytes, records: list[SealedEvent]
) -> None:
    """Let every session of these records be found in each of its buckets by each of its terms."""
    sessions: dict[str, _Session] = defaultdict(_Session)
    for record in records:
        if record.event.session_id is not None:
            session = sessions[record.event.session_id]
            session.add(_numbers(key, record))
            session.buckets.add(record.sequence // BUCKET)
    known = await _known(connection, sessions)
    rows: dict[tuple[int, int, str], bool] = {}
    for session_id, session in sessions.items():
        rows |= session.rows(session_id)
    new = [place for place in rows if place not in known]
    public = {(place[0], place[2]) for place, was in known.items() if was and not rows[place]}
    if new:
        values = [_session_row(place, personal=rows[place]) for place in new]
        await connection.execute(insert(audit_session_terms), values)
    for term, session_id in public:
        this = (audit_session_terms.c.session_id == session_id, audit_session_terms.c.term == term)
        await connection.execute(update(audit_session_terms).where(*this).values(personal=False))


async def _known(
    connection: AsyncConnection, sessions: dict[str, _Session]
) -> dict[tuple[int, int, str], bool]:
    """Give the rows there are of these sessions, and tell the sessions what they say."""
    table = audit_session_terms
    query = select(table).where(table.c.session_id.in_(sessions))
    known: dict[tuple[int, int, str], bool] = {}
    for row in await connection.execute(query):
        known[row.term, row.bucket, row.session_id] = row.personal
        sessions[row.session_id].add([(row.term, row.personal)])
        sessions[row.session_id].buckets.add(row.bucket)
    return known


def _session_row(place: tuple[int, int, str], *, personal: bool) -> dict[str, int | str | bool]:
    term, bucket, session_id = place
    return {"term": term, "bucket": bucket, "session_id": session_id, "personal": personal}


async def _take_others(connection: AsyncConnection, key: bytes, records: list[SealedEvent]) -> None:
    rows = [
        {
            "term": term,
            "sequence": record.sequence,
            "owner": personal_owner(record.event),
            "personal": personal,
        }
        for record in records
        if record.event.session_id is None
        for term, personal in _numbers(key, record)
    ]
    if rows:
        await connection.execute(insert(audit_record_terms), rows)


def _numbers(key: bytes, record: SealedEvent) -> list[tuple[int, bool]]:
    terms: Iterable[Term] = terms_of(record.event)
    return [(term_number(key, term.field, term.word), term.personal) for term in terms]


async def _take_moments(connection: AsyncConnection, records: list[SealedEvent]) -> None:
    """Note the earliest and the latest moment of each bucket."""
    moments: dict[int, list[str]] = defaultdict(list)
    for record in records:
        moments[record.sequence // BUCKET].append(canonical_time(record.event.recorded_at))
    known = select(audit_buckets).where(audit_buckets.c.bucket.in_(moments))
    for row in await connection.execute(known):
        told = [*moments.pop(row.bucket), row.first_at, row.last_at]
        change = update(audit_buckets).where(audit_buckets.c.bucket == row.bucket)
        await connection.execute(change.values(first_at=min(told), last_at=max(told)))
    if moments:
        rows = [
            {"bucket": bucket, "first_at": min(told), "last_at": max(told)}
            for bucket, told in moments.items()
        ]
        await connection.execute(insert(audit_buckets), rows)
