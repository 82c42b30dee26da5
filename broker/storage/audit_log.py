"""The append-only log on SQLAlchemy: implements `broker.ports.AuditLog`.

`record` seals an event inside the caller's transaction, so that a state and its record are stored
together or not at all.
"""

import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.chain import GENESIS_HASH, SALT_BYTES, SealedEvent, seal
from broker.audit.event import (
    BROKER,
    AuditEvent,
    event_from_public_fields,
    personal_owner,
    public_fields,
    with_personal_part,
)
from broker.errors import InvalidRequest, NotFound
from broker.session.records import CREATED
from broker.storage.database import Database, note_record
from broker.storage.erasure import check_may_be_erased, erase_around
from broker.storage.personal import KEY, decrypt, encrypt, forget
from broker.storage.schema import audit_events, audit_probe, personal_keys, sessions

BATCH: Final = 500
"""How many records are held in memory while the whole log is read."""

PROBE_BYTES: Final = 8192
"""What is written to find out whether anything can be."""

_LAST: Final = (
    select(audit_events.c.sequence, audit_events.c.hash)
    .order_by(audit_events.c.sequence.desc())
    .limit(1)
)
_PROBE_ACTION: Final = "audit.probe"
OWNER: Final = func.coalesce(
    audit_events.c.session_id,
    audit_events.c.actor_id,
    "month_" + func.substr(audit_events.c.recorded_at, 1, 7),
)
"""As `broker.audit.event.personal_owner` has it."""

RECORDS: Final = select(audit_events, KEY).select_from(
    audit_events.outerjoin(
        personal_keys, and_(audit_events.c.personal.is_not(None), personal_keys.c.owner == OWNER)
    )
)
"""Every record with its owner's key: what `sealed_from` reads."""


async def record(connection: AsyncConnection, event: AuditEvent) -> SealedEvent:
    """Seal `event` and store it in a transaction of `Database.write`."""
    last = (await connection.execute(_LAST)).one_or_none()
    sequence, previous_hash = (0, GENESIS_HASH) if last is None else (last.sequence, last.hash)
    sealed = seal(event, sequence + 1, previous_hash, secrets.token_bytes(SALT_BYTES))
    personal = await encrypt(connection, sealed)
    await connection.execute(insert(audit_events).values(row_of(sealed, personal)))
    note_record(connection)
    return sealed


class SqlAuditLog:
    """The audit log in a table whose triggers refuse every change but an append."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, event: AuditEvent) -> None:
        """Seal and store an event that changes nothing else."""
        async with self._database.write() as connection:
            await record(connection, event)

    async def erase_personal(self, event: AuditEvent) -> None:
        """Erase what records say of people, of the owner that `event` names as `erased_owner`."""
        owner = str(event.details["erased_owner"])
        if owner == personal_owner(event):
            raise InvalidRequest("This month is not over: its records can be erased when it is.")
        async with self._database.write() as connection:
            await check_may_be_erased(connection, owner)
            if not await forget(connection, owner):
                raise NotFound
            await erase_around(connection, owner)
            await record(connection, event)

    async def of_session(
        self, session_id: str, after: int, limit: int, without: frozenset[str] = frozenset()
    ) -> tuple[SealedEvent, ...]:
        """Give a session's events with a sequence above `after`, oldest first.

        Those of the actions `without` are left out.
        """
        mine = (
            audit_events.c.session_id == session_id,
            audit_events.c.sequence > after,
            audit_events.c.action.not_in(without),
        )
        return await self._read(_in_order(*mine).limit(limit))

    async def newest(
        self, *, ticket_id: str | None = None, session_id: str | None = None, limit: int
    ) -> tuple[SealedEvent, ...]:
        """Give the last events, of a ticket or session when one is named, oldest first."""
        query = RECORDS.order_by(audit_events.c.sequence.desc()).limit(limit)
        if ticket_id is not None:
            query = query.where(audit_events.c.ticket_id == ticket_id)
        if session_id is not None:
            query = query.where(audit_events.c.session_id == session_id)
        return tuple(reversed(await self._read(query)))

    async def everything(self) -> AsyncIterator[SealedEvent]:
        """Give the whole log in order, a batch at a time and without a long transaction."""
        query, batch = _in_order().limit(BATCH), await self._read(_in_order().limit(BATCH))
        while batch:
            for sealed in batch:
                yield sealed
            batch = await self._read(query.where(audit_events.c.sequence > batch[-1].sequence))

    async def sessions_without_creation(self) -> tuple[str, ...]:
        """Give the ids of stored sessions whose `session.created` is not in the log."""
        created = select(audit_events.c.sequence).where(
            audit_events.c.session_id == sessions.c.session_id,
            audit_events.c.action == CREATED,
        )
        query = select(sessions.c.session_id).where(~created.exists())
        async with self._database.read() as connection:
            return tuple(await connection.scalars(query.order_by(sessions.c.created_at)))

    async def check_writable(self) -> None:
        """Raise AuditUnavailable when an event could not be stored now.

        It stores one and takes it back, so nothing of it stays; and since a full disk is met only
        when something is to stay, it writes as much as a large event beside the log.
        """
        async with self._database.write() as connection:
            await record(connection, AuditEvent(datetime.now(UTC), _PROBE_ACTION, BROKER))
            await connection.rollback()
        filler = {"probe": 1, "filler": secrets.token_bytes(PROBE_BYTES)}
        async with self._database.write() as connection:
            await connection.execute(delete(audit_probe))
            await connection.execute(insert(audit_probe).values(filler))

    async def _read(self, query: Select[*tuple[Any, ...]]) -> tuple[SealedEvent, ...]:
        async with self._database.read() as connection:
            return tuple(map(sealed_from, await connection.execute(query)))


def _in_order(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return RECORDS.where(*conditions).order_by(audit_events.c.sequence)


def row_of(sealed: SealedEvent, personal: bytes | None) -> dict[str, Any]:
    """Give a record as the table has it; `personal` is what was encrypted of it."""
    fields = public_fields(sealed.event, sealed.sequence)
    return {
        **fields,
        "details": json.dumps(fields["details"], sort_keys=True, separators=(",", ":")),
        "personal_hash": sealed.personal_hash,
        "personal": personal,
        "previous_hash": sealed.previous_hash,
        "hash": sealed.hash,
    }


def sealed_from(row: Row[*tuple[Any, ...]]) -> SealedEvent:
    """Read a record; one that was tampered with into nonsense is still read, and fits no hash."""
    event, salt = event_from(row._asdict(), row.key)
    return SealedEvent(row.sequence, event, row.previous_hash, row.hash, row.personal_hash, salt)


def event_from(row: dict[str, Any], key: bytes | None) -> tuple[AuditEvent, bytes | None]:
    """Read what a row says, and the salt of its personal part, with its owner's key."""
    salt = None
    try:
        personal, salt = decrypt(row["personal"], key, row["sequence"])
        fields = row | {"details": _parsed(row["details"])}
        return with_personal_part(event_from_public_fields(fields), personal), salt
    except (ValueError, TypeError):
        return AuditEvent(datetime.min.replace(tzinfo=UTC), "unreadable", BROKER), salt


def _parsed(details: Any) -> Any:
    """Parse the text that is hashed; bytes that would say the same are none of ours."""
    if not isinstance(details, str):
        raise TypeError("a column holds something that is no text")
    return json.loads(details)
