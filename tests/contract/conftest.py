"""Every contract runs on both databases, through the real adapters."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from broker.storage.accounts import SqlAccountStore
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.migrations import migrate
from broker.storage.notes import SqlNoteStore
from broker.storage.reports import SqlReportStore
from broker.storage.sessions import SqlSessionStore
from tests.conftest import PutDatabase
from tests.rig import postgresql


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.PostgreSQL]:
    if not postgresql.installed():
        pytest.fail("PostgreSQL is not installed: run .ci/install-system-packages test")
    with postgresql.running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'handrail.db'}"
    server: postgresql.PostgreSQL = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.PostgreSQL) -> str:
    """The name of a database that is up to date, made once."""
    url = postgresql_server.new_database()
    asyncio.run(migrate(url))
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, put_database: PutDatabase) -> str:
    """The URL of a database that is up to date."""
    if request.param == "sqlite":
        return f"sqlite:///{put_database(tmp_path)}"
    server: postgresql.PostgreSQL = request.getfixturevalue("postgresql_server")
    return server.new_database(request.getfixturevalue("postgresql_template"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
async def other_database(url: str) -> AsyncIterator[Database]:
    """The same database as another broker sees it."""
    database = Database(url)
    yield database
    await database.close()


@pytest.fixture
def sessions(database: Database) -> SqlSessionStore:
    return SqlSessionStore(database)


@pytest.fixture
def notes(database: Database) -> SqlNoteStore:
    return SqlNoteStore(database)


@pytest.fixture
def reports(database: Database) -> SqlReportStore:
    return SqlReportStore(database)


@pytest.fixture
def audit_log(database: Database) -> SqlAuditLog:
    return SqlAuditLog(database)


@pytest.fixture
def accounts(database: Database) -> SqlAccountStore:
    return SqlAccountStore(database)
