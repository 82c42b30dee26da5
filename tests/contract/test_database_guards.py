"""What the database refuses by itself, whoever asks, and how its tables come to be."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import DBAPIError

from broker.audit.chain import verify
from broker.cli.beside import Beside
from broker.errors import AuditUnavailable, Misconfigured
from broker.protocol.vocabulary import EndReason, SessionState
from broker.session.lifecycle import LEGAL_MOVES
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database, use_wal
from broker.storage.migrations import alembic_config, migrate
from broker.storage.schema import legal_moves, metadata, sessions
from broker.storage.sessions import SqlSessionStore
from tests.builders import NOW, a_session, an_event, its_creation, session_id
from tests.contract.tampering import drop_audit_triggers, execute

PATHS: dict[SessionState, list[SessionState]] = {
    SessionState.WAITING: [],
    SessionState.JOINED: [SessionState.JOINED],
    SessionState.CONSENTED: [SessionState.JOINED, SessionState.CONSENTED],
    SessionState.CONNECTED: [
        SessionState.JOINED,
        SessionState.CONSENTED,
        SessionState.CONNECTED,
    ],
    SessionState.ENDED: [SessionState.ENDED],
}
EVERY_MOVE = [(before, after) for before in SessionState for after in SessionState]


async def move(database: Database, state: SessionState, number: int = 1, by: int = 1) -> None:
    over = state is SessionState.ENDED
    change = update(sessions).where(sessions.c.session_id == session_id(number))
    change = change.values(
        state=state,
        version=sessions.c.version + by,
        code_hash=None,
        ended_at=NOW if over else None,
        end_reason=EndReason.ADMIN_ENDED if over else None,
    )
    async with database.engine.begin() as connection:
        await connection.execute(change)


async def create_session(database: Database, number: int) -> None:
    session = a_session(number)
    await SqlSessionStore(database).create(session, its_creation(session))


@pytest.fixture
async def one_session(database: Database) -> None:
    await create_session(database, 1)


async def test_a_state_moves_only_as_the_table_of_transitions_says(database: Database) -> None:
    for number, (before, after) in enumerate(EVERY_MOVE):
        await create_session(database, number)
        for state in PATHS[before]:
            await move(database, state, number)
        if (before, after) in LEGAL_MOVES:
            await move(database, after, number)
        else:
            with pytest.raises(DBAPIError, match="may not move this way"):
                await move(database, after, number)


@pytest.mark.usefixtures("one_session")
@pytest.mark.parametrize("by", [-1, 0, 2])
async def test_a_version_goes_up_by_one(database: Database, by: int) -> None:
    with pytest.raises(DBAPIError, match="goes up by one"):
        await move(database, SessionState.JOINED, by=by)


async def test_a_session_begins_waiting(database: Database) -> None:
    session = a_session(version=2)
    with pytest.raises(AuditUnavailable) as refusal:
        await SqlSessionStore(database).create(session, its_creation(session))
    assert "begins waiting" in str(refusal.value.__cause__)


@pytest.mark.usefixtures("one_session")
@pytest.mark.parametrize(
    "lie",
    [
        "state = 'ended'",
        "state = 'ended', code_hash = NULL, end_reason = 'admin_ended'",
        "end_reason = 'admin_ended'",
        "state = 'joined'",
    ],
)
async def test_facts_that_do_not_go_together_are_refused(database: Database, lie: str) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)constraint"):
        await execute(database, f"UPDATE sessions SET version = version + 1, {lie}")


COLUMNS = (
    "recorded_at, action, outcome, actor_kind, actor_id, session_id, ticket_id, details, "
    "personal_hash, personal"
)
TAMPERING = {
    "edit": "UPDATE audit_events SET outcome = 'success' WHERE sequence = 2",
    "edit of nothing": "UPDATE audit_events SET sequence = sequence",
    "removal": "DELETE FROM audit_events WHERE sequence = 3",
    "removal of all": "DELETE FROM audit_events",
    "fork": f"INSERT INTO audit_events (sequence, {COLUMNS}, previous_hash, hash) "
    f"SELECT 4, {COLUMNS}, previous_hash, hash FROM audit_events WHERE sequence = 2",
}
IN_SQLITE = {
    "replacement": f"INSERT OR REPLACE INTO audit_events (sequence, {COLUMNS}, previous_hash, hash)"
    f" SELECT 2, {COLUMNS}, 'x', 'x' FROM audit_events WHERE sequence = 2",
    "replacement by hash": "INSERT OR REPLACE INTO audit_events "
    f"(sequence, {COLUMNS}, previous_hash, hash) "
    f"SELECT 4, {COLUMNS}, previous_hash, 'x' FROM audit_events WHERE sequence = 2",
}
IN_POSTGRESQL = {"emptying": "TRUNCATE audit_events"}


async def test_the_audit_log_refuses_every_change_but_an_append(
    database: Database, audit_log: SqlAuditLog
) -> None:
    for number in range(3):
        await audit_log.append(an_event(f"test.number{number}"))
    for statement in (TAMPERING | (IN_SQLITE if database.is_sqlite else IN_POSTGRESQL)).values():
        with pytest.raises(DBAPIError):
            await execute(database, statement)
    verdict = verify([sealed async for sealed in audit_log.everything()])
    assert (verdict.records, verdict.flaw) == (3, None)


NONSENSE = [
    "recorded_at = 'yesterday'",
    "details = 'not json'",
    "details = '[]'",
    "actor_kind = 'ghost'",
    "action = 'something.else'",
    "details = '{\"paused\":true}'",
    "previous_hash = 'zz'",
    "hash = 'zz'",
    "sequence = 7",
]


@pytest.mark.parametrize("change", NONSENSE)
async def test_a_record_changed_behind_the_triggers_is_found(
    database: Database, audit_log: SqlAuditLog, change: str
) -> None:
    for number in range(3):
        await audit_log.append(an_event(f"test.number{number}"))
    await drop_audit_triggers(database)
    await execute(database, f"UPDATE audit_events SET {change} WHERE sequence = 2")
    verdict = verify([sealed async for sealed in audit_log.everything()])
    assert verdict.flaw is not None
    assert (verdict.records, verdict.flaw.sequence) in {(1, 2), (2, 3)}


async def test_a_record_that_is_no_text_is_found(
    database: Database, audit_log: SqlAuditLog
) -> None:
    await audit_log.append(an_event())
    await drop_audit_triggers(database)
    blob = "x'00ff'" if database.is_sqlite else "chr(1)"
    await execute(database, f"UPDATE audit_events SET action = {blob}")
    assert verify([sealed async for sealed in audit_log.everything()]).flaw is not None


def _is_ours(_thing: object, name: str | None, *_: object) -> bool:
    """What finds words of notes is different in each database, and is in the migration alone."""
    return not (name or "").startswith(("note_search", "ix_session_notes_found"))


async def test_the_tables_are_those_that_the_code_expects(database: Database) -> None:
    def difference(connection: Connection) -> Any:
        options = {"include_object": _is_ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(difference) == []


async def test_brokers_that_start_together_make_the_tables_once(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(4)))
    await migrate(empty_url)


async def test_starting_teaches_the_database_todays_legal_moves(
    url: str, database: Database
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(legal_moves).values(from_state="ended", to_state="waiting"))
    await migrate(url)
    async with database.read() as connection:
        known = {tuple(row) for row in await connection.execute(select(legal_moves))}
    assert known == {(str(before), str(after)) for before, after in LEGAL_MOVES}


async def test_a_log_of_the_old_form_is_left_as_it_is(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.write() as connection:
        await connection.run_sync(lambda known: command.upgrade(alembic_config(known), "0004"))
        await connection.exec_driver_sql(
            "INSERT INTO audit_events (sequence, recorded_at, action, outcome, actor_kind, "
            "details, previous_hash, hash) VALUES (1, '', 'test.old', '', '', '', '', '')"
        )
    with pytest.raises(Misconfigured, match="Keep the database"):
        await migrate(empty_url)
    async with database.read() as connection:
        kept = await connection.exec_driver_sql("SELECT action FROM audit_events")
        assert kept.scalars().all() == ["test.old"]
    await database.close()


async def test_a_time_without_a_zone_is_never_stored(sessions: SqlSessionStore) -> None:
    session = a_session(created_at=NOW.replace(tzinfo=None))
    with pytest.raises(AuditUnavailable) as refusal:
        await sessions.create(session, an_event())
    assert "without a zone" in str(refusal.value.__cause__)


async def test_opening_a_new_sqlite_file_waits_for_whoever_opens_it_too(tmp_path: Path) -> None:
    databases = [Database(f"sqlite:///{tmp_path / 'new.db'}") for _ in range(8)]

    async def journal_mode(database: Database) -> str:
        async with database.read() as connection:
            mode = await connection.exec_driver_sql("PRAGMA journal_mode")
            return str(mode.scalar())

    modes = await asyncio.gather(*map(journal_mode, databases))
    for database in databases:
        await database.close()
    assert set(modes) == {"wal"}


class PatientCursor:
    """A real cursor; when it waits for the writer that is in its way, that writer is done."""

    def __init__(self, path: Path) -> None:
        self.writer = sqlite3.connect(path, isolation_level=None)
        self.writer.execute("BEGIN IMMEDIATE")
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=0)
        self.waits = 0

    def execute(self, statement: str) -> None:
        if statement == "BEGIN IMMEDIATE":
            self.waits += 1
            self.writer.execute("ROLLBACK")
        self.connection.execute(statement)

    def close(self) -> None:
        self.writer.close()
        self.connection.close()


def test_turning_wal_on_waits_for_another_process_that_writes(tmp_path: Path) -> None:
    cursor = PatientCursor(tmp_path / "new.db")
    use_wal(cursor)
    [mode] = cursor.connection.execute("PRAGMA journal_mode").fetchone()
    assert (mode, cursor.waits) == ("wal", 1)
    cursor.close()


async def test_a_chat_that_was_kept_before_chats_were_bound_is_joined_to_its_record(
    empty_url: str,
) -> None:
    database = Database(empty_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda known: command.upgrade(alembic_config(known), "0017"))
    session = a_session()
    await SqlSessionStore(database).create(session, its_creation(session))
    told = an_event("session.transcript_kept", session_id=session.session_id)
    await SqlAuditLog(database).append(told)
    await execute(
        database,
        "INSERT INTO transcripts (session_id, kept_at, line_count) "
        "SELECT session_id, created_at, 0 FROM sessions",
    )
    await migrate(empty_url)
    beside = Beside()
    await beside.read(database)
    await database.close()
    assert beside.flaws() == ()
    assert "Kept chats: 0 fit their records, 1 from older versions not bound" in beside.told()
