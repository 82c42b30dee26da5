"""Reported sessions on SQLAlchemy: implements `broker.ports.ReportStore`."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import func, insert, select, update

from broker.audit.event import AuditEvent
from broker.ports import Report
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import reports

_EVERY: Final = select(*(reports.c[field.name] for field in fields(Report)))


class SqlReportStore:
    """Reports in one table, one a session."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def file(self, report: Report, event: AuditEvent) -> bool:
        """Store a report, or add its note to the one there is. False: it told nothing new."""
        this = reports.c.session_id == report.session_id
        async with self._database.write() as connection:
            known = (await connection.execute(select(reports.c.note).where(this))).one_or_none()
            if known is None:
                await connection.execute(insert(reports).values(asdict(report)))
            elif known.note is None and report.note is not None:
                await connection.execute(update(reports).where(this).values(note=report.note))
            else:
                return False
            await record(connection, event)
            return True

    async def get(self, session_id: str) -> Report | None:
        """Give the report of a session, or None."""
        async with self._database.read() as connection:
            found = await connection.execute(_EVERY.where(reports.c.session_id == session_id))
            row = found.one_or_none()
        return None if row is None else Report(**row._mapping)

    async def newest(self, limit: int) -> tuple[Report, ...]:
        """Give the last reports, those that nobody has seen first, then the newest."""
        query = _EVERY.order_by(reports.c.seen_at.isnot(None), reports.c.reported_at.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(query.limit(limit))
            return tuple(Report(**row._mapping) for row in rows)

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
