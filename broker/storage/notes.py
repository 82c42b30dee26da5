"""Notes of sessions on SQLAlchemy: implements `broker.ports.NoteStore`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, type_coerce
from sqlalchemy.types import NullType

from broker.audit.chain import SealedEvent
from broker.audit.event import AuditEvent, canonical_time
from broker.audit.notes import NOTE_ADDED, NOTE_HASH, hash_note
from broker.audit.terms import words_of
from broker.errors import Conflict
from broker.ports import Note
from broker.storage.audit_log import BATCH, RECORDS, record, sealed_from
from broker.storage.database import Database
from broker.storage.schema import audit_events, session_notes

_FIELDS: Final = tuple(field.name for field in fields(Note))
_EVERY: Final = select(*(session_notes.c[name] for name in _FIELDS))
_TOLD: Final = (
    RECORDS.add_columns(
        *(type_coerce(session_notes.c[name], NullType()).label(f"note_{name}") for name in _FIELDS)
    )
    .outerjoin(session_notes, session_notes.c.sequence == audit_events.c.sequence)
    .where(audit_events.c.action == NOTE_ADDED)
    .order_by(audit_events.c.sequence, session_notes.c.note_id)
    .limit(BATCH)
)
"""Every record of a note with the note, in which somebody may have written nonsense."""


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
            details = {**event.details, NOTE_HASH: hash_note(_hashed(asdict(note)))}
            sealed = await record(connection, replace(event, details=details))
            found_by = {"sequence": sealed.sequence, "words": " ".join(words_of(note.text))}
            await connection.execute(insert(session_notes).values(asdict(note) | found_by))

    async def with_records(self) -> AsyncIterator[tuple[SealedEvent, Mapping[str, str] | None]]:
        """Give every record that tells of a note, in order, with what is hashed of the note."""
        last = 0
        while True:
            async with self._database.read() as connection:
                query = _TOLD.where(audit_events.c.sequence > last)
                rows = (await connection.execute(query)).all()
            for row in rows:
                note = {name: row._mapping[f"note_{name}"] for name in _FIELDS}
                yield sealed_from(row), None if note["note_id"] is None else _hashed(note)
            if not rows:
                return
            last = rows[-1].sequence

    async def without_record(self) -> tuple[str, ...]:
        """Give the ids of notes that no record tells of, or whose record tells of another, too."""
        other = session_notes.alias()
        told = select(audit_events.c.sequence).where(
            audit_events.c.sequence == session_notes.c.sequence,
            audit_events.c.action == NOTE_ADDED,
        )
        twice = select(other.c.note_id).where(
            other.c.sequence == session_notes.c.sequence,
            other.c.note_id < session_notes.c.note_id,
        )
        query = select(session_notes.c.note_id).where(or_(~told.exists(), twice.exists()))
        async with self._database.read() as connection:
            return tuple(await connection.scalars(query.order_by(session_notes.c.note_id)))


def _hashed(note: Mapping[str, Any]) -> dict[str, str]:
    """Give what is hashed of a note; its time as it is when it is none."""
    moment = note["written_at"]
    try:
        if isinstance(moment, str):
            moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
        return {**note, "written_at": canonical_time(moment)}
    except (ValueError, AttributeError):
        return dict(note)
