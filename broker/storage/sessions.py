"""Sessions as they are now, on SQLAlchemy: implements `broker.ports.SessionStore`."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, insert, literal, select, tuple_, update

from broker.audit.event import AuditEvent
from broker.errors import Conflict, InvalidRequest
from broker.ports import SessionFilter, SessionPage
from broker.protocol.vocabulary import SessionState
from broker.session.facts import Session
from broker.storage import cursors
from broker.storage.audit_log import record
from broker.storage.columns import UtcDateTime
from broker.storage.database import Database
from broker.storage.schema import sessions

_FIELDS: Final = tuple(field.name for field in fields(Session))
_EVERY: Final = select(*(sessions.c[name] for name in _FIELDS))


class SqlSessionStore:
    """Sessions in a table whose triggers refuse what `lifecycle.TRANSITIONS` refuses."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, session: Session, event: AuditEvent) -> None:
        """Store a new session. Conflict when its id or live code exists already."""
        async with self._database.write() as connection:
            await connection.execute(insert(sessions).values(_values(session)))
            await record(connection, event)

    async def save(self, before: Session, after: Session, event: AuditEvent) -> None:
        """Store a change. Conflict when somebody else changed `before` meanwhile."""
        unchanged = (
            sessions.c.session_id == before.session_id,
            sessions.c.version == before.version,
        )
        async with self._database.write() as connection:
            change = update(sessions).where(*unchanged).values(_values(after))
            if (await connection.execute(change)).rowcount != 1:
                raise Conflict
            await record(connection, event)

    async def get(self, session_id: str) -> Session | None:
        """Give a session, or None; what is no id at all is None too, whatever is in it."""
        if not cursors.SESSION_ID.fullmatch(session_id):
            return None
        return await self._one(sessions.c.session_id == session_id)

    async def by_code(self, code_hash: str) -> Session | None:
        """Give the session whose live code has this HMAC, or None."""
        return await self._one(sessions.c.code_hash == code_hash)

    async def active(self) -> tuple[Session, ...]:
        """Give every session that has not ended, oldest first."""
        alive = _EVERY.where(sessions.c.state != SessionState.ENDED)
        return await self._all(alive.order_by(sessions.c.created_at, sessions.c.session_id))

    async def page(self, where: SessionFilter, cursor: str | None, limit: int) -> SessionPage:
        """Give a page, newest first. InvalidRequest when the cursor is not one of ours."""
        conditions = _conditions(where)
        if cursor is not None:
            conditions.append(_older_than(*cursors.decode(cursor)))
        newest_first = (sessions.c.created_at.desc(), sessions.c.session_id.desc())
        query = _EVERY.where(*conditions).order_by(*newest_first).limit(limit + 1)
        found = await self._all(query)
        page = found[:limit]
        more = len(found) > limit
        return SessionPage(
            page, cursors.encode(page[-1].created_at, page[-1].session_id) if more else None
        )

    async def _one(self, condition: ColumnElement[bool]) -> Session | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_EVERY.where(condition))).one_or_none()
        return None if row is None else _session(row)

    async def _all(self, query: Select[*tuple[Any, ...]]) -> tuple[Session, ...]:
        async with self._database.read() as connection:
            return tuple(map(_session, await connection.execute(query)))


def _values(session: Session) -> dict[str, Any]:
    return {name: getattr(session, name) for name in _FIELDS}


def _session(row: Row[*tuple[Any, ...]]) -> Session:
    return Session(**row._mapping)


def _conditions(where: SessionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if where.ticket_id is not None:
        conditions.append(sessions.c.ticket_id == where.ticket_id)
    if where.state is not None:
        conditions.append(sessions.c.state == where.state)
    if where.technician_id is not None:
        conditions.append(sessions.c.technician_id == where.technician_id)
    if where.created_from is not None:
        conditions.append(sessions.c.created_at >= _utc(where.created_from))
    if where.created_to is not None:
        conditions.append(sessions.c.created_at < _utc(where.created_to))
    return conditions


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InvalidRequest("A time needs a zone, as in 2026-11-23T09:00:00Z.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidRequest("This time is out of range.") from error


def _older_than(created_at: datetime, session_id: str) -> ColumnElement[bool]:
    place = tuple_(literal(created_at, UtcDateTime()), literal(session_id))
    return tuple_(sessions.c.created_at, sessions.c.session_id) < place
