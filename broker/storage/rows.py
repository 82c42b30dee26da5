"""Rows of sessions, reports and ratings with the records that they follow from.

They are what `broker.session.row_check` compares. Somebody may have written nonsense into a column,
so values are read as they lie there.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.chain import SealedEvent
from broker.session.records import CREATED
from broker.session.retold import ACTIONS, Facts, Rows
from broker.session.retold_company import as_recorded
from broker.storage.audit_log import BATCH, RECORDS, sealed_from
from broker.storage.columns import as_it_lies, moment_text, read_participants
from broker.storage.database import Database
from broker.storage.measure_tables import session_ratings
from broker.storage.schema import audit_events, report_said, reports, sessions

AT_ONCE: Final = 100
"""Sessions that are held in memory with their records."""

_READ: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("requested", "granted", "group_ids"), lambda text: tuple(json.loads(text))),
    "participants": lambda text: as_recorded(read_participants(text)),
}
_NAMES: Final[dict[Table, tuple[str, ...]]] = {
    sessions: (
        "ticket_id",
        "technician_id",
        "technician_name",
        "machine",
        "requested",
        "granted",
        "participants",
        "group_ids",
        "state",
        "consent_source",
        "created_at",
        "joined_at",
        "consented_at",
        "connected_at",
        "ended_at",
        "end_reason",
    ),
    reports: (
        "ticket_id",
        "technician_id",
        "technician_name",
        "machine",
        "reported_at",
        "seen_at",
        "seen_by",
    ),
    report_said: ("place", "source_address", "note", "said_at", "breach"),
    session_ratings: ("steps", "rated_at"),
}
"""What of each table is compared."""


class SqlRows:
    """What the tables say, beside what the log says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_records(self) -> AsyncIterator[tuple[Rows, tuple[SealedEvent, ...]]]:
        """Give every session, in the order of ids, as it and its records are at one moment."""
        last = ""
        while True:
            async with self._database.snapshot() as connection:
                batch = await _batch(connection, last)
            for rows, records in batch:
                yield rows, records
            if not batch:
                return
            last = batch[-1][0].session_id

    async def created_without_row(self) -> AsyncIterator[SealedEvent]:
        """Give the record of creation of each session that has no row (any more)."""
        last = 0
        query = RECORDS.where(
            audit_events.c.action == CREATED,
            audit_events.c.session_id.not_in(select(sessions.c.session_id)),
        ).order_by(audit_events.c.sequence)
        while True:
            page = query.where(audit_events.c.sequence > last).limit(BATCH)
            async with self._database.read() as connection:
                found = [sealed_from(row) for row in await connection.execute(page)]
            for created in found:
                yield created
            if not found:
                return
            last = found[-1].sequence


async def _batch(
    connection: AsyncConnection, after: str
) -> list[tuple[Rows, tuple[SealedEvent, ...]]]:
    query = _of(sessions).where(sessions.c.session_id > after).order_by(sessions.c.session_id)
    found = {row.session_id: _facts(row) for row in await connection.execute(query.limit(AT_ONCE))}
    report = await _grouped(connection, reports, found)
    said = await _grouped(connection, report_said, found)
    rated = await _grouped(connection, session_ratings, found)
    told: dict[str, list[SealedEvent]] = defaultdict(list)
    records = RECORDS.where(
        audit_events.c.session_id.in_(found), audit_events.c.action.in_(ACTIONS)
    ).order_by(audit_events.c.sequence)
    for row in await connection.execute(records):
        told[row.session_id].append(sealed_from(row))
    return [
        (
            Rows(one, facts, _only(report[one]), tuple(said[one]), _only(rated[one])),
            tuple(told[one]),
        )
        for one, facts in found.items()
    ]


async def _grouped(
    connection: AsyncConnection, table: Table, of: dict[str, Facts]
) -> dict[str, list[Facts]]:
    grouped: dict[str, list[Facts]] = defaultdict(list)
    query = _of(table).where(table.c.session_id.in_(of)).order_by(*table.primary_key.columns)
    for row in await connection.execute(query):
        grouped[row.session_id].append(_facts(row))
    return grouped


def _of(table: Table) -> Select[Any]:
    return select(table.c.session_id, *(as_it_lies(table.c[one], one) for one in _NAMES[table]))


def _only(found: list[Facts]) -> Facts | None:
    return found[0] if found else None


def _facts(row: Row[Any]) -> Facts:
    return {name: _fact(name, value) for name, value in row._mapping.items()}


def _fact(name: str, value: Any) -> Any:
    """Write a value as evidence has it; nonsense as it is."""
    if name.endswith("_at"):
        return moment_text(value)
    read = _READ.get(name)
    try:
        return value if read is None else read(value)
    except (ValueError, TypeError):
        return value
