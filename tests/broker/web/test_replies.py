"""Canned replies over HTTP: shared by everybody who may sign in, and on the audit log."""

from typing import Any

import pytest

from tests.broker.web.conftest import Broker, Person

HELLO = {"title": "Hello", "text": "Hello {end_user},\n{technician} here for {ticket}."}


@pytest.fixture
async def tess(broker: Broker) -> Person:
    return await broker.technician("tess@example.org")


async def create(person: Person, **fields: str) -> dict[str, Any]:
    response = await person.post("/api/v1/replies", {**HELLO, **fields})
    assert response.status == 201, await response.text()
    reply: dict[str, Any] = await response.json()
    return reply


async def titles(person: Person) -> list[str]:
    answer = await (await person.get("/api/v1/replies")).json()
    return [reply["title"] for reply in answer["replies"]]


async def test_a_reply_of_one_technician_is_there_for_the_others(
    broker: Broker, tess: Person
) -> None:
    reply = await create(tess)
    theo = await broker.technician("theo@example.org")
    listed = (await (await theo.get("/api/v1/replies")).json())["replies"]
    assert listed == [reply]
    assert (listed[0]["text"], listed[0]["changed_by"]) == (HELLO["text"], "Tess")


async def test_another_technician_may_mend_a_reply(broker: Broker, tess: Person) -> None:
    reply = await create(tess)
    theo = await broker.technician("theo@example.org")
    path = f"/api/v1/replies/{reply['reply_id']}"
    body = {"title": "Hi", "text": "Hi {end_user}", "version": reply["version"]}
    changed = await (await theo.post(path, body)).json()
    assert (changed["title"], changed["version"], changed["changed_by"]) == ("Hi", 2, "Theo")
    late = await tess.post(path, {**body, "text": "something else"})
    assert (late.status, (await late.json())["code"]) == (409, "conflict")


async def test_a_reply_is_taken_away_for_all(broker: Broker, tess: Person) -> None:
    reply = await create(tess)
    path = f"/api/v1/replies/{reply['reply_id']}/delete"
    assert [(await tess.post(path)).status for _ in range(2)] == [204, 204]
    assert await titles(tess) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": "  "},
        {"title": "a\nb"},
        {"title": "x" * 81},
        {"text": ""},
        {"text": " \n"},
        {"text": "\x00"},
        {"text": "x" * 3001},
    ],
)
async def test_a_reply_that_says_nothing_or_too_much_is_refused(
    tess: Person, fields: dict[str, str]
) -> None:
    response = await tess.post("/api/v1/replies", {**HELLO, **fields})
    assert (response.status, (await response.json())["code"]) == (400, "invalid_request")


async def test_who_changed_which_reply_is_on_the_audit_log_without_its_text(
    broker: Broker, tess: Person
) -> None:
    reply = await create(tess, text="the text")
    body = {"title": "Hi", "text": "another text", "version": 1}
    await tess.post(f"/api/v1/replies/{reply['reply_id']}", body)
    await tess.post(f"/api/v1/replies/{reply['reply_id']}/delete")
    events = [sealed.event async for sealed in broker.core.audit_log.everything()]
    told = [event for event in events if event.action.startswith("reply.")]
    assert [(event.action, event.actor.name, event.details) for event in told] == [
        ("reply.created", "Tess", {"reply_title": "Hello"}),
        ("reply.changed", "Tess", {"reply_title": "Hi"}),
        ("reply.deleted", "Tess", {"reply_title": "Hi"}),
    ]
