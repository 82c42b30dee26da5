"""What goes with the personal part of records when an owner is erased.

Terms it is found by, notes, what was kept of its chat, and the names and addresses in the tables of
sessions and reports. The sessions themselves stay.
"""

from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import ERASED
from broker.errors import Conflict
from broker.protocol.vocabulary import SessionState
from broker.storage.schema import (
    report_said,
    reports,
    saved_filters,
    session_holds,
    session_notes,
    sessions,
    transcript_lines,
    transcripts,
)
from broker.storage.search_tables import audit_record_terms, audit_session_terms

_REWRITE: Final = "INSERT INTO note_search (note_search) VALUES ('optimize')"
"""FTS5 keeps the words of deleted rows until it writes its parts anew (sqlite.org/fts5.html, 6)."""

HELD: Final = "This session is under a legal hold: nothing of it may be erased."
LIVES: Final = "This session is not over yet."


async def check_not_held(connection: AsyncConnection, session_id: str) -> None:
    """Raise Conflict when a session is under a legal hold."""
    held = select(session_holds.c.session_id).where(session_holds.c.session_id == session_id)
    if await connection.scalar(held) is not None:
        raise Conflict(HELD)


async def check_may_be_erased(connection: AsyncConnection, session_id: str) -> None:
    """Raise Conflict when a session is held, or lives."""
    await check_not_held(connection, session_id)
    state = await connection.scalar(
        select(sessions.c.state).where(sessions.c.session_id == session_id)
    )
    if state not in (None, SessionState.ENDED):
        raise Conflict(LIVES)


async def erase_around(connection: AsyncConnection, owner: str) -> None:
    """Delete what an owner is found by, and what else is kept of people when it is a session."""
    for table, whose in (
        (audit_session_terms, audit_session_terms.c.session_id),
        (audit_record_terms, audit_record_terms.c.owner),
    ):
        await connection.execute(delete(table).where(whose == owner, table.c.personal))
    await erase_notes(connection, owner)
    await erase_transcript(connection, owner)
    await _erase_report(connection, owner)
    await connection.execute(delete(saved_filters).where(saved_filters.c.account_id == owner))
    forgotten = {"machine": None, "technician_name": ERASED, "version": sessions.c.version + 1}
    await connection.execute(
        update(sessions).where(sessions.c.session_id == owner).values(forgotten)
    )


async def erase_notes(connection: AsyncConnection, session_id: str) -> None:
    """Delete a session's notes, and their words from the index."""
    notes = delete(session_notes).where(session_notes.c.session_id == session_id)
    if (await connection.execute(notes)).rowcount and connection.dialect.name == "sqlite":
        await connection.exec_driver_sql(_REWRITE)


async def erase_transcript(connection: AsyncConnection, session_id: str) -> None:
    """Delete what is kept of a session's chat."""
    for table in (transcript_lines, transcripts):
        await connection.execute(delete(table).where(table.c.session_id == session_id))


async def delete_report(connection: AsyncConnection, session_id: str) -> None:
    """Delete that a session was reported; the audit log keeps it."""
    for table in (report_said, reports):
        await connection.execute(delete(table).where(table.c.session_id == session_id))


async def _erase_report(connection: AsyncConnection, session_id: str) -> None:
    mine = reports.c.session_id == session_id
    nobody = {"machine": None, "technician_name": ERASED}
    await connection.execute(update(reports).where(mine).values(nobody))
    seen = update(reports).where(mine, reports.c.seen_by.is_not(None)).values(seen_by=ERASED)
    await connection.execute(seen)
    said = update(report_said).where(report_said.c.session_id == session_id)
    await connection.execute(said.values(source_address=None, note=None))
