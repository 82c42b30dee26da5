"""What goes with the personal part of records when an owner is erased: terms and notes."""

from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.storage.schema import session_notes
from broker.storage.search_tables import audit_record_terms, audit_session_terms

_REWRITE: Final = "INSERT INTO note_search (note_search) VALUES ('optimize')"
"""FTS5 keeps the words of deleted rows until it writes its parts anew (sqlite.org/fts5.html, 6)."""


async def erase_around(connection: AsyncConnection, owner: str) -> None:
    """Delete what an owner is found by, and the notes when it is a session."""
    for table, whose in (
        (audit_session_terms, audit_session_terms.c.session_id),
        (audit_record_terms, audit_record_terms.c.owner),
    ):
        await connection.execute(delete(table).where(whose == owner, table.c.personal))
    notes = delete(session_notes).where(session_notes.c.session_id == owner)
    if (await connection.execute(notes)).rowcount and connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(_REWRITE)
