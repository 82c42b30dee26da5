"""What every SessionStore promises."""

import asyncio
import base64
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from broker.errors import AuditUnavailable, Conflict, InvalidRequest
from broker.ports import AuditLog, SessionFilter, SessionStore
from broker.protocol.participants import EntryPurpose
from broker.protocol.vocabulary import Capability, ConsentSource, EndReason, SessionState
from broker.session import events as ev
from broker.session.effects import Record
from broker.session.facts import Session
from broker.session.session import handle
from broker.storage.database import Database
from broker.storage.sessions import SqlSessionStore
from tests.builders import END_USER, NOW, TECHNICIAN, a_session, its_creation, session_id
from tests.contract.tampering import drop_session_triggers, execute

CLAIM = ev.CodeClaimed(END_USER, "c" * 64, "Zoë's PC", "linux", "0.1.0")


async def stored(sessions: SessionStore, session: Session) -> Session:
    await sessions.create(session, its_creation(session))
    return session


async def play(sessions: SessionStore, session: Session, *events: ev.Event) -> Session:
    for event in events:
        after, effects = handle(session, event, NOW + timedelta(seconds=1))
        record = effects[0]
        assert isinstance(record, Record)
        await sessions.save(session, after, record.event)
        session = after
    return session


async def test_a_created_session_is_read_back_as_it_was(sessions: SessionStore) -> None:
    session = await stored(sessions, a_session(requested=tuple(Capability)))
    assert await sessions.get(session.session_id) == session


async def test_who_takes_part_is_read_back_as_it_was(sessions: SessionStore) -> None:
    consent = ev.ConsentGiven(END_USER, (Capability.VIEW,), ConsentSource.WINDOW)
    ben = "usr_" + "2" * 32
    session = await play(
        sessions,
        await stored(sessions, a_session()),
        CLAIM,
        consent,
        ev.Invited(TECHNICIAN, ben, "Bén"),
        ev.Arrived(TECHNICIAN, ben, "Bén", EntryPurpose.GUEST),
        ev.GuestAdmitted(END_USER, 5),
        ev.ControlPassed(END_USER, ben),
        ev.HandOverOffered(TECHNICIAN, ben, "Bén"),
    )
    assert session.participants.hand_over is not None
    assert await sessions.get(session.session_id) == session
    queued = await play(sessions, session, ev.PutBack(TECHNICIAN))
    assert await sessions.get(session.session_id) == queued


@pytest.mark.parametrize("damaged", ["nonsense", "", '{"guests": [{"name": "Ben"}]}'])
async def test_who_takes_part_is_nobody_where_it_cannot_be_read(
    sessions: SessionStore, database: Database, damaged: str
) -> None:
    session = await stored(sessions, a_session())
    await drop_session_triggers(database)
    await execute(database, f"UPDATE sessions SET participants = '{damaged}'")
    assert await sessions.get(session.session_id) == session
    assert await sessions.active() == (session,)


async def test_a_time_of_another_zone_is_the_same_moment(sessions: SessionStore) -> None:
    paris = NOW.astimezone(timezone(timedelta(hours=1)))
    session = await stored(sessions, a_session(created_at=paris))
    assert await sessions.get(session.session_id) == session


async def test_every_fact_of_a_whole_life_is_kept(sessions: SessionStore) -> None:
    session = await stored(sessions, a_session())
    for event in (
        CLAIM,
        ev.ConsoleDetached(TECHNICIAN),
        ev.ConsentGiven(END_USER, (Capability.VIEW,), ConsentSource.WINDOW),
        ev.PeersConnected(END_USER, "peer-0001"),
        ev.PauseChanged(END_USER, True),
        ev.ClientDetached(END_USER),
        ev.TimeRanOut(TECHNICIAN, EndReason.END_USER_LOST),
    ):
        session = await play(sessions, session, event)
        assert await sessions.get(session.session_id) == session


async def test_an_unknown_session_is_none(sessions: SessionStore) -> None:
    assert await sessions.get(session_id(99)) is None


@pytest.mark.parametrize("text", ["", "x", "ses_", "\x00", "\udcff", "' OR 1=1 --", "s" * 100_000])
async def test_what_is_no_id_is_none_too(sessions: SessionStore, text: str) -> None:
    assert await sessions.get(text) is None


async def test_an_id_cannot_be_used_twice(sessions: SessionStore) -> None:
    await stored(sessions, a_session(1))
    with pytest.raises(Conflict):
        await stored(sessions, a_session(1, code_hash="f" * 64))


async def test_two_live_codes_cannot_be_the_same(
    sessions: SessionStore, audit_log: AuditLog
) -> None:
    first = await stored(sessions, a_session(1))
    with pytest.raises(Conflict):
        await stored(sessions, a_session(2, code_hash=first.code_hash))
    assert len([event async for event in audit_log.everything()]) == 1


async def test_a_session_is_found_by_its_live_code_until_it_is_claimed(
    sessions: SessionStore,
) -> None:
    session = await stored(sessions, a_session())
    assert session.code_hash is not None
    assert await sessions.by_code(session.code_hash) == session
    await play(sessions, session, CLAIM)
    assert await sessions.by_code(session.code_hash) is None


async def test_a_change_of_an_old_version_is_a_conflict_and_leaves_no_record(
    sessions: SessionStore, audit_log: AuditLog
) -> None:
    session = await stored(sessions, a_session())
    await play(sessions, session, CLAIM)
    with pytest.raises(Conflict):
        await play(sessions, session, ev.TechnicianEnded(TECHNICIAN))
    actions = [sealed.event.action async for sealed in audit_log.everything()]
    assert actions == ["session.created", "session.joined"]


async def test_of_two_brokers_that_claim_one_code_exactly_one_wins(
    database: Database, other_database: Database, audit_log: AuditLog
) -> None:
    one, other = SqlSessionStore(database), SqlSessionStore(other_database)
    session = await stored(one, a_session())
    rivals = [
        play(store, session, replace(CLAIM, resume_hash=f"{number:064x}"))
        for number, store in enumerate((one, other) * 4)
    ]
    results = await asyncio.gather(*rivals, return_exceptions=True)
    winners = [result for result in results if isinstance(result, Session)]
    assert len(winners) == 1
    assert all(isinstance(result, Conflict) for result in results if result not in winners)
    assert await one.get(session.session_id) == winners[0]
    assert len([event async for event in audit_log.everything()]) == 2


async def test_active_sessions_are_those_that_have_not_ended(sessions: SessionStore) -> None:
    waiting = await stored(sessions, a_session(1))
    joined = await play(sessions, await stored(sessions, a_session(2)), CLAIM)
    gone = await stored(sessions, a_session(3))
    await play(sessions, gone, ev.TechnicianEnded(TECHNICIAN))
    assert await sessions.active() == (waiting, joined)


async def test_pages_show_every_session_once_newest_first(sessions: SessionStore) -> None:
    for number in range(7):
        # Some are created in the same instant.
        await stored(sessions, a_session(number, created_at=NOW + timedelta(seconds=number // 2)))
    seen, cursor = [], None
    while True:
        page = await sessions.page(SessionFilter(), cursor, 2)
        seen += [session.session_id for session in page.sessions]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == [session_id(number) for number in range(6, -1, -1)]


async def test_an_empty_list_is_one_empty_page(sessions: SessionStore) -> None:
    page = await sessions.page(SessionFilter(), None, 10)
    assert (page.sessions, page.next_cursor) == ((), None)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (SessionFilter(ticket_id="T-2"), [2]),
        (SessionFilter(technician_id="usr_" + "d" * 32), [3]),
        (SessionFilter(state=SessionState.JOINED), [1]),
        (SessionFilter(created_from=NOW + timedelta(hours=2)), [3, 2]),
        (SessionFilter(created_to=NOW + timedelta(hours=2)), [1]),
        (SessionFilter(ticket_id="T-1", state=SessionState.WAITING), [3]),
        (SessionFilter(ticket_id="nothing"), []),
    ],
)
async def test_a_list_shows_what_its_filter_names(
    sessions: SessionStore, where: SessionFilter, expected: list[int]
) -> None:
    hours = [NOW + timedelta(hours=number) for number in range(4)]
    await play(sessions, await stored(sessions, a_session(1, created_at=hours[1])), CLAIM)
    await stored(sessions, a_session(2, created_at=hours[2], ticket_id="T-2"))
    await stored(sessions, a_session(3, created_at=hours[3], technician_id="usr_" + "d" * 32))
    page = await sessions.page(where, None, 10)
    assert [session.session_id for session in page.sessions] == [session_id(n) for n in expected]


def made_up(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "AAAA",
        "é",
        made_up("[]"),
        made_up("[1, 2]"),
        made_up('["2026-11-23T09:00:00+00:00", 7]'),
        made_up(f'["yesterday", "{session_id(1)}"]'),
        made_up(f'["2026-11-23T09:00:00", "{session_id(1)}"]'),
        made_up('["2026-11-23T09:00:00+00:00", "\' OR 1=1"]'),
    ],
)
async def test_a_foreign_cursor_is_refused(sessions: SessionStore, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        await sessions.page(SessionFilter(), cursor, 10)


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1), datetime.min, datetime.max])
async def test_a_time_without_a_zone_is_refused(sessions: SessionStore, moment: datetime) -> None:
    with pytest.raises(InvalidRequest, match="zone"):
        await sessions.page(SessionFilter(created_from=moment), None, 10)


async def test_a_time_out_of_range_is_refused(sessions: SessionStore) -> None:
    east = timezone(timedelta(hours=14))
    with pytest.raises(InvalidRequest, match="range"):
        await sessions.page(SessionFilter(created_to=datetime.min.replace(tzinfo=east)), None, 10)


async def test_without_an_audit_log_no_session_is_stored_or_changed(
    database: Database, sessions: SessionStore
) -> None:
    session = await stored(sessions, a_session(1))
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE audit_events")
    with pytest.raises(AuditUnavailable) as refusal:
        await stored(sessions, a_session(2))
    assert refusal.value.__cause__ is not None
    with pytest.raises(AuditUnavailable):
        await play(sessions, session, CLAIM)
    assert await sessions.get(session_id(2)) is None
    assert await sessions.get(session_id(1)) == session


async def test_a_session_that_breaks_the_rules_is_refused(sessions: SessionStore) -> None:
    with pytest.raises(AuditUnavailable):
        await stored(sessions, a_session(state=SessionState.CONNECTED, code_hash=None))
