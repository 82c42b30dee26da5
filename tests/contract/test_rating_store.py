"""What every RatingStore promises."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from broker.errors import Conflict, RecordRefused
from broker.ports import AuditLog, SessionStore
from broker.storage.database import Database
from broker.storage.measure_tables import session_ratings
from broker.storage.ratings import SqlRatingStore
from tests.builders import NOW, a_session, an_event, its_creation, session_id


async def test_a_session_is_rated_once_and_on_record(
    database: Database, sessions: SessionStore, audit_log: AuditLog
) -> None:
    await sessions.create(a_session(1), its_creation(a_session(1)))
    store = SqlRatingStore(database)
    await store.rate(session_id(1), 4, NOW, an_event("session.rated"))
    with pytest.raises(Conflict):
        await store.rate(session_id(1), 1, NOW + timedelta(1), an_event("session.rated"))
    async with database.read() as connection:
        rows = (await connection.execute(select(session_ratings))).all()
    assert [tuple(row) for row in rows] == [(session_id(1), 4, NOW)]
    actions = [sealed.event.action async for sealed in audit_log.everything()]
    assert actions.count("session.rated") == 1


@pytest.mark.parametrize(("number", "steps"), [(1, 0), (1, 6), (2, 3)])
async def test_no_step_and_no_session_are_refused(
    database: Database, sessions: SessionStore, number: int, steps: int
) -> None:
    await sessions.create(a_session(1), its_creation(a_session(1)))
    with pytest.raises(RecordRefused):
        await SqlRatingStore(database).rate(session_id(number), steps, NOW, an_event())
