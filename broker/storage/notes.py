"""Notes of sessions on SQLAlchemy: implements `broker.ports.NoteStore`."""

from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import func, insert, select

from broker.audit.event import AuditEvent
from broker.audit.kept import NOTE, bound_to
from broker.audit.terms import words_of
from broker.errors import Conflict
from broker.ports import Note
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.kept import note_fields
from broker.storage.schema import session_notes

_FIELDS: Final = tuple(field.name for field in fields(Note))
_EVERY: Final = select(*(session_notes.c[name] for name in _FIELDS))


class SqlNoteStore:
    """Notes in one table, which only grows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_session(self, session_id: str) -> tuple[Note, ...]:
        """Give a session's notes, the oldest first."""
        query = _EVERY.where(session_notes.c.session_id == session_id).order_by(
            session_notes.c.written_at, session_notes.c.note_id
        )
        async with self._database.read() as connection:
            return tuple(Note(**row._mapping) for row in await connection.execute(query))

    async def add(self, note: Note, most: int, event: AuditEvent) -> None:
        """Store a note. Conflict when the session has `most` already."""
        count = (
            select(func.count())
            .select_from(session_notes)
            .where(session_notes.c.session_id == note.session_id)
        )
        async with self._database.write() as connection:
            if (await connection.scalar(count) or 0) >= most:
                raise Conflict(f"This session has {most} notes already.")
            sealed = await record(connection, bound_to(NOTE, note_fields(asdict(note)), event))
            found_by = {"sequence": sealed.sequence, "words": " ".join(words_of(note.text))}
            await connection.execute(insert(session_notes).values(asdict(note) | found_by))
