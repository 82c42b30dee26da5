"""When the audit log cannot be written: no session begins, and a live one ends within a minute."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from broker.audit.chain import verify
from broker.audit.event import AuditEvent
from broker.compose import web_context
from broker.compose_core import open_core
from broker.config import Config
from broker.protocol.vocabulary import EndReason, SessionState
from broker.service import log_watch
from broker.service.log_watch import RECOVERED
from broker.service.unrecorded import UNRECORDED_S
from tests.broker.web.conftest import Broker, JoinedSession, serving
from tests.builders import SetClock, quick_passwords


class FailingLog:
    """A broker with a clock of its own, whose log fails when a test wants that."""

    def __init__(self, broker: Broker, clock: SetClock, config: Config) -> None:
        self.broker, self.clock = broker, clock
        self._file = config.data_dir / "handrail.db"

    async def fail(self) -> None:
        await asyncio.to_thread(self._rename, "audit_events", "away")

    async def mend(self) -> None:
        await asyncio.to_thread(self._rename, "away", "audit_events")

    async def look(self, *, after_s: float = 0) -> None:
        self.clock.advance(seconds=after_s)
        await self.broker.context.registry.log_watch.look()

    async def records(self) -> list[AuditEvent]:
        records = [sealed async for sealed in self.broker.core.audit_log.everything()]
        assert verify(records).flaw is None
        return [sealed.event for sealed in records]

    async def stored_state(self, session_id: str) -> tuple[SessionState, EndReason | None]:
        session = await self.broker.core.sessions.get(session_id)
        assert session is not None
        return session.state, session.end_reason

    def _rename(self, before: str, after: str) -> None:
        with sqlite3.connect(self._file) as connection:
            connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
        connection.close()


@pytest.fixture
async def rig(config: Config) -> AsyncIterator[FailingLog]:
    clock = SetClock(datetime.now(UTC))
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(config, passwords=quick_passwords()))
        core = replace(core, clock=clock)
        broker = await stack.enter_async_context(serving(core, web_context(core, config)))
        yield FailingLog(broker, clock, config)


@pytest.fixture
async def encounter(rig: FailingLog) -> JoinedSession:
    joined = await JoinedSession.of(rig.broker)
    await joined.consent()
    return joined


async def test_no_session_begins_and_the_probe_says_what_to_do(rig: FailingLog) -> None:
    tess = await rig.broker.technician("tess@example.org")
    await rig.fail()
    refused = await tess.post("/api/v1/sessions", {"ticket_id": "T-1", "capabilities": ["view"]})
    assert refused.status == 503
    assert (await refused.json())["code"] == "audit_unavailable"
    await rig.look()
    probe = await tess.get("/readyz")
    assert probe.status == 503
    assert "Look whether the database runs" in (await probe.json())["problems"][0]
    await rig.mend()
    await rig.look()
    assert (await tess.get("/readyz")).status == 200
    assert (await tess.create_session())["code"]


async def test_the_probe_answers_while_another_program_keeps_the_database_locked(
    broker: Broker, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert log_watch.PROBE_S <= 2
    monkeypatch.setattr(log_watch, "PROBE_S", 0.05)
    monkeypatch.setattr(log_watch, "FRESH", timedelta())
    stranger = await broker.new_person()
    file = config.data_dir / "handrail.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        probe = await stranger.get("/readyz")
        assert (probe.status, (await probe.json())["problems"]) == (503, [log_watch.SLOW])
        other.execute("ROLLBACK")
    monkeypatch.setattr(log_watch, "PROBE_S", 30)
    assert (await stranger.get("/readyz")).status == 200


async def test_what_happens_meanwhile_is_recorded_when_the_log_is_back(
    rig: FailingLog, encounter: JoinedSession
) -> None:
    await rig.fail()
    await encounter.client.send("session.pause", paused=True)
    assert (await encounter.client.receive("audit.state"))["ends_in_s"] == UNRECORDED_S
    assert (await encounter.console.receive("audit.state"))["ends_in_s"] == UNRECORDED_S
    await encounter.client.send("session.pause", paused=False)
    await encounter.client.send("ping")
    await encounter.client.receive("pong")
    await rig.mend()
    await rig.look(after_s=UNRECORDED_S - 1)
    assert (await encounter.client.receive("audit.state"))["ends_in_s"] is None
    assert (await encounter.console.receive("audit.state"))["ends_in_s"] is None
    told = [(event.action, event.details) for event in (await rig.records())]
    names = [name for name, _ in told]
    paused = [details["paused"] for name, details in told if name == "session.pause_changed"]
    assert paused == [True, False]
    assert told[names.index(RECOVERED)][1] == {"unrecorded_s": UNRECORDED_S - 1}
    assert (await rig.stored_state(encounter.session_id))[0] is SessionState.CONSENTED


async def test_a_log_that_stays_away_ends_the_session_for_both_and_then_on_record(
    rig: FailingLog, encounter: JoinedSession
) -> None:
    await rig.fail()
    await rig.look()
    assert (await encounter.client.receive("audit.state"))["ends_in_s"] == UNRECORDED_S
    await rig.look(after_s=UNRECORDED_S)
    assert (await encounter.client.receive("session.ended"))["reason"] == "audit_unavailable"
    assert (await encounter.console.snapshot("ended"))["end_reason"] == "audit_unavailable"
    assert await encounter.console.closed() == 1000
    ended_at = rig.clock.now()
    await rig.mend()
    await rig.look(after_s=600)
    await stored(rig, encounter)
    assert await rig.stored_state(encounter.session_id) == (
        SessionState.ENDED,
        EndReason.AUDIT_UNAVAILABLE,
    )
    last = next(one for one in reversed(await rig.records()) if one.action == "session.ended")
    assert last.recorded_at == ended_at


async def test_stop_ends_at_once_though_it_cannot_be_recorded_yet(
    rig: FailingLog, encounter: JoinedSession
) -> None:
    await rig.fail()
    await encounter.client.send("session.stop")
    assert (await encounter.console.snapshot("ended"))["end_reason"] == "end_user_stopped"
    await encounter.client.ws.close()
    await rig.mend()
    await rig.look()
    await stored(rig, encounter)
    assert await rig.stored_state(encounter.session_id) == (
        SessionState.ENDED,
        EndReason.END_USER_STOPPED,
    )


async def test_what_a_technician_asks_for_meanwhile_is_refused_and_not_done_later(
    rig: FailingLog, encounter: JoinedSession
) -> None:
    await rig.fail()
    refused = await encounter.tess.post(f"/api/v1/sessions/{encounter.session_id}/end")
    assert refused.status == 503
    await rig.mend()
    await rig.look()
    assert (await encounter.client.receive("audit.state"))["ends_in_s"] == UNRECORDED_S
    assert (await encounter.client.receive("audit.state"))["ends_in_s"] is None
    assert (await rig.stored_state(encounter.session_id))[0] is SessionState.CONSENTED


async def stored(rig: FailingLog, encounter: JoinedSession) -> None:
    """Wait until the session's owner has nothing more to do."""
    async with asyncio.timeout(15):
        while rig.broker.context.registry.find(encounter.session_id) is not None:
            await asyncio.sleep(0.01)
