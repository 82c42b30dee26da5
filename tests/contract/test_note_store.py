"""What every NoteStore promises."""

from datetime import timedelta

import pytest

from broker.errors import Conflict
from broker.ports import AuditLog, Note, NoteStore, SessionStore
from tests.builders import NOW, a_session, an_event, its_creation, session_id


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
