"""What every AuditLog promises."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from broker.audit.chain import GENESIS_HASH, SealedEvent, verify
from broker.audit.event import PERSONAL_ERASED, REDACTED, Actor, AuditEvent, DetailValue
from broker.errors import AuditUnavailable, NotFound, RecordRefused
from broker.protocol.vocabulary import ActorKind, Capability, SessionState
from broker.storage import audit_log as audit_log_module
from broker.storage.audit_log import SqlAuditLog
from broker.storage.database import Database
from broker.storage.sessions import SqlSessionStore
from tests.builders import a_session, an_event, its_creation, session_id
from tests.conftest import PutDatabase
from tests.contract.tampering import drop_audit_triggers, execute
from tests.torture.kills import run


async def whole(audit_log: SqlAuditLog) -> list[SealedEvent]:
    return [sealed async for sealed in audit_log.everything()]


async def test_an_empty_log_is_sound(audit_log: SqlAuditLog) -> None:
    assert verify(await whole(audit_log)).records == 0


async def test_the_first_record_is_chained_to_the_beginning(audit_log: SqlAuditLog) -> None:
    await audit_log.append(an_event())
    [first] = await whole(audit_log)
    assert (first.sequence, first.previous_hash) == (1, GENESIS_HASH)


NASTY: list[dict[str, DetailValue]] = [
    {},
    {"capabilities": ()},
    {"capabilities": (Capability.VIEW, Capability.FILES_SEND)},
    {"version": 1, "paused": True},
    {"version": -(2**53), "paused": False, "error": None},
    {"machine": "Zoë’s 💻 \u2028 \u202e <script>"},
    {"machine": 'quotes " and \\ and \x00 and \ud800', "error": ""},
    {"email": "a" * 5000},
]


@pytest.mark.parametrize("details", NASTY)
async def test_a_record_hashes_as_it_did_when_it_is_read_back(
    audit_log: SqlAuditLog, details: dict[str, DetailValue]
) -> None:
    actor = Actor(ActorKind.TECHNICIAN, "usr_" + "a" * 32, "Zoë 💻", "2001:db8::1")
    event = an_event(actor=actor, details=details, ticket_id="T-1", session_id=session_id(1))
    await audit_log.append(event)
    records = await whole(audit_log)
    assert records[0].event == event
    assert verify(records).flaw is None


async def test_secrets_never_reach_the_log(database: Database, audit_log: SqlAuditLog) -> None:
    await audit_log.append(an_event(details={"code": "482109375520", "new_field": "canary"}))
    [sealed] = await whole(audit_log)
    assert sealed.event.details == {"code": REDACTED, "new_field": REDACTED}
    assert verify([sealed]).flaw is None


async def test_the_whole_log_is_read_across_batches(
    audit_log: SqlAuditLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log_module, "BATCH", 3)
    for number in range(7):
        await audit_log.append(an_event(f"test.number{number}"))
    verdict = verify(await whole(audit_log))
    assert (verdict.records, verdict.flaw) == (7, None)


async def test_a_sessions_events_are_its_own_and_in_order(audit_log: SqlAuditLog) -> None:
    for number in (1, 2, 1, 1):
        await audit_log.append(an_event(session_id=session_id(number)))
    mine = await audit_log.of_session(session_id(1), 0, 2)
    assert [sealed.sequence for sealed in mine] == [1, 3]
    rest = await audit_log.of_session(session_id(1), 3, 2)
    assert [sealed.sequence for sealed in rest] == [4]


async def test_the_newest_events_of_a_ticket_or_session_come_oldest_first(
    audit_log: SqlAuditLog,
) -> None:
    for ticket, number in (("T-1", 1), ("T-2", 2), ("T-1", 3), ("T-1", 1)):
        await audit_log.append(an_event(ticket_id=ticket, session_id=session_id(number)))

    async def found(**where: str) -> list[int]:
        return [sealed.sequence for sealed in await audit_log.newest(limit=2, **where)]

    assert await found() == [3, 4]
    assert await found(ticket_id="T-1") == [3, 4]
    assert await found(session_id=session_id(1)) == [1, 4]
    assert await found(ticket_id="T-2", session_id=session_id(1)) == []


async def test_a_session_without_the_record_of_its_creation_is_found(
    audit_log: SqlAuditLog, sessions: SqlSessionStore
) -> None:
    recorded, unrecorded = a_session(1), a_session(2)
    await sessions.create(recorded, its_creation(recorded))
    assert await audit_log.sessions_without_creation() == ()
    await sessions.create(unrecorded, an_event("test.other", session_id=session_id(2)))
    assert await audit_log.sessions_without_creation() == (session_id(2),)


async def test_concurrent_writers_never_fork_the_chain(
    database: Database, other_database: Database
) -> None:
    logs = [SqlAuditLog(database), SqlAuditLog(other_database)]
    appends = (logs[n % 2].append(an_event(f"test.number{n}")) for n in range(20))
    await asyncio.gather(*appends)
    records = await whole(logs[0])
    assert verify(records).flaw is None
    assert {sealed.event.action for sealed in records} == {f"test.number{n}" for n in range(20)}


async def test_a_check_that_the_log_can_be_written_leaves_nothing(audit_log: SqlAuditLog) -> None:
    await audit_log.append(an_event())
    await audit_log.check_writable()
    await audit_log.append(an_event())
    verdict = verify(await whole(audit_log))
    assert (verdict.records, verdict.flaw) == (2, None)


async def test_a_log_that_cannot_be_written_says_so(
    database: Database, audit_log: SqlAuditLog
) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE audit_events")
    with pytest.raises(AuditUnavailable):
        await audit_log.check_writable()
    with pytest.raises(AuditUnavailable):
        await audit_log.append(an_event())
    with pytest.raises(AuditUnavailable):
        await audit_log.newest(limit=1)


async def test_a_full_disk_is_met_and_named(tmp_path: Path, put_database: PutDatabase) -> None:
    database = Database(f"sqlite:///{put_database(tmp_path)}")
    audit_log, full = SqlAuditLog(database), False

    @event.listens_for(database.engine.sync_engine, "checkout")
    def limit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {1 if full else 2**30}")

    await audit_log.append(an_event())
    full = True
    with pytest.raises(AuditUnavailable) as told:
        for _ in range(50):  # what is free in the last page is written first
            await audit_log.append(an_event(details={"email": "a" * 2000}))
    assert "disk is full" in (told.value.advice or "")
    full = False
    await audit_log.check_writable()
    assert verify(await whole(audit_log)).flaw is None
    await database.close()


async def test_what_the_database_refuses_is_no_database_that_is_away(
    sessions: SqlSessionStore,
) -> None:
    session = a_session(1)
    await sessions.create(session, its_creation(session))
    ended_without_reason = replace(session, state=SessionState.ENDED, version=2)
    with pytest.raises(RecordRefused):
        await sessions.save(session, ended_without_reason, an_event())


async def test_a_database_that_is_away_says_so(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path}/no/such/directory/handrail.db",
        f"postgresql://postgres@/handrail?host={tmp_path}",
        "postgresql://postgres@127.0.0.1:1/handrail",
    ):
        database = Database(url)
        with pytest.raises(AuditUnavailable):
            await SqlAuditLog(database).append(an_event())
        with pytest.raises(AuditUnavailable):
            await SqlAuditLog(database).newest(limit=1)
        await database.close()


def test_every_acknowledged_record_survives_kill_9(url: str, tmp_path: Path) -> None:
    kills = 10  # `make torture-audit` has a thousand
    survived = run(url, tmp_path / "kept.jsonl", kills)
    assert survived.acknowledged >= kills


async def test_what_is_said_of_people_is_erased_and_the_chain_still_fits(
    database: Database, audit_log: SqlAuditLog
) -> None:
    await audit_log.append(of_person("Zoë"))
    await audit_log.append(of_person("Ben", number=2))
    await audit_log.erase_personal(an_erasure(session_id(1)))
    first, second, erasure = await whole(audit_log)
    assert first.erased
    assert first.event == an_event(actor=Actor(ActorKind.END_USER), session_id=session_id(1))
    assert (second.event.actor.name, erasure.event.action) == ("Ben", PERSONAL_ERASED)
    assert verify([first, second, erasure]).flaw is None
    with pytest.raises(NotFound):
        await audit_log.erase_personal(an_erasure(session_id(1)))


async def test_what_was_erased_stays_so_when_its_owner_acts_again(audit_log: SqlAuditLog) -> None:
    await audit_log.append(of_person("Zoë"))
    await audit_log.erase_personal(an_erasure(session_id(1)))
    await audit_log.append(of_person("Zoë, later"))
    records = await whole(audit_log)
    assert [record.erased for record in records] == [True, False, False]
    assert records[2].event.actor.name == "Zoë, later"
    assert verify(records).flaw is None


SPOILT = {
    "key deleted in secret": ("DELETE FROM personal_keys", "no record tells of an erasure"),
    "part deleted": ("UPDATE audit_events SET personal = NULL", "no record tells of an erasure"),
    "parts exchanged": (
        "UPDATE audit_events SET personal = "
        "(SELECT other.personal FROM audit_events other WHERE other.sequence = 2)",
        "does not match its hash",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_personal_part_that_was_spoilt_is_found(
    database: Database, audit_log: SqlAuditLog, how: str
) -> None:
    statement, problem = SPOILT[how]
    await audit_log.append(of_person("Zoë"))
    await audit_log.append(of_person("Ben"))
    await drop_audit_triggers(database)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(statement)
    verdict = verify(await whole(audit_log))
    assert verdict.flaw is not None
    assert (verdict.flaw.sequence, problem in verdict.flaw.problem) == (1, True)


DAMAGES = {
    "another": {"sqlite": "substr(key, 2) || 'A'", "postgresql": "substr(key, 2) || 'A'::bytea"},
    "cut": {"sqlite": "substr(key, 2)", "postgresql": "substr(key, 2)"},
    "a text": {"sqlite": "'nonsense'", "postgresql": "'nonsense'::bytea"},
    "a number": {"sqlite": "7", "postgresql": "'7'::bytea"},
}


@pytest.mark.parametrize("how", DAMAGES)
async def test_whose_key_was_damaged_is_named(
    database: Database, audit_log: SqlAuditLog, how: str
) -> None:
    for number in (1, 2):
        await audit_log.append(of_person("Zoë", number))
    damaged = DAMAGES[how]["sqlite" if database.is_sqlite else "postgresql"]
    whose = f"owner = '{session_id(2)}'"
    await execute(database, f"UPDATE personal_keys SET key = {damaged} WHERE {whose}")
    flaw = verify(await whole(audit_log)).flaw
    assert flaw is not None
    assert flaw.sequence == 2
    assert f"the key of its owner ({session_id(2)})" in flaw.problem


def of_person(name: str, number: int = 1) -> AuditEvent:
    actor = Actor(ActorKind.END_USER, name=name, address="192.0.2.7")
    details: dict[str, DetailValue] = {"machine": name}
    return an_event(actor=actor, session_id=session_id(number), details=details)


def an_erasure(owner: str) -> AuditEvent:
    return an_event(PERSONAL_ERASED, details={"erased_owner": owner})
