"""Notes and kept chats with the records that tell of them, as `broker.audit.kept` checks them.

Somebody may have written nonsense into a column, so values are read as they lie there.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Table, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.chain import SealedEvent
from broker.audit.kept import CHAT, NOTE, Kind
from broker.ports import Note
from broker.protocol.transcripts import TranscriptLine
from broker.storage.audit_log import BATCH, RECORDS, sealed_from
from broker.storage.columns import as_it_lies, moment_text
from broker.storage.database import Database
from broker.storage.schema import audit_events, session_notes, transcript_lines, transcripts

Fields = dict[str, Any]

_TABLES: Final[dict[Kind, Table]] = {NOTE: session_notes, CHAT: transcripts}
_COLUMNS: Final[dict[Kind, tuple[str, ...]]] = {
    NOTE: tuple(field.name for field in fields(Note)),
    CHAT: ("session_id", "kept_at", "line_count", "salt"),
}
"""What is hashed of each, its id first."""
_LINE: Final = tuple(TranscriptLine.model_fields)
_LINES: Final = select(*(as_it_lies(transcript_lines.c[name], name) for name in _LINE)).order_by(
    transcript_lines.c.sequence
)


def note_fields(note: Mapping[str, Any]) -> Fields:
    """Give what is hashed of a note."""
    return {**note, "written_at": moment_text(note["written_at"])}


def chat_fields(head: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Fields:
    """Give what is hashed of a kept chat: all of it."""
    told = [{**line, "sent_at": moment_text(line["sent_at"])} for line in lines]
    return {**head, "kept_at": moment_text(head["kept_at"]), "lines": told}


class SqlKept:
    """What is kept beside the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_records(self, kind: Kind) -> AsyncIterator[tuple[SealedEvent, Fields | None]]:
        """Give every record that tells of such a thing, in order, with what is hashed of it."""
        last = 0
        query = RECORDS.where(audit_events.c.action == kind.action)
        query = query.order_by(audit_events.c.sequence).limit(BATCH)
        while True:
            async with self._database.snapshot() as connection:
                rows = (await connection.execute(query.where(audit_events.c.sequence > last))).all()
                heads = await _heads(connection, kind, last, rows[-1].sequence if rows else last)
                for row in rows:
                    head = heads.get(row.sequence)
                    yield sealed_from(row), head and await _whole(connection, kind, head)
            if not rows:
                return
            last = rows[-1].sequence

    async def of_record(self, kind: Kind, sequence: int) -> Fields | None:
        """Give what is hashed of the thing that a record tells of; None when it is gone."""
        async with self._database.snapshot() as connection:
            head = (await _heads(connection, kind, sequence - 1, sequence)).get(sequence)
            return head and await _whole(connection, kind, head)

    async def without_record(self, kind: Kind) -> tuple[str, ...]:
        """Give the ids of things that no record tells of, or whose record tells of another, too."""
        table, other = _TABLES[kind], _TABLES[kind].alias()
        name = _COLUMNS[kind][0]
        told = exists().where(
            audit_events.c.sequence == table.c.sequence, audit_events.c.action == kind.action
        )
        twice = exists().where(other.c.sequence == table.c.sequence, other.c[name] < table.c[name])
        query = select(table.c[name]).where(or_(~told, twice)).order_by(table.c[name])
        async with self._database.read() as connection:
            return tuple(await connection.scalars(query))


async def _heads(
    connection: AsyncConnection, kind: Kind, after: int, until: int
) -> dict[int, Fields]:
    """Give the things of these records; of two that name one record, the one with the first id."""
    table = _TABLES[kind]
    columns = [as_it_lies(table.c[name], name) for name in _COLUMNS[kind]]
    query = select(table.c.sequence, *columns).order_by(table.c[_COLUMNS[kind][0]].desc())
    query = query.where(table.c.sequence > after, table.c.sequence <= until)
    found = await connection.execute(query)
    return {row.sequence: {name: row._mapping[name] for name in _COLUMNS[kind]} for row in found}


async def _whole(connection: AsyncConnection, kind: Kind, head: Fields) -> Fields:
    if kind is NOTE:
        return note_fields(head)
    mine = transcript_lines.c.session_id == head["session_id"]
    rows = await connection.execute(_LINES.where(mine))
    return chat_fields(head, [dict(row._mapping) for row in rows])
