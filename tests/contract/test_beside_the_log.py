"""Whatever lies beside the log and is changed there is found, on both databases."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from broker.audit.event import PERSONAL_ERASED, Actor, AuditEvent
from broker.cli.beside import Beside
from broker.ports import Note
from broker.protocol.participants import EntryPurpose
from broker.protocol.reports import ReportPlace
from broker.protocol.transcripts import TranscriptLine
from broker.protocol.vocabulary import ActorKind, Capability, ConsentSource
from broker.report_ports import Report, Said
from broker.retention_ports import RecordClass
from broker.session import events as ev
from broker.session.effects import Record
from broker.session.facts import Session
from broker.session.session import handle
from broker.storage.audit_log import SqlAuditLog, record
from broker.storage.database import Database
from broker.storage.notes import SqlNoteStore
from broker.storage.ratings import SqlRatingStore
from broker.storage.reports import SqlReportStore
from broker.storage.retention import SqlRetention
from broker.storage.sessions import SqlSessionStore
from broker.storage.transcripts import SqlTranscriptStore
from tests.builders import ADMIN, NOW, TECHNICIAN, a_session, its_creation, session_id
from tests.contract.tampering import drop_session_triggers, execute

END_USER = Actor(ActorKind.END_USER, name="kitchen-pc", address="198.51.100.9")
HERS = session_id(1)


class Past:
    """Sessions that left everything a session can leave."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sessions, self.audit_log = SqlSessionStore(database), SqlAuditLog(database)
        self.reports = SqlReportStore(database)
        self.now = NOW

    async def lives(self, number: int, *events: ev.Event) -> Session:
        """Let a session come to where the end user has agreed, and these events after that."""
        session = a_session(number)
        await self.sessions.create(session, its_creation(session))
        agreed = ev.ConsentGiven(END_USER, (Capability.VIEW,), ConsentSource.WINDOW)
        claimed = ev.CodeClaimed(END_USER, "c" * 64, "kitchen-pc", "linux", "1")
        return await self._play(session, claimed, agreed, *events)

    async def fill(self, number: int = 1) -> None:
        await self._left(await self._lived(number))

    async def _lived(self, number: int) -> Session:
        connected = ev.PeersConnected(END_USER, "peer-0001")
        return await self.lives(number, connected, ev.EndUserStopped(END_USER))

    async def _play(self, session: Session, *events: ev.Event) -> Session:
        for event in events:
            before = session
            session, effects = handle(before, event, self._later())
            [told] = [one.event for one in effects if isinstance(one, Record)]
            await self.sessions.save(before, session, told)
        return session

    async def _left(self, session: Session) -> None:
        of = session.session_id
        who = "usr_" + "a" * 32, "Ada"
        note = Note("not_" + of[-32:], of, *who, self._later(), "Driver from 2009\nÜnïcode")
        await SqlNoteStore(self.database).add(
            note, 9, self.event(of, "session.note_added", TECHNICIAN)
        )
        for sentence in ("They ask for money", None):
            await self.report(session, sentence)
        await self.reports.see(of, "Bo Admin", self._later(), self.event(of, "session.report_seen"))
        rated = self.event(of, "session.rated", END_USER, satisfaction=2)
        await SqlRatingStore(self.database).rate(of, 2, self.now, rated)
        lines = tuple(
            TranscriptLine(sequence=one, author="end_user", text=f"Zoë {one}", sent_at=NOW)
            for one in (1, 2)
        )
        kept = self.event(of, "session.transcript_kept", END_USER, lines=2)
        await SqlTranscriptStore(self.database).keep(of, self._later(), lines, kept)

    async def report(self, session: Session, sentence: str | None) -> None:
        said = Said(ReportPlace.SUPPORT_CLIENT, "198.51.100.9", sentence, self._later())
        report = Report.against(session, said.said_at)
        details = {"place": said.place.value, **({} if sentence is None else {"reason": sentence})}
        event = self.event(session.session_id, "session.reported", END_USER, **details)
        assert await self.reports.file(report, said, event)

    async def forget(self, kind: RecordClass) -> None:
        details = {"erased_owner": HERS}
        event = AuditEvent(self._later(), PERSONAL_ERASED, ADMIN, details=dict(details))
        if kind is not RecordClass.PERSONAL:
            details["record_class"] = kind.value
            event = replace(event, action="retention.applied", details=dict(details))
        await SqlRetention(self.database).drop(kind, HERS, event)

    async def flaws(self) -> tuple[str, ...]:
        beside = Beside()
        await beside.read(self.database)
        async for sealed in self.audit_log.everything():
            beside.see(sealed)
        return beside.flaws()

    def event(self, of: str, action: str, actor: Actor = ADMIN, **details: str | int) -> AuditEvent:
        told = dict[str, str | int | bool | tuple[str, ...] | None](details)
        return AuditEvent(self.now, action, actor, session_id=of, ticket_id="T-1", details=told)

    def _later(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
async def past(database: Database) -> Past:
    past = Past(database)
    await past.fill()
    return past


async def test_what_was_left_alone_fits(past: Past) -> None:
    assert await past.flaws() == ()


BEN_ID = "usr_" + "b" * 32
BEN = {
    "account_id": BEN_ID,
    "name": "Ben",
    "purpose": "guest",
    "stage": "admitted",
    "since": "2026-11-23T09:00:00Z",
}
PARTICIPANTS = "row has another participants"
CHANGES = [
    ("session_notes", "text", "'forged'", "the note it tells of was changed"),
    ("session_notes", "author_name", "'Eve'", "the note it tells of was changed"),
    ("session_notes", "sequence", "NULL", "note: 1 without a record of its own"),
    ("transcript_lines", "text", "'forged'", "the kept chat it tells of was changed"),
    ("transcript_lines", "author", "'technician'", "the kept chat it tells of was changed"),
    ("transcripts", "line_count", "1", "the kept chat it tells of was changed"),
    ("transcripts", "salt", "NULL", "the kept chat it tells of was changed"),
    ("transcripts", "sequence", "NULL", "kept chat: 1 without a record of its own"),
    ("sessions", "ticket_id", "'T-9'", "row has another ticket_id"),
    ("sessions", "technician_id", "'usr_e'", "row has another technician_id"),
    ("sessions", "technician_name", "'Eve'", "row has another technician_name"),
    ("sessions", "machine", "NULL", "row has another machine"),
    ("sessions", "created_at", "joined_at", "row has another created_at"),
    ("sessions", "connected_at", "NULL", "row has another connected_at"),
    ("sessions", "ended_at", "connected_at", "row has another ended_at"),
    ("sessions", "end_reason", "'technician_ended'", "row has another end_reason"),
    ("sessions", "end_reason", "'nonsense'", "row has another end_reason"),
    ("sessions", "granted", '\'["view", "control"]\'', "row has another granted"),
    ("sessions", "granted", "'nonsense'", "row has another granted"),
    ("sessions", "participants", f"'{json.dumps({'guests': [BEN]})}'", PARTICIPANTS),
    ("sessions", "participants", f"'{json.dumps({'hand_over': BEN})}'", PARTICIPANTS),
    ("sessions", "participants", f"'{json.dumps({'controller_id': BEN_ID})}'", PARTICIPANTS),
    ("sessions", "participants", '\'{"queued_since": "2026-11-23T09:00:00Z"}\'', PARTICIPANTS),
    ("sessions", "participants", '\'{"guests": [{"name": "Ben"}]}\'', PARTICIPANTS),
    ("sessions", "participants", "'nonsense'", PARTICIPANTS),
    ("sessions", "requested", "'[]'", "row has another requested"),
    ("sessions", "group_ids", "'[\"grp_1\"]'", "row has another group_ids"),
    ("reports", "technician_name", "'Eve'", "report has another technician_name"),
    ("reports", "seen_at", "NULL", "report has another seen_at"),
    ("report_said", "note", "NULL", "report's sentence 1 has another note"),
    ("report_said", "source_address", "'x'", "sentence 1 has another source_address"),
    ("session_ratings", "steps", "5", "rating has another steps"),
]
FIRST = {"transcript_lines": "AND sequence = 1", "report_said": "AND number = 1"}


async def test_each_change_of_a_row_is_found_and_named(past: Past) -> None:
    await drop_session_triggers(past.database)
    for table, column, value, problem in CHANGES:
        row = f"session_id = '{HERS}' {FIRST.get(table, '')}"
        copy = f"CREATE TABLE before AS SELECT {column} AS was FROM {table} WHERE {row}"
        await execute(past.database, copy)
        await execute(past.database, f"UPDATE {table} SET {column} = {value} WHERE {row}")
        flaws = await past.flaws()
        assert any(problem in one for one in flaws), (table, column, value, flaws)
        assert all(HERS in one for one in flaws if "row" in one), flaws
        undo = f"UPDATE {table} SET {column} = (SELECT was FROM before) WHERE {row}"
        await execute(past.database, undo)
        await execute(past.database, "DROP TABLE before")
    assert await past.flaws() == ()


CONTROLLED = (
    ev.Invited(TECHNICIAN, BEN_ID, "Ben"),
    ev.Arrived(TECHNICIAN, BEN_ID, "Ben", EntryPurpose.GUEST, may_control=True, account_since=NOW),
    ev.GuestAdmitted(END_USER, 5),
    ev.ControlPassed(TECHNICIAN, BEN_ID),
    ev.HandOverOffered(TECHNICIAN, "usr_" + "c" * 32, "Cid"),
)
"""A guest has control, and somebody else is to be in charge."""


@pytest.mark.parametrize("events", [CONTROLLED, (*CONTROLLED, ev.PutBack(TECHNICIAN))])
async def test_who_takes_part_in_a_living_session_is_told_by_its_records(
    past: Past, events: tuple[ev.Event, ...]
) -> None:
    living = await past.lives(2, *events)
    assert await past.flaws() == ()
    await drop_session_triggers(past.database)
    forged = json.dumps({"guests": [BEN]})
    row = f"session_id = '{living.session_id}'"
    await execute(past.database, f"UPDATE sessions SET participants = '{forged}' WHERE {row}")
    assert await past.flaws() == (
        f"session {living.session_id}: its row has another participants than its records tell",
    )


async def test_after_an_erasure_only_the_end_tells_who_takes_part(past: Past) -> None:
    living = await past.lives(2, *CONTROLLED)
    of = {"erased_owner": living.session_id}
    await execute(past.database, f"DELETE FROM personal_keys WHERE owner = '{living.session_id}'")
    async with past.database.write() as connection:
        await record(connection, AuditEvent(NOW, PERSONAL_ERASED, ADMIN, details=dict(of)))
    assert not any("participants" in one for one in await past.flaws())


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        (("DELETE FROM session_notes WHERE {hers}",), "the note it tells of is missing"),
        (("DELETE FROM transcript_lines WHERE {hers}",), "the kept chat it tells of was changed"),
        (
            ("DELETE FROM transcript_lines WHERE {hers}", "DELETE FROM transcripts WHERE {hers}"),
            "the kept chat it tells of is missing",
        ),
        (("DELETE FROM report_said WHERE {hers}",), "is there, and nothing that was said"),
        (("DELETE FROM report_said WHERE {hers} AND number = 1",), "has another reported_at"),
        (("DELETE FROM report_said WHERE {hers} AND number = 2",), "1 has another note"),
        (
            ("DELETE FROM report_said WHERE {hers}", "DELETE FROM reports WHERE {hers}"),
            "the report it tells of is missing",
        ),
        (
            (
                "INSERT INTO report_said (session_id, number, place, said_at)"
                " SELECT session_id, 3, place, said_at FROM report_said"
                " WHERE {hers} AND number = 1",
            ),
            "its report says more than the log tells",
        ),
        (("DELETE FROM session_ratings WHERE {hers}",), "the rating it tells of is missing"),
    ],
)
async def test_what_is_taken_away_or_slipped_in_is_found(
    past: Past, statements: tuple[str, ...], problem: str
) -> None:
    for statement in statements:
        await execute(past.database, statement.format(hers=f"session_id = '{HERS}'"))
    assert any(problem in one for one in await past.flaws())


async def test_a_session_that_is_taken_away_is_found_by_its_creation(past: Past) -> None:
    for table in ("transcript_lines", "transcripts", "session_notes", "report_said", "reports"):
        await execute(past.database, f"DELETE FROM {table} WHERE session_id = '{HERS}'")
    await execute(past.database, f"DELETE FROM sessions WHERE session_id = '{HERS}'")
    assert "record 1: the session it tells of has no row" in await past.flaws()


@pytest.mark.parametrize("kind", RecordClass)
async def test_what_was_erased_on_record_is_not_missed(past: Past, kind: RecordClass) -> None:
    await past.forget(kind)
    assert await past.flaws() == ()


async def test_a_report_that_time_took_may_be_followed_by_another(past: Past) -> None:
    await past.forget(RecordClass.REPORTS)
    session = await past.sessions.get(HERS)
    assert session is not None
    await past.report(session, "Again")
    assert await past.flaws() == ()


async def test_what_was_erased_and_comes_back_is_found(past: Past) -> None:
    await past.forget(RecordClass.PERSONAL)
    await drop_session_triggers(past.database)
    await execute(past.database, f"UPDATE sessions SET machine = 'pc' WHERE session_id = '{HERS}'")
    assert any("row has another machine" in one for one in await past.flaws())


async def test_a_key_that_goes_does_not_hide_what_it_should_take(past: Past) -> None:
    await execute(past.database, "DELETE FROM personal_keys")
    assert sum("was erased" in one for one in await past.flaws()) == 2


async def test_a_chat_that_an_operator_deleted_is_not_missed(past: Past) -> None:
    deleted = past.event(HERS, "session.transcript_deleted")
    await SqlTranscriptStore(past.database).delete(HERS, deleted)
    assert await past.flaws() == ()


@pytest.mark.parametrize("sequence", ["NULL", "1", "sequence"])
async def test_a_note_without_a_record_of_its_own_is_found(past: Past, sequence: str) -> None:
    columns = "session_id, author_id, author_name, written_at, text"
    await execute(
        past.database,
        f"INSERT INTO session_notes (note_id, {columns}, sequence) SELECT 'not_z', {columns}, "
        f"{sequence} FROM session_notes WHERE session_id = '{HERS}'",
    )
    [stray] = await past.flaws()
    assert stray == "note: 1 without a record of its own, first not_z"


@pytest.mark.parametrize("action", ["session.note_added", "session.transcript_kept"])
async def test_a_record_from_before_its_thing_was_bound_is_counted(past: Past, action: str) -> None:
    async with past.database.write() as connection:
        await record(connection, past.event(HERS, action))
    beside = Beside()
    await beside.read(past.database)
    assert beside.flaws() == ()
    assert "1 from older versions not bound" in beside.told()


async def test_equal_texts_are_not_told_by_equal_hashes(past: Past) -> None:
    await past.fill(2)
    hashes = [
        one.event.details[name]
        async for one in past.audit_log.everything()
        for name in ("note_hash", "transcript_hash")
        if name in one.event.details
    ]
    assert len(set(hashes)) == len(hashes) == 4
