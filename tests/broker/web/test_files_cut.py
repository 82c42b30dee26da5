"""Files that are under way when a session ends are on record, whoever ended it."""

from typing import Any

import pytest

from tests.broker.web.conftest import Broker, JoinedSession

UNDER_WAY = {"direction": "send", "name": "setup.exe", "size_bytes": 4_000_000_000}
DONE = UNDER_WAY | {"result": "done", "sha256": "0" * 64}


class Encounter(JoinedSession):
    """A session in which files may go."""

    async def report(self, **fields: Any) -> None:
        await self.client.send("files.reported", **fields)
        await self.client.send("ping")
        await self.client.receive("pong")

    async def end(self) -> None:
        await self.console.send("session.end")
        await self.client.receive("session.ended")

    async def files(self) -> list[tuple[str, str]]:
        """Name and result of each file on record."""
        path = f"/api/v1/sessions/{self.session_id}/events?limit=200"
        events = (await (await self.tess.get(path)).json())["events"]
        assert events[-1]["action"] == "session.ended"
        told = [event["details"] for event in events if event["action"] == "session.file"]
        return [(details["file_name"], details["file_result"]) for details in told]


@pytest.fixture
async def encounter(broker: Broker) -> Encounter:
    return await Encounter.of(broker)


async def test_a_file_under_way_when_the_technician_ends_is_recorded_as_cut(
    encounter: Encounter,
) -> None:
    await encounter.consent()
    await encounter.report(under_way=[UNDER_WAY])
    await encounter.end()
    assert await encounter.files() == [("setup.exe", "cut")]


async def test_a_file_of_which_the_client_told_the_end_is_not(encounter: Encounter) -> None:
    await encounter.consent()
    await encounter.report(under_way=[UNDER_WAY])
    await encounter.report(files=[DONE])
    await encounter.end()
    assert await encounter.files() == [("setup.exe", "done")]


async def test_a_client_that_is_gone_without_a_word_leaves_its_file_on_record(
    encounter: Encounter,
) -> None:
    await encounter.consent()
    await encounter.report(under_way=[UNDER_WAY])
    await encounter.client.ws.close()
    await encounter.console.receive("session.snapshot")
    await encounter.console.send("session.end")
    await encounter.console.snapshot("ended")
    assert await encounter.files() == [("setup.exe", "cut")]


async def test_before_consent_no_file_is_under_way(encounter: Encounter) -> None:
    await encounter.client.send("files.reported", under_way=[UNDER_WAY])
    assert (await encounter.client.receive("error"))["code"] == "wrong_state"
    await encounter.end()
    assert await encounter.files() == []
