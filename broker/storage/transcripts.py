"""Kept transcripts on SQLAlchemy: implements `broker.chat_ports.TranscriptStore`."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert, select

from broker.audit.chain import SALT_BYTES
from broker.audit.event import AuditEvent
from broker.audit.kept import CHAT, bound_to
from broker.chat_ports import Kept
from broker.errors import NotFound
from broker.protocol.transcripts import TranscriptLine
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.erasure import check_not_held
from broker.storage.kept import chat_fields
from broker.storage.schema import transcript_lines, transcripts

KEPT_ALREADY: Final = "The transcript of this session is kept already."

_LINE: Final = select(*(transcript_lines.c[name] for name in TranscriptLine.model_fields))


class SqlTranscriptStore:
    """Transcripts in two tables: that there is one, and its lines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self,
        session_id: str,
        kept_at: datetime,
        lines: tuple[TranscriptLine, ...],
        event: AuditEvent,
    ) -> None:
        """Store a whole transcript. Conflict when there is one already."""
        head = {
            "session_id": session_id,
            "kept_at": kept_at,
            "line_count": len(lines),
            "salt": secrets.token_hex(SALT_BYTES),
        }
        told = [line.model_dump() for line in lines]
        async with self._database.write(KEPT_ALREADY) as connection:
            sealed = await record(connection, bound_to(CHAT, chat_fields(head, told), event))
            row = head | {"sequence": sealed.sequence}
            await connection.execute(insert(transcripts).values(row))
            rows = [{"session_id": session_id, **line} for line in told]
            await connection.execute(insert(transcript_lines), rows)

    async def kept(self, session_id: str) -> Kept | None:
        """Tell of a session's transcript, or None."""
        query = select(transcripts.c.kept_at, transcripts.c.line_count).where(
            transcripts.c.session_id == session_id
        )
        async with self._database.read() as connection:
            row = (await connection.execute(query)).one_or_none()
        return None if row is None else Kept(row.kept_at, row.line_count)

    async def lines(self, session_id: str, after: int, limit: int) -> tuple[TranscriptLine, ...]:
        """Give lines with a number above `after`, in order."""
        mine = (transcript_lines.c.session_id == session_id, transcript_lines.c.sequence > after)
        query = _LINE.where(*mine).order_by(transcript_lines.c.sequence).limit(limit)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(TranscriptLine(**row._mapping) for row in rows)

    async def delete(self, session_id: str, event: AuditEvent) -> None:
        """Take a transcript away. NotFound when there is none."""
        async with self._database.write() as connection:
            await check_not_held(connection, session_id)
            for table in (transcript_lines, transcripts):
                gone = await connection.execute(
                    delete(table).where(table.c.session_id == session_id)
                )
            if not gone.rowcount:
                raise NotFound("There is no transcript of this session.")
            await record(connection, event)
