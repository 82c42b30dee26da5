"""What the database says of itself: its kind, its size, its migrations and its clock."""

import sqlite3
from datetime import UTC, datetime

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.errors import AuditUnavailable
from broker.findings import DatabaseFacts
from broker.storage.database import Database, advice_on, require_file
from broker.storage.migrations import alembic_config


async def look_at(database: Database, url: str) -> DatabaseFacts:
    """Ask it; the facts have a problem when it does not answer."""
    kind = f"SQLite {sqlite3.sqlite_version}" if database.is_sqlite else "PostgreSQL"
    try:
        require_file(url)
        async with database.read() as connection:
            if not database.is_sqlite:
                version = await connection.scalar(text("SHOW server_version"))
                kind = f"PostgreSQL {str(version).split()[0]}"
            return await _facts(connection, kind)
    except AuditUnavailable as error:
        advice = advice_on(error.__cause__) if error.__cause__ else error.detail
        return DatabaseFacts(kind, problem=advice)


async def _facts(connection: AsyncConnection, kind: str) -> DatabaseFacts:
    if connection.dialect.name == "sqlite":
        size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        skew = None
    else:
        size = "SELECT pg_database_size(current_database())"
        # `now()` is the transaction's beginning, which this question made
        asked: datetime | None = await connection.scalar(text("SELECT clock_timestamp()"))
        skew = None if asked is None else asked - datetime.now(UTC)
    size_bytes: int = await connection.scalar(text(size)) or 0
    revision, newest, ahead = await connection.run_sync(_revisions)
    return DatabaseFacts(kind, size_bytes, revision, ahead, newest, skew)


def _revisions(connection: Connection) -> tuple[str, str, bool]:
    """Give the database's migration, the last one there is, and whether the first is unknown."""
    script = ScriptDirectory.from_config(alembic_config(connection))
    current = MigrationContext.configure(connection).get_current_revision() or ""
    known = {one.revision for one in script.walk_revisions()}
    return current, script.get_current_head() or "", bool(current) and current not in known
