"""Reported sessions on SQLAlchemy: implements `broker.ports.ReportStore`."""

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import AuditEvent
from broker.protocol.reports import MAX_SAID
from broker.report_ports import Report, Said
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import report_said, reports

_SAID: Final = tuple(report_said.c[field.name] for field in fields(Said))
_FACTS: Final = tuple(field.name for field in fields(Report) if field.name != "said")
_EVERY: Final = select(*(reports.c[name] for name in _FACTS))


class SqlReportStore:
    """Reports in one table, one a session, and what was said in another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file(self, report: Report, said: Said, event: AuditEvent) -> bool:
        """Store a report, or add to the one there is. False: it told nothing new."""
        this = reports.c.session_id == report.session_id
        async with self._database.write() as connection:
            known = await _read(connection, _EVERY.where(this))
            before = known[0].said if known else ()
            unseen = bool(known) and known[0].seen_at is None
            if _full(before, said) or (unseen and _told(before, said)):
                return False
            if known:
                change = update(reports).where(this).values(seen_at=None, seen_by=None)
                await connection.execute(change)
            else:
                facts = {name: getattr(report, name) for name in _FACTS}
                await connection.execute(insert(reports).values(facts))
            key = {"session_id": report.session_id, "number": len(before) + 1}
            await connection.execute(insert(report_said).values(key | asdict(said)))
            await record(connection, event)
            return True

    async def get(self, session_id: str) -> Report | None:
        """Give the report of a session, or None."""
        async with self._database.read() as connection:
            found = await _read(connection, _EVERY.where(reports.c.session_id == session_id))
        return found[0] if found else None

    async def newest(self, limit: int) -> tuple[Report, ...]:
        """Give the last reports, those that nobody has seen first, then the newest."""
        query = _EVERY.order_by(reports.c.seen_at.isnot(None), reports.c.reported_at.desc())
        async with self._database.read() as connection:
            return await _read(connection, query.limit(limit))

    async def unseen(self) -> int:
        """Count those that nobody has seen."""
        query = select(func.count()).select_from(reports).where(reports.c.seen_at.is_(None))
        async with self._database.read() as connection:
            return await connection.scalar(query) or 0

    async def see(self, session_id: str, by: str, now: datetime, event: AuditEvent) -> None:
        """Note that somebody has seen a report; nothing when somebody had, or there is none."""
        unseen = (reports.c.session_id == session_id, reports.c.seen_at.is_(None))
        change = update(reports).where(*unseen).values(seen_at=now, seen_by=by)
        async with self._database.write() as connection:
            if (await connection.execute(change)).rowcount:
                await record(connection, event)


def _full(before: tuple[Said, ...], said: Said) -> bool:
    return sum(one.place is said.place for one in before) >= MAX_SAID


def _told(before: tuple[Said, ...], said: Said) -> bool:
    new = said.place, said.note, said.breach
    return any((one.place, one.note, one.breach) == new for one in before)


async def _read(
    connection: AsyncConnection, query: Select[*tuple[object, ...]]
) -> tuple[Report, ...]:
    """Give these reports with all that was said."""
    found = [Report(**row._mapping) for row in await connection.execute(query)]
    said: dict[str, list[Said]] = {report.session_id: [] for report in found}
    every = select(report_said.c.session_id, *_SAID).where(report_said.c.session_id.in_(said))
    for session_id, *one in await connection.execute(every.order_by(report_said.c.number)):
        said[session_id].append(Said(*one))
    return tuple(replace(report, said=tuple(said[report.session_id])) for report in found)
