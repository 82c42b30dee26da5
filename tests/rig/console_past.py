"""Weeks of sessions that were, for pages that show what was: the measures and the audit log."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from broker.audit.event import Actor
from broker.protocol.vocabulary import ActorKind, EndReason, SessionState
from broker.session.session import Session
from broker.storage.database import Database
from broker.storage.ratings import SqlRatingStore
from broker.storage.sessions import SqlSessionStore
from tests.builders import a_session, an_event

DAYS: Final = 27
LIFE: Final = (
    SessionState.JOINED,
    SessionState.CONSENTED,
    SessionState.CONNECTED,
    SessionState.ENDED,
)
ENDS: Final = (
    *(EndReason.TECHNICIAN_ENDED,) * 5,
    *(EndReason.END_USER_STOPPED,) * 2,
    EndReason.END_USER_LOST,
)


async def write_past(folder: Path, technicians: Sequence[tuple[str, str]]) -> None:
    """Write sessions of these accounts (id and name), the same ones each time, up to yesterday."""
    database = Database(f"sqlite:///{folder / 'data' / 'handrail.db'}")
    chance, number = random.Random(4), 1000
    today = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0)
    try:
        for day in range(DAYS, 0, -1):
            begun = today - timedelta(days=day)
            for _ in range(0 if begun.weekday() > 4 else chance.randint(4, 11)):
                number += 1
                moment = begun + timedelta(minutes=chance.randint(0, 540))
                await _session(database, chance, number, moment, chance.choice(technicians))
    finally:
        await database.close()


async def _session(
    database: Database,
    chance: random.Random,
    number: int,
    moment: datetime,
    technician: tuple[str, str],
) -> None:
    account_id, name = technician
    actor = Actor(ActorKind.TECHNICIAN, account_id, name, "192.0.2.17")
    ticket = f"ZD-{4000 + number - chance.choice((0, 0, 0, 3))}"
    owner = {"technician_id": account_id, "technician_name": name}
    session = a_session(number, ticket_id=ticket, created_at=moment, **owner)
    store = SqlSessionStore(database)
    of_it: dict[str, Any] = {"session_id": session.session_id, "ticket_id": ticket, "actor": actor}
    created = replace(an_event("session.created", **of_it), recorded_at=moment)
    await store.create(session, created)
    for state, facts in _moments(chance, moment).items():
        after: Session = replace(session, state=state, version=session.version + 1, **facts)
        event = replace(an_event(f"session.{state}", **of_it), recorded_at=_moment_of(facts))
        await store.save(session, after, event)
        session = after
    if chance.random() < 0.6:
        said = replace(an_event("session.rated", **of_it), recorded_at=moment)
        steps = chance.choice((5, 5, 5, 4, 4, 3))
        await SqlRatingStore(database).rate(session.session_id, steps, moment, said)


def _moments(chance: random.Random, moment: datetime) -> dict[SessionState, dict[str, Any]]:
    joined = moment + timedelta(seconds=chance.randint(30, 240))
    connected = joined + timedelta(seconds=chance.randint(12, 45))
    over = connected + timedelta(seconds=int(chance.expovariate(1 / 700)) + 90)
    machine = f"pc-{chance.randint(100, 199)}"
    return {
        SessionState.JOINED: {"joined_at": joined, "machine": machine, "code_hash": None},
        SessionState.CONSENTED: {"consented_at": connected - timedelta(seconds=6)},
        SessionState.CONNECTED: {"connected_at": connected},
        SessionState.ENDED: {"ended_at": over, "end_reason": chance.choice(ENDS)},
    }


def _moment_of(facts: dict[str, Any]) -> datetime:
    """Give the moment among the facts of a state."""
    return max(value for value in facts.values() if isinstance(value, datetime))
