"""The connection to a database: transactions, and what their failures mean to the core.

It knows dialects, pragmas and locks; it knows no table.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from broker.errors import AuditUnavailable, Conflict, RecordRefused

BUSY_TIMEOUT_MS: Final = 5_000
"""How long a writer waits for another process's write to SQLite."""

COMMAND_TIMEOUT_S: Final = 10.0
"""How long PostgreSQL may take to connect or to answer."""

WRITE_LOCK: Final = 0x68616E647261696C
"""The advisory lock that writers to PostgreSQL hold until they commit ("handrail" in ASCII)."""

OWNER_ONLY: Final = 0o600
"""The mode of a file that nobody else may read."""

_SQLITE_FILES: Final = ("", "-wal", "-shm")
_WRITES: Final = "handrail_writes"
_RECORDS: Final = "handrail_records"
_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_UNIQUE_SQLITE: Final = ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
_UNIQUE_POSTGRESQL: Final = "23505"
_RAISED_POSTGRESQL: Final = "P0001"
"""What a trigger of ours raises (PostgreSQL, appendix A)."""
_FULL: Final = ("SQLITE_FULL", "53100")
_READ_ONLY: Final = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "25006")
_LOCKED: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_ADVICE: Final = {
    **dict.fromkeys(_FULL, "Its disk is full: free some space."),
    **dict.fromkeys(_READ_ONLY, "It cannot be written: look at its files' owner and the mount."),
    **dict.fromkeys(_LOCKED, "Another program keeps it locked: end that."),
}
_OTHER_ADVICE: Final = "Look whether the database runs, and at the broker's log."
_WAL_ATTEMPTS: Final = 20
_PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
)

STORAGE_FAILURES: Final = (
    SQLAlchemyError,
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
)
"""What a database that is away, full, locked or broken raises; asyncpg's own while connecting."""


class Database:
    """One pool of connections. `read`, `snapshot` and `write` are its only ways in."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._writes = self.engine.execution_options(**{_WRITES: True})
        self._turn = asyncio.Lock()
        self.appended: Callable[[int, float], None] = _nobody_counts
        """Told how many audit records a transaction stored, and in how many seconds."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading. AuditUnavailable when the database is."""
        try:
            async with self.engine.connect() as connection:
                yield connection
        except STORAGE_FAILURES as error:
            raise AuditUnavailable("The database cannot be read. Please tell an admin.") from error

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading in which all is as it was at one moment."""
        async with self.read() as connection:
            if not self.is_sqlite:
                await connection.execute(_ONE_MOMENT)
            yield connection

    @asynccontextmanager
    async def write(self, taken: str | None = None) -> AsyncIterator[AsyncConnection]:
        """Open the one writing transaction, which commits when the block ends well.

        Writers take turns, so that the audit chain never forks. Raises Conflict, saying `taken`,
        when something that must be unique exists already, RecordRefused when the database refuses
        this change, and AuditUnavailable when nothing could be stored for any other reason.
        """
        began, records = perf_counter(), 0
        try:
            async with self._in_turn(), self._writes.begin() as connection:
                if not self.is_sqlite:
                    await connection.execute(_LOCK, {"key": WRITE_LOCK})
                connection.info[_RECORDS] = 0
                yield connection
                records = connection.info[_RECORDS] if connection.in_transaction() else 0
        except IntegrityError as error:
            if is_unique_violation(error):
                raise Conflict(taken) from error
            raise RecordRefused from error
        except STORAGE_FAILURES as error:
            if _sqlstate(error) == _RAISED_POSTGRESQL:
                raise RecordRefused from error
            raise AuditUnavailable(advice=advice_on(error)) from error
        if records:
            self.appended(records, perf_counter() - began)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    def _in_turn(self) -> AbstractAsyncContextManager[None]:
        """SQLite's own queue of writers polls and is not fair, so ours stands before it."""
        return self._turn if self.is_sqlite else nullcontext()


def note_record(connection: AsyncConnection) -> None:
    """Count an audit record that was added in this transaction of `write`."""
    connection.info[_RECORDS] = connection.info.get(_RECORDS, 0) + 1


def _nobody_counts(records: int, seconds: float) -> None:
    """Before anybody wants to know."""


_LOCK: Final = text("SELECT pg_advisory_xact_lock(:key)")
_ONE_MOMENT: Final = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def make_engine(url: str) -> AsyncEngine:
    """Make an engine whose transactions begin as this module promises."""
    parsed = async_url(url)
    if parsed.get_backend_name() != "sqlite":
        timeouts = {"timeout": COMMAND_TIMEOUT_S, "command_timeout": COMMAND_TIMEOUT_S}
        return create_async_engine(parsed, pool_pre_ping=True, connect_args=timeouts)
    engine = create_async_engine(parsed)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def protect_file(url: str) -> None:
    """Make SQLite's files readable by nobody but us; nothing for other databases.

    AuditUnavailable when the file cannot be made or is not ours.
    """
    name = async_url(url).database
    if async_url(url).get_backend_name() != "sqlite" or not name or os.name != "posix":
        return
    try:
        Path(name).touch(mode=OWNER_ONLY)  # SQLite gives its other files the mode of this one
        for suffix in _SQLITE_FILES:
            path = Path(name + suffix)
            if path.exists() and path.stat().st_mode & 0o077:
                path.chmod(OWNER_ONLY)
    except OSError as error:
        raise AuditUnavailable(f"The database {name} cannot be used: {error.strerror}.") from error


def require_file(url: str) -> None:
    """Raise AuditUnavailable when SQLite would begin the file anew, to read nothing from it."""
    name = async_url(url).database
    if async_url(url).get_backend_name() != "sqlite" or not name:
        return
    if not Path(name).is_file() or not Path(name).stat().st_size:
        raise AuditUnavailable(f"The database cannot be read: there is none in {name}.")


def async_url(url: str) -> URL:
    """Give the URL with the driver we use, whichever of its names was written."""
    parsed = make_url(url)
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def is_unique_violation(error: IntegrityError) -> bool:
    """Tell a value that exists already from every other refusal of the database."""
    if _sqlstate(error) == _UNIQUE_POSTGRESQL:
        return True
    return _sqlite_name(error) in _UNIQUE_SQLITE


def advice_on(error: BaseException) -> str:
    """Say what an admin can do about a database that takes nothing."""
    name = _sqlite_name(error) or _sqlstate(error) or ""
    known = (advice for known, advice in _ADVICE.items() if name.startswith(known))
    return next(known, _OTHER_ADVICE)


def _sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None)


def _sqlite_name(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None) or error, "sqlite_errorname", None)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # `begin` is ours: the driver would begin too late
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    use_wal(cursor)
    cursor.close()


def use_wal(cursor: Any) -> None:
    """Turning WAL on does not wait for other processes, unlike a transaction, so one waits first.

    It matters only when several processes open a new database in the same instant.
    """
    for _ in range(_WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: Connection) -> None:
    """Writers say so first: turning from reading to writing may fail at once."""
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
