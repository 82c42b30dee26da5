"""How satisfied the end user is: answered with their client's token when the session is over."""

from typing import Any

import pytest

from broker.protocol.receipts import RECEIPT_WITHIN_S
from tests.broker.web.conftest import Broker, Person

COMMENT = "<b>Quick & kind</b>\n=1+1"


class Helped:
    """A session and its support client's token."""

    def __init__(self, tess: Person, person: Person, client: Any, joined: dict[str, Any]) -> None:
        self.tess, self.person, self.client = tess, person, client
        self.session_id: str = joined["session_id"]
        self.headers = {"Authorization": f"Bearer {joined['receipt_token']}"}

    async def rate(self, steps: object, **more: object) -> int:
        path = f"/api/v1/sessions/{self.session_id}/rating"
        answer = await self.person.post(path, {"steps": steps, **more}, **self.headers)
        return answer.status

    async def allow(self) -> None:
        await self.client.send("consent.given", capabilities=["view"], source="window")
        await self.client.send("ping")
        await self.client.receive("pong")

    async def end(self) -> None:
        answer = await self.tess.post(f"/api/v1/sessions/{self.session_id}/end")
        assert answer.status == 200


@pytest.fixture
async def helped(broker: Broker) -> Helped:
    tess = await broker.technician("tess@example.org")
    issued = await tess.create_session("T-1", "view")
    person = await broker.new_person()
    client = await person.socket("client")
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    await client.send("client.join", protocol_version=1, code=issued["code"], system=system)
    return Helped(tess, person, client, await client.receive("session.joined"))


async def test_an_answer_is_on_the_log_once_and_not_for_the_technician(
    broker: Broker, helped: Helped
) -> None:
    await helped.allow()
    assert await helped.rate(5) == 409
    await helped.end()
    assert await helped.rate(4, comment=COMMENT) == 204
    assert await helped.rate(1, comment="changed my mind") == 204
    records = await broker.core.audit_log.of_session(helped.session_id, 0, 99)
    [rated] = [one.event for one in records if one.event.action == "session.rated"]
    assert rated.details["satisfaction"] == 4
    assert "Quick & kind" in str(rated.details["comment"])
    assert (rated.actor.kind, rated.actor.name) == ("end_user", "kitchen-pc")
    answer = await helped.tess.http.get(f"/api/v1/sessions/{helped.session_id}/events")
    actions = [one["action"] for one in (await answer.json())["events"]]
    assert "session.ended" in actions
    assert "session.rated" not in actions


@pytest.mark.parametrize("steps", [0, 6, "5", 2.5, True, None])
async def test_what_is_no_step_is_refused(helped: Helped, steps: object) -> None:
    await helped.allow()
    await helped.end()
    assert await helped.rate(steps) == 400


async def test_whoever_was_not_helped_or_has_another_token_cannot_answer(helped: Helped) -> None:
    await helped.end()
    assert await helped.rate(5) == 404
    helped.headers = {"Authorization": "Bearer " + "x" * 43}
    assert await helped.rate(5) == 404


async def test_an_answer_an_hour_late_is_refused(
    broker: Broker, helped: Helped, monkeypatch: pytest.MonkeyPatch
) -> None:
    await helped.allow()
    await helped.end()
    monkeypatch.setattr("broker.service.ratings.RATE_WITHIN_S", -RECEIPT_WITHIN_S)
    assert await helped.rate(5) == 404
