"""The chat through the broker: passed on, to the right two, and kept nowhere."""

from pathlib import Path
from typing import Any

import pytest

from tests.broker.web.conftest import Broker, JoinedSession

CANARY = "canary-4711-in-the-chat"
POST = {"id": "line-0001", "text": CANARY}
LINE = {
    "sequence": 1,
    "id": "line-0001",
    "author": "technician",
    "by": None,
    "text": CANARY,
    "sent_at": "2026-11-23T09:00:00Z",
}
STATE = {"last": 1, "shown": 0, "full": False, "live": True}


class Encounter(JoinedSession):
    """A session whose two sides write to each other."""

    async def there_and_back(self) -> None:
        """A post of the technician, and the line that it becomes."""
        await self.console.send("chat.post", **POST)
        assert (await self.client.receive("chat.post"))["text"] == CANARY
        await self.client.send("chat.message", **LINE)
        assert (await self.console.receive("chat.message"))["text"] == CANARY


@pytest.fixture
async def encounter(broker: Broker) -> Encounter:
    return await Encounter.of(broker)


async def test_the_chat_goes_both_ways_before_consent_and_after(encounter: Encounter) -> None:
    await encounter.there_and_back()
    await encounter.consent()
    await encounter.there_and_back()


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("chat.post", {**POST, "previous": None}),
        ("chat.sync", {"after": 3}),
        ("chat.marks", {"received": 2, "shown": 1}),
        ("chat.typing", {}),
    ],
)
async def test_what_a_console_says_in_the_chat_reaches_the_client_as_it_was(
    encounter: Encounter, kind: str, fields: dict[str, Any]
) -> None:
    await encounter.console.send(kind, **fields)
    assert await encounter.client.receive(kind) == {"type": kind, **fields}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("chat.message", LINE),
        ("chat.lines", {"lines": [{"type": "chat.message", **LINE}]}),
        ("chat.state", STATE),
        ("chat.typing", {}),
    ],
)
async def test_what_a_client_says_in_the_chat_reaches_the_console_as_it_was(
    encounter: Encounter, kind: str, fields: dict[str, Any]
) -> None:
    await encounter.client.send(kind, **fields)
    assert await encounter.console.receive(kind) == {"type": kind, **fields}


async def test_a_chat_into_nowhere_is_no_error(broker: Broker, encounter: Encounter) -> None:
    await encounter.client.ws.close()
    await encounter.console.send("chat.post", **POST)
    await encounter.console.send("ping")
    await encounter.console.receive("pong")
    assert not [m for m in encounter.console.seen if m["type"] == "error"]


async def test_before_anybody_has_joined_there_is_nobody_to_chat_with(broker: Broker) -> None:
    tess = await broker.technician("tess@example.org")
    console = await tess.console((await tess.create_session())["session_id"])
    await console.send("chat.post", **POST)
    assert (await console.receive("error"))["code"] == "wrong_state"


@pytest.mark.parametrize("email", ["theo@example.org", "ada@example.org"])
async def test_only_the_technician_in_charge_is_heard(
    broker: Broker, encounter: Encounter, email: str
) -> None:
    """An admin may end the session of another, but not speak in it."""
    other = await broker.technician(email)
    console = await other.console(encounter.session_id)
    await console.send("chat.post", **POST)
    assert (await console.receive("error"))["code"] in ("not_found", "not_permitted")
    await encounter.console.send("chat.typing")
    await encounter.client.receive("chat.typing")
    assert not [m for m in encounter.client.seen if m["type"] == "chat.post"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x" * 4001},
        {"text": ""},
        {"text": "a\x00b"},
        {"id": "short"},
        {"author": "end_user"},
    ],
)
async def test_the_limits_are_those_of_the_data_channel(
    encounter: Encounter, fields: dict[str, str]
) -> None:
    await encounter.console.send("chat.post", **{**POST, **fields})
    assert (await encounter.console.receive("error"))["code"] == "invalid_message"


async def test_neither_side_may_speak_as_the_other(encounter: Encounter) -> None:
    await encounter.console.send("chat.message", **LINE)
    assert (await encounter.console.receive("error"))["code"] == "invalid_message"
    await encounter.client.send("chat.post", **POST)
    assert (await encounter.client.receive("error"))["code"] == "invalid_message"


async def test_nothing_that_was_said_is_kept_or_logged(
    encounter: Encounter, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    await encounter.there_and_back()
    await encounter.console.send("session.end")
    await encounter.client.receive("session.ended")
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.name.startswith("handrail.db") for path in kept)
    assert not [path for path in kept if CANARY.encode() in path.read_bytes()]
    told = capfd.readouterr()
    assert CANARY not in told.out + told.err


async def test_how_much_each_side_said_goes_on_record_when_the_session_ends(
    encounter: Encounter,
) -> None:
    await encounter.client.send("chat.counted", technician=1, end_user=0)
    await encounter.client.send("chat.counted", technician=3, end_user=2)
    await encounter.client.send("ping")
    await encounter.client.receive("pong")
    assert "session.chat_used" not in await encounter.tess.events(encounter.session_id)
    await encounter.console.send("session.end")
    await encounter.client.receive("session.ended")
    path = f"/api/v1/sessions/{encounter.session_id}/events?limit=200"
    events = (await (await encounter.tess.get(path)).json())["events"]
    assert [event["action"] for event in events[-2:]] == ["session.chat_used", "session.ended"]
    assert events[-2]["details"]["technician_lines"] == 3
    assert events[-2]["details"]["end_user_lines"] == 2
    assert events[-2]["actor_name"] == "kitchen-pc"


async def test_a_session_without_chat_says_nothing_of_it(encounter: Encounter) -> None:
    await encounter.console.send("session.end")
    await encounter.client.receive("session.ended")
    assert "session.chat_used" not in await encounter.tess.events(encounter.session_id)
