"""What every RetentionStore promises, and what the broker forgets by it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from broker.audit.chain import verify
from broker.audit.event import ERASED, PERSONAL_ERASED, Actor, AuditEvent
from broker.audit.kept import RETENTION_APPLIED
from broker.errors import Conflict, NotFound
from broker.ports import Note
from broker.protocol.reports import ReportPlace
from broker.protocol.transcripts import TranscriptLine
from broker.protocol.vocabulary import ActorKind, EndReason, SessionState
from broker.report_ports import Report, Said
from broker.retention_ports import RecordClass
from broker.service.retention import Retention
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.notes import SqlNoteStore
from broker.storage.reports import SqlReportStore
from broker.storage.retention import SqlRetention
from broker.storage.schema import report_said
from broker.storage.sessions import SqlSessionStore
from broker.storage.transcripts import SqlTranscriptStore
from tests.builders import (
    ADMIN,
    NOW,
    SetClock,
    a_session,
    an_event,
    ended,
    its_creation,
    session_id,
)

END_USER = Actor(ActorKind.END_USER, name="canary-pc", address="198.51.100.9")
OPERATOR = Actor(ActorKind.OPERATOR, name="root")
HELD, GONE = session_id(1), session_id(2)


class Store:
    """Two ended sessions that left everything a session can leave, and one that lives."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, SetClock()
        self.sessions, self.notes = SqlSessionStore(database), SqlNoteStore(database)
        self.reports, self.transcripts = SqlReportStore(database), SqlTranscriptStore(database)
        self.audit_log, self.store = SqlAuditLog(database), SqlRetention(database)

    def keeping(self, **days: int) -> Retention:
        chosen = {RecordClass(name): count for name, count in days.items()}
        return Retention(self.store, self.clock, chosen)

    async def fill(self) -> None:
        for number in (1, 2, 3):
            await self._begin(number)
        for number in (1, 2):
            await self._end(number)

    async def _begin(self, number: int) -> None:
        session = a_session(number)
        await self.sessions.create(session, its_creation(session))
        joined = replace(
            session, state=SessionState.JOINED, code_hash=None, version=2, machine="canary-pc"
        )
        await self.sessions.save(session, joined, self._event(number, END_USER))

    async def _end(self, number: int) -> None:
        of = session_id(number)
        note = Note(f"nte_{number}", of, "usr_" + "a" * 32, "Ada", NOW, "canary note")
        await self.notes.add(note, 9, self._event(number, ADMIN))
        report = Report(of, "T-1", "usr_" + "a" * 32, "Ada Technician", "canary-pc", NOW)
        said = Said(ReportPlace.JOIN_PAGE, "198.51.100.9", "canary said", NOW)
        await self.reports.file(report, said, self._event(number, END_USER))
        live = await self.sessions.get(of)
        assert live is not None
        await self.sessions.save(live, ended(live), self._event(number, END_USER))
        line = TranscriptLine(sequence=1, author="end_user", text="canary line", sent_at=NOW)
        await self.transcripts.keep(of, NOW, (line,), self._event(number, END_USER))

    @staticmethod
    def _event(number: int, actor: Actor) -> AuditEvent:
        return an_event(actor=actor, session_id=session_id(number), ticket_id="T-1")

    async def everything(self, of: str) -> str:
        """Give all that the tables say of a session, as one text."""
        async with self.database.read() as connection:
            said = (await connection.execute(select(report_said))).all()
        parts = (
            await self.sessions.get(of),
            await self.notes.of_session(of),
            await self.reports.get(of),
            await self.transcripts.lines(of, 0, 9),
            [row for row in said if row.session_id == of],
            [one.event for one in await self.audit_log.of_session(of, 0, 99)],
        )
        return repr(parts)

    async def actions(self) -> list[str]:
        records = [sealed async for sealed in self.audit_log.everything()]
        assert verify(records).flaw is None
        assert await self.audit_log.sessions_without_creation() == ()
        return [one.event.action for one in records]


@pytest.fixture
async def store(database: Database) -> Store:
    made = Store(database)
    await made.fill()
    return made


def erasure(owner: str) -> AuditEvent:
    return an_event(PERSONAL_ERASED, actor=OPERATOR, details={"erased_owner": owner})


async def test_an_erasure_reaches_every_table_and_the_chain_still_fits(store: Store) -> None:
    assert "canary" in await store.everything(GONE)
    await store.audit_log.erase_personal(erasure(GONE))
    left = await store.everything(GONE)
    for personal in ("canary", "198.51.100.9", "Ada"):
        assert personal not in left
    session = await store.sessions.get(GONE)
    assert session is not None
    assert (session.technician_name, session.end_reason) == (ERASED, EndReason.END_USER_STOPPED)
    assert "canary" in await store.everything(HELD)
    assert (await store.actions())[-1] == PERSONAL_ERASED


async def test_nothing_is_erased_of_a_session_that_is_held_or_lives(store: Store) -> None:
    kept = store.keeping(personal=1, sessions=1)
    await kept.hold(HELD, "a complaint", ADMIN)
    store.clock.advance(days=2)
    for owner in (HELD, session_id(3)):
        with pytest.raises(Conflict):
            await store.audit_log.erase_personal(erasure(owner))
    assert await kept.run(OPERATOR) == {RecordClass.PERSONAL: 1, RecordClass.SESSIONS: 1}
    assert "canary" in await store.everything(HELD)
    assert await store.sessions.get(GONE) is None
    assert await store.sessions.get(session_id(3)) is not None
    await store.actions()
    held = await store.store.held(HELD)
    assert held is not None
    assert (held.held_by, held.reason) == ("Bo Admin", "a complaint")
    await kept.release(HELD, ADMIN)
    assert await store.store.held(HELD) is None
    assert (await kept.run())[RecordClass.SESSIONS] == 1
    assert await store.sessions.get(HELD) is None
    assert {"session.held", "session.released"} <= set(await store.actions())


async def test_what_is_said_of_people_outside_of_sessions_goes_with_its_month(
    store: Store,
) -> None:
    kept = store.keeping(personal=40)
    for month in (10, 11):
        at = NOW.replace(month=month)
        stranger = Actor(ActorKind.JOIN_PAGE, address="198.51.100.7")
        await store.audit_log.append(AuditEvent(at, "join.refused", stranger, "refused"))
    store.clock.advance(days=38)  # the last day of the year: 40 days ago was November
    assert await kept.due() == {RecordClass.PERSONAL: 1}
    assert await kept.run() == {RecordClass.PERSONAL: 1}
    refused = [
        one async for one in store.audit_log.everything() if one.event.action == "join.refused"
    ]
    assert [one.erased for one in refused] == [True, False]
    assert (await store.actions())[-1] == PERSONAL_ERASED
    assert await kept.run() == {RecordClass.PERSONAL: 0}


async def test_holds_are_told_of_once(store: Store) -> None:
    kept = store.keeping()
    with pytest.raises(NotFound):
        await kept.hold(session_id(9), "no such session", ADMIN)
    with pytest.raises(NotFound):
        await kept.release(HELD, ADMIN)
    await kept.hold(HELD, "a complaint", ADMIN)
    with pytest.raises(Conflict):
        await kept.hold(HELD, "again", ADMIN)
    with pytest.raises(Conflict):
        await store.transcripts.delete(HELD, an_event())
    await store.transcripts.delete(GONE, an_event())


@pytest.mark.parametrize(
    ("kind", "word"),
    [("transcripts", "canary line"), ("notes", "canary note"), ("reports", "canary said")],
)
async def test_each_class_goes_when_its_days_are_over_and_the_others_stay(
    store: Store, kind: str, word: str
) -> None:
    kept = store.keeping(**{kind: 30})
    store.clock.advance(days=29)
    assert await kept.due() == {RecordClass(kind): 0}
    store.clock.advance(days=2)
    assert await kept.due() == {RecordClass(kind): 2}
    assert word in await store.everything(GONE)
    assert await kept.run() == {RecordClass(kind): 2}
    left = await store.everything(GONE)
    assert word not in left
    assert "canary" in left
    assert (await store.actions())[-2:] == [RETENTION_APPLIED, RETENTION_APPLIED]
    assert await kept.run() == {RecordClass(kind): 0}
