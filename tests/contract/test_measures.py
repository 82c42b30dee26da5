"""What every MeasureStore promises: figures from what happened, in both databases the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from broker.measure_ports import Measured, MeasureStore
from broker.ports import SessionStore
from broker.protocol.vocabulary import EndReason, SessionState
from broker.storage.database import Database
from broker.storage.measures import SqlMeasures
from broker.storage.ratings import SqlRatingStore
from broker.storage.sessions import SqlSessionStore
from tests.builders import a_session, an_event, its_creation, session_id

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALL = Measured(MONDAY - timedelta(days=60), MONDAY + timedelta(days=60), again_days=7)
BEN, LEO = "usr_" + "b" * 32, "usr_" + "c" * 32
ONE, TWO = "grp_" + "1" * 32, "grp_" + "2" * 32
LIFE = (SessionState.JOINED, SessionState.CONSENTED, SessionState.CONNECTED, SessionState.ENDED)


class Past:
    """Makes sessions that were."""

    def __init__(self, database: Database) -> None:
        self.sessions: SessionStore = SqlSessionStore(database)
        self.ratings = SqlRatingStore(database)

    async def session(
        self, number: int, day: float = 0, upto: SessionState = LIFE[-1], **facts: Any
    ) -> None:
        """One that waits 60 s and a second more a number, connects 30 s later, and lasts 600 s."""
        begun = MONDAY + timedelta(days=day)
        machine = facts.pop("machine", f"pc-{number}")
        session = a_session(number, created_at=begun, **{"ticket_id": f"T-{number}", **facts})
        await self.sessions.create(session, its_creation(session))
        if upto is SessionState.WAITING:
            return
        joined = begun + timedelta(seconds=60 + number)
        moments = {
            SessionState.JOINED: {"joined_at": joined, "machine": machine, "code_hash": None},
            SessionState.CONSENTED: {"consented_at": joined + timedelta(seconds=20)},
            SessionState.CONNECTED: {"connected_at": joined + timedelta(seconds=30)},
            SessionState.ENDED: {
                "ended_at": joined + timedelta(seconds=630),
                "end_reason": EndReason.TECHNICIAN_ENDED,
            },
        }
        for state in LIFE[: LIFE.index(upto) + 1]:
            changed: Any = moments[state]
            after = replace(session, state=state, version=session.version + 1, **changed)
            await self.sessions.save(session, after, an_event(f"session.{state}"))
            session = after


@pytest.fixture
def past(database: Database) -> Past:
    return Past(database)


@pytest.fixture
def measures(database: Database) -> MeasureStore:
    return SqlMeasures(database)


async def test_nothing_gives_noughts_and_no_averages(measures: MeasureStore) -> None:
    [total] = await measures.figures(ALL, None)
    assert (total.sessions, total.states, total.wait.p50_s) == (0, (), None)
    assert (total.satisfaction.average, total.satisfaction.steps) == (None, (0, 0, 0, 0, 0))
    assert await measures.figures(ALL, "period") == ()


async def test_times_are_those_between_the_moments_that_were_stored(
    measures: MeasureStore, past: Past
) -> None:
    for number in range(1, 21):
        await past.session(number)
    await past.session(30, upto=SessionState.WAITING)
    await past.session(31, upto=SessionState.JOINED)
    [total] = await measures.figures(ALL, None)
    assert {one.word: one.count for one in total.states} == {"ended": 20, "waiting": 1, "joined": 1}
    assert [(one.word, one.count) for one in total.end_reasons] == [("technician_ended", 20)]
    wait = total.wait
    assert (wait.count, wait.p50_s, wait.p95_s) == pytest.approx((21, 71, 80), abs=0.01)
    assert wait.average_s == pytest.approx((20 * 60 + 210 + 91) / 21, abs=0.01)
    assert total.code_to_picture.p95_s == pytest.approx(30, abs=0.01)
    assert total.duration.average_s == pytest.approx(600, abs=0.01)
    assert total.first_response.p50_s == pytest.approx(100, abs=0.01)
    assert total.resolution.p50_s == pytest.approx(700, abs=0.01)
    assert total.resolution.count == 20


async def test_parts_are_periods_technicians_and_groups(measures: MeasureStore, past: Past) -> None:
    await past.session(1, day=-1, technician_id=BEN, group_ids=(ONE, TWO))
    await past.session(2, technician_id=BEN, group_ids=(TWO,))
    await past.session(3, day=9)

    async def parts(by: Any, **more: Any) -> dict[str | None, int]:
        rows = await measures.figures(replace(ALL, **more), by)
        return {row.key: row.sessions for row in rows}

    days = await parts("period")
    assert list(days.items()) == [("2026-11-22", 1), ("2026-11-23", 1), ("2026-12-02", 1)]
    weeks = await parts("period", period="week")
    assert weeks == {"2026-11-16": 1, "2026-11-23": 1, "2026-11-30": 1}
    assert await parts("period", period="month") == {"2026-11-01": 2, "2026-12-01": 1}
    assert await parts("technician") == {BEN: 2, "usr_" + "a" * 32: 1}
    assert await parts(None, group_id=TWO) == {None: 2}
    assert await parts(None, team=frozenset({ONE})) == {None: 1}
    assert await parts(None, team=frozenset()) == {None: 0}
    assert await parts(None, technician_id=LEO) == {None: 0}
    assert await parts(None, since=MONDAY, until=MONDAY + timedelta(days=9)) == {None: 1}


async def test_a_session_that_was_handed_over_counts_for_whoever_has_it(
    measures: MeasureStore, past: Past
) -> None:
    await past.session(1, technician_id=BEN, upto=SessionState.CONNECTED)
    session = await past.sessions.get(session_id(1))
    assert session is not None
    after = replace(session, technician_id=LEO, technician_name="Leo", version=session.version + 1)
    await past.sessions.save(session, after, an_event("session.handed_over"))
    rows = await measures.figures(ALL, "technician")
    assert [(row.key, row.sessions, row.first_response.count) for row in rows] == [(LEO, 1, 1)]
    [of_ben] = await measures.figures(replace(ALL, technician_id=BEN), None)
    assert of_ben.sessions == 0


async def test_another_session_for_the_ticket_or_machine_within_days_is_a_repeat(
    measures: MeasureStore, past: Past
) -> None:
    await past.session(1, day=0, ticket_id="T")
    await past.session(2, day=3, ticket_id="T", machine="kitchen")
    await past.session(3, day=12, machine="kitchen")
    await past.session(4, day=18, machine="kitchen")
    await past.session(5, day=19, machine=None)
    await past.session(6, day=19, machine=None)
    [total] = await measures.figures(ALL, None)
    assert (total.repeats, total.first_contacts, total.first_contacts_resolved) == (2, 4, 2)
    [long] = await measures.figures(replace(ALL, again_days=30), None)
    assert (long.repeats, long.first_contacts_resolved) == (3, 2)
    [first] = await measures.figures(replace(ALL, until=MONDAY + timedelta(days=1)), None)
    assert (first.first_contacts, first.first_contacts_resolved) == (1, 0)


async def test_answers_and_transfers_belong_to_their_sessions(
    measures: MeasureStore, past: Past, database: Database
) -> None:
    from broker.storage.audit_log import SqlAuditLog

    for number, steps in ((1, 5), (2, 5), (3, 2)):
        await past.session(number, technician_id=BEN if number == 3 else LEO)
        await past.ratings.rate(session_id(number), steps, MONDAY, an_event("session.rated"))
    log = SqlAuditLog(database)
    for action in ("session.handed_over", "session.taken", "session.invited"):
        await log.append(replace(an_event(action), session_id=session_id(3)))
    [total] = await measures.figures(ALL, None)
    assert (total.satisfaction.count, total.satisfaction.average) == (3, 4.0)
    assert total.satisfaction.steps == (0, 1, 0, 0, 2)
    assert total.transfers == 2
    rows = {row.key: row for row in await measures.figures(ALL, "technician")}
    assert (rows[BEN].transfers, rows[BEN].satisfaction.average) == (2, 2.0)
    assert (rows[LEO].transfers, rows[LEO].satisfaction.average) == (0, 5.0)
