"""Transcripts over HTTP: handed in with the token of the session, once, and read with it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from broker.config import Config
from broker.protocol import transcripts
from tests.broker.web.conftest import Broker, Person
from tests.conftest import PutDatabase

LINES = [
    {
        "sequence": number,
        "author": "technician" if number % 2 else "end_user",
        "text": f"line {number} 💻",
        "sent_at": "2026-11-23T09:00:00Z",
    }
    for number in range(1, 6)
]


@pytest.fixture
def config(tmp_path: Path, put_database: PutDatabase, request: pytest.FixtureRequest) -> Config:
    put_database(tmp_path / "var")
    policy = getattr(request, "param", "ask")
    return Config(data_dir=tmp_path / "var", transcript_to_ticket=policy)


class Ended:
    """A session that an end user joined and that is over, and what they were told."""

    def __init__(self, tess: Person, end_user: Person, joined: dict[str, Any]) -> None:
        self.tess, self.end_user = tess, end_user
        self.session_id: str = joined["session_id"]
        self.token: str | None = joined["transcript_token"]
        self.path = f"/api/v1/sessions/{self.session_id}/transcript"

    async def hand_in(self, lines: Any = LINES, token: str | None = None) -> ClientResponse:
        headers = {
            "Authorization": f"Bearer {token or self.token}",
            "Content-Type": "application/json",
        }
        body = io.BytesIO(
            json.dumps({"lines": lines}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        )
        return await self.end_user.http.post(self.path, data=body, headers=headers)

    async def read(self, person: Person, query: str = "") -> dict[str, Any]:
        response = await person.get(self.path + query)
        answer: dict[str, Any] = await response.json()
        return answer


async def joined(broker: Broker, *, over: bool = True) -> Ended:
    tess = await broker.technician("tess@example.org")
    issued = await tess.create_session("T-7")
    end_user = await broker.new_person()
    client = await end_user.join(issued["code"])
    told = await client.receive("session.joined")
    if over:
        await tess.post(f"/api/v1/sessions/{issued['session_id']}/end")
        await client.receive("session.ended")
    return Ended(tess, end_user, told)


@pytest.fixture
async def ended(broker: Broker) -> Ended:
    return await joined(broker)


async def test_a_transcript_that_the_end_user_agreed_to_keep_is_there_to_read(
    broker: Broker, ended: Ended
) -> None:
    response = await ended.hand_in()
    assert response.status == 201
    kept = await response.json()
    assert (kept["ticket_id"], kept["line_count"]) == ("T-7", 5)
    page = await ended.read(ended.tess)
    assert [(line["author"], line["text"]) for line in page["lines"]] == [
        (line["author"], line["text"]) for line in LINES
    ]
    assert (page["kept_at"], page["ticket_id"]) == (kept["kept_at"], "T-7")
    admin = await broker.technician("ada@example.org")
    assert await ended.read(admin) == page
    events = await ended.tess.events(ended.session_id)
    assert events[-1] == "session.transcript_kept"


async def test_a_transcript_is_read_page_by_page(ended: Ended) -> None:
    await ended.hand_in()
    read: list[int] = []
    cursor = ""
    while cursor is not None:
        page = await ended.read(ended.tess, f"?limit=2{cursor and f'&cursor={cursor}'}")
        read += [line["sequence"] for line in page["lines"]]
        cursor = page["next_cursor"]
    assert read == [1, 2, 3, 4, 5]
    assert (await ended.read(ended.tess, "?cursor=x"))["code"] == "invalid_request"


async def test_without_a_transcript_there_is_nothing_to_read(ended: Ended) -> None:
    page = await ended.read(ended.tess)
    assert (page["asked"], page["kept_at"], page["lines"]) == (True, None, [])


async def test_a_transcript_is_handed_in_once(ended: Ended) -> None:
    await ended.hand_in()
    late = await ended.hand_in(LINES[:1])
    assert (late.status, (await late.json())["code"]) == (409, "conflict")
    assert (await ended.read(ended.tess))["line_count"] == 5


async def test_only_who_joined_the_session_may_hand_in(broker: Broker, ended: Ended) -> None:
    other = await joined(broker)
    for token in (other.token, "x" * 43, "", "é"):
        response = await ended.hand_in(token=token or " ")
        assert (response.status, (await response.json())["code"]) == (404, "not_found")
    without = await ended.tess.http.post(ended.path, json={"lines": LINES})
    assert without.status == 404


async def test_another_technician_may_not_read_it(broker: Broker, ended: Ended) -> None:
    await ended.hand_in()
    theo = await broker.technician("theo@example.org")
    assert (await ended.read(theo))["code"] == "not_found"


async def test_nothing_is_handed_in_while_the_session_lives(broker: Broker) -> None:
    alive = await joined(broker, over=False)
    response = await alive.hand_in()
    assert (response.status, (await response.json())["code"]) == (409, "wrong_state")


async def test_an_hour_after_the_session_it_is_too_late(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.service.transcripts.HAND_IN_WITHIN_S", -1)
    assert (await ended.hand_in()).status == 404


@pytest.mark.parametrize("config", ["off"], indirect=True)
async def test_where_the_policy_is_off_nobody_is_asked_and_nothing_is_taken(
    broker: Broker, ended: Ended
) -> None:
    assert ended.token is None
    token = broker.core.secrets.derive_token(f"transcript {ended.session_id}")
    assert (await ended.hand_in(token=token)).status == 404
    assert (await ended.read(ended.tess))["asked"] is False


@pytest.mark.parametrize(
    "lines",
    [
        [],
        LINES[1:],
        [LINES[0], LINES[0]],
        [{**LINES[0], "author": "broker"}],
        [{**LINES[0], "text": "a\x00b"}],
        "hello",
    ],
)
async def test_what_is_no_transcript_is_refused(ended: Ended, lines: Any) -> None:
    response = await ended.hand_in(lines)
    assert (response.status, (await response.json())["code"]) == (400, "invalid_request")
    assert (await ended.read(ended.tess))["kept_at"] is None


async def test_the_longest_transcript_is_taken_and_a_larger_body_is_not(
    ended: Ended, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [{**LINES[0], "sequence": n, "text": "é" * 150} for n in range(1, 10_001)]
    monkeypatch.setattr("broker.web.api.transcripts.MAX_TRANSCRIPT_BYTES", 1_000_000)
    assert (await ended.hand_in(lines)).status == 413
    monkeypatch.setattr(
        "broker.web.api.transcripts.MAX_TRANSCRIPT_BYTES", transcripts.MAX_TRANSCRIPT_BYTES
    )
    assert (await ended.hand_in(lines)).status == 201
