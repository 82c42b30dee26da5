"""What every NoteStore promises."""

from datetime import timedelta

import pytest

from broker.audit.event import PERSONAL_ERASED
from broker.audit.notes import NOTE_ADDED, NOTE_HASH, NoteCheck
from broker.errors import Conflict
from broker.ports import AuditLog, Note, NoteStore, SessionStore
from broker.retention_ports import RecordClass
from broker.storage.audit_log import SqlAuditLog, record
from broker.storage.database import Database
from broker.storage.notes import SqlNoteStore
from broker.storage.retention import SqlRetention
from tests.builders import NOW, a_session, an_event, ended, its_creation, session_id
from tests.contract.tampering import execute


def a_note(number: int, text: str = "Driver from 2009\nunder Ünïcode") -> Note:
    written_at = NOW + timedelta(seconds=number)
    return Note(f"not_{number:032x}", session_id(1), "usr_" + "a" * 32, "Ada", written_at, text)


@pytest.fixture(autouse=True)
async def two_sessions(sessions: SessionStore) -> None:
    for number in (1, 2):
        session = a_session(number)
        await sessions.create(session, its_creation(session))


async def test_notes_are_read_back_in_the_order_they_were_written(
    notes: NoteStore, audit_log: AuditLog
) -> None:
    written = [a_note(number) for number in (3, 1, 2)]
    for note in written:
        await notes.add(note, 10, an_event("session.note_added"))
    assert await notes.of_session(session_id(1)) == tuple(a_note(n) for n in (1, 2, 3))
    assert await notes.of_session(session_id(2)) == ()
    assert await notes.of_session("nonsense") == ()
    actions = [record.event.action for record in await audit_log.newest(limit=3)]
    assert actions == ["session.note_added"] * 3


async def test_a_session_has_only_so_many(notes: NoteStore, audit_log: AuditLog) -> None:
    await notes.add(a_note(1), 1, an_event("session.note_added"))
    with pytest.raises(Conflict):
        await notes.add(a_note(2), 1, an_event("session.note_added"))
    assert len(await notes.of_session(session_id(1))) == 1
    [last] = await audit_log.newest(limit=1)
    assert last.event.action == "session.note_added"


async def checked(notes: SqlNoteStore, audit_log: SqlAuditLog) -> NoteCheck:
    check = NoteCheck()
    async for told, note in notes.with_records():
        check.take(told, note)
    async for sealed in audit_log.everything():
        check.see(sealed)
    return check


async def add(notes: NoteStore, *numbers: int) -> None:
    for number in numbers:
        event = an_event(NOTE_ADDED, session_id=session_id(1))
        await notes.add(a_note(number), 10, event)


async def test_notes_are_bound_to_their_records(
    notes: SqlNoteStore, audit_log: SqlAuditLog
) -> None:
    await add(notes, 1, 2)
    check = await checked(notes, audit_log)
    assert (check.flaw(), check.bound, check.unbound) == (None, 2, 0)
    assert await notes.without_record() == ()
    hashes = {one.event.details[NOTE_HASH] for one in await audit_log.newest(limit=2)}
    assert len(hashes) == 2, "equal texts would be told by equal hashes"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE session_notes SET text = 'forged' WHERE sequence = 4", "changed"),
        ("UPDATE session_notes SET author_name = 'Eve' WHERE sequence = 4", "changed"),
        ("DELETE FROM session_notes WHERE sequence = 4", "missing"),
    ],
)
async def test_a_note_that_was_tampered_with_is_found_at_its_record(
    notes: SqlNoteStore,
    audit_log: SqlAuditLog,
    database: Database,
    statement: str,
    problem: str,
) -> None:
    await add(notes, 1, 2)
    await execute(database, statement)
    flaw = (await checked(notes, audit_log)).flaw()
    assert flaw is not None
    assert flaw.sequence == 4
    assert problem in flaw.problem


@pytest.mark.parametrize("sequence", ["NULL", "1", "3"])
async def test_a_note_without_a_record_of_its_own_is_found(
    notes: SqlNoteStore, database: Database, sequence: str
) -> None:
    await add(notes, 1)
    columns = "session_id, author_id, author_name, written_at, text"
    await execute(
        database,
        f"INSERT INTO session_notes (note_id, {columns}, sequence) "
        f"SELECT 'not_z', {columns}, {sequence} FROM session_notes",
    )
    assert await notes.without_record() == ("not_z",)


async def test_a_record_from_before_notes_were_bound_is_counted(
    notes: SqlNoteStore, audit_log: SqlAuditLog, database: Database
) -> None:
    async with database.write() as connection:
        await record(connection, an_event(NOTE_ADDED, session_id=session_id(1)))
    check = await checked(notes, audit_log)
    assert (check.flaw(), check.bound, check.unbound) == (None, 0, 1)


@pytest.mark.parametrize("kind", [RecordClass.NOTES, RecordClass.PERSONAL, RecordClass.SESSIONS])
async def test_notes_that_were_erased_on_record_are_not_missing(
    notes: SqlNoteStore,
    audit_log: SqlAuditLog,
    sessions: SessionStore,
    database: Database,
    kind: RecordClass,
) -> None:
    live = a_session(1)
    await add(notes, 1)
    await sessions.save(live, ended(live), an_event("session.ended"))
    details = {"erased_owner": session_id(1)}
    event = an_event(PERSONAL_ERASED, details=dict(details))
    if kind is not RecordClass.PERSONAL:
        event = an_event("retention.applied", details=details | {"record_class": kind.value})
    await SqlRetention(database).drop(kind, session_id(1), event)
    assert (await checked(notes, audit_log)).flaw() is None
    assert await notes.of_session(session_id(1)) == ()
    if kind is not RecordClass.SESSIONS:
        await add(notes, 2)
        await execute(database, "DELETE FROM session_notes")
        flaw = (await checked(notes, audit_log)).flaw()
        assert flaw is not None
        assert "missing" in flaw.problem


async def test_an_erased_note_that_comes_back_is_found(
    notes: SqlNoteStore, audit_log: SqlAuditLog, database: Database
) -> None:
    await add(notes, 1)
    await execute(database, "DELETE FROM personal_keys")
    flaw = (await checked(notes, audit_log)).flaw()
    assert flaw is not None
    assert "erased" in flaw.problem
