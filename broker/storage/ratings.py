"""How satisfied end users were: implements `broker.measure_ports.RatingStore`."""

from datetime import datetime

from sqlalchemy import insert

from broker.audit.event import AuditEvent
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.measure_tables import session_ratings


class SqlRatingStore:
    """One row a session that was rated."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rate(
        self, session_id: str, steps: int, rated_at: datetime, event: AuditEvent
    ) -> None:
        """Store an answer, with its record. Conflict when there is one already."""
        row = {"session_id": session_id, "steps": steps, "rated_at": rated_at}
        async with self._database.write("This session is rated already.") as connection:
            await connection.execute(insert(session_ratings).values(row))
            await record(connection, event)
