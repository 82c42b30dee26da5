"""Legal holds, and what time has come for: implements `broker.retention_ports.RetentionStore`."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import MONTH, PERSONAL_ERASED, AuditEvent
from broker.errors import NotFound
from broker.protocol.vocabulary import SessionState
from broker.retention_ports import Hold, RecordClass
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.erasure import (
    check_may_be_erased,
    delete_report,
    erase_around,
    erase_notes,
    erase_transcript,
)
from broker.storage.personal import forget
from broker.storage.schema import (
    personal_keys,
    reports,
    session_holds,
    session_notes,
    sessions,
    transcripts,
)

HELD_ALREADY: Final = "This session is held already."

_HAS: Final[dict[RecordClass, Any]] = {
    RecordClass.TRANSCRIPTS: transcripts.c.session_id,
    RecordClass.NOTES: session_notes.c.session_id,
    RecordClass.REPORTS: reports.c.session_id,
    RecordClass.PERSONAL: personal_keys.c.owner,
    RecordClass.SESSIONS: sessions.c.session_id,
}


class SqlRetention:
    """Holds in one table; what is due is found by when sessions ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, hold: Hold, event: AuditEvent) -> None:
        """Hold a session. NotFound when there is none, Conflict when it is held."""
        known = select(sessions.c.session_id).where(sessions.c.session_id == hold.session_id)
        async with self._database.write(HELD_ALREADY) as connection:
            if await connection.scalar(known) is None:
                raise NotFound
            await connection.execute(
                insert(session_holds).values(
                    session_id=hold.session_id,
                    held_at=hold.held_at,
                    held_by=hold.held_by,
                    reason=hold.reason,
                )
            )
            await record(connection, event)

    async def release(self, session_id: str, event: AuditEvent) -> None:
        """Hold it no more. NotFound when it is not held."""
        mine = session_holds.c.session_id == session_id
        async with self._database.write() as connection:
            if not (await connection.execute(delete(session_holds).where(mine))).rowcount:
                raise NotFound("This session is not held.")
            await record(connection, event)

    async def held(self, session_id: str) -> Hold | None:
        """Give the hold of a session, or None."""
        query = select(session_holds).where(session_holds.c.session_id == session_id)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Hold(**row._mapping)

    async def due(self, kind: RecordClass, before: datetime, limit: int) -> tuple[str, ...]:
        """Give sessions that ended before this moment, are not held, and have such a thing.

        Of what is said of people, also the months that were over before the moment's own began.
        """
        query = select(sessions.c.session_id).where(*_due(kind, before))
        query = query.order_by(sessions.c.ended_at, sessions.c.session_id).limit(limit)
        months = select(personal_keys.c.owner).where(*_months(before)).limit(limit)
        async with self._database.read() as connection:
            found = list(await connection.scalars(query))
            if kind is RecordClass.PERSONAL:
                found += await connection.scalars(months)
            return tuple(found[:limit])

    async def count_due(self, kind: RecordClass, before: datetime) -> int:
        """Count them."""
        query = select(func.count()).select_from(sessions).where(*_due(kind, before))
        months = select(func.count()).select_from(personal_keys).where(*_months(before))
        async with self._database.read() as connection:
            count = await connection.scalar(query) or 0
            if kind is RecordClass.PERSONAL:
                count += await connection.scalar(months) or 0
            return count

    async def drop(self, kind: RecordClass, session_id: str, event: AuditEvent) -> None:
        """Delete or erase it, on record. Conflict when it is held, or the session lives."""
        async with self._database.write() as connection:
            await check_may_be_erased(connection, session_id)
            await _drop(connection, kind, session_id, event)
            await record(connection, event)


async def _drop(
    connection: AsyncConnection, kind: RecordClass, session_id: str, event: AuditEvent
) -> None:
    match kind:
        case RecordClass.TRANSCRIPTS:
            await erase_transcript(connection, session_id)
        case RecordClass.NOTES:
            await erase_notes(connection, session_id)
        case RecordClass.REPORTS:
            await delete_report(connection, session_id)
        case RecordClass.PERSONAL:
            await forget(connection, session_id)
            await erase_around(connection, session_id)
        case RecordClass.SESSIONS:
            if await forget(connection, session_id):
                await record(connection, _erasure(session_id, event))
            await erase_around(connection, session_id)
            await delete_report(connection, session_id)
            mine = sessions.c.session_id == session_id
            await connection.execute(delete(sessions).where(mine))


def _erasure(session_id: str, because_of: AuditEvent) -> AuditEvent:
    """The chain wants a record for each key that goes."""
    details = {"erased_owner": session_id}
    return AuditEvent(
        because_of.recorded_at, PERSONAL_ERASED, because_of.actor, details=dict(details)
    )


def _months(before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Owners of what belongs to no session and no account, as `personal_owner` names them."""
    owner = personal_keys.c.owner
    return owner.startswith(MONTH, autoescape=True), owner < f"{MONTH}{before:%Y-%m}"


def _due(kind: RecordClass, before: datetime) -> tuple[ColumnElement[bool], ...]:
    held: Select[Any] = select(session_holds.c.session_id)
    has: ColumnElement[bool] = sessions.c.session_id.in_(select(_HAS[kind]))
    return (
        sessions.c.state == SessionState.ENDED,
        sessions.c.ended_at < before,
        sessions.c.session_id.not_in(held),
        has,
    )
