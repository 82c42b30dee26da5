"""Lines, escapes and marks of direction in every field that takes a text from outside."""

from typing import Any

import pytest

from tests.broker.web.conftest import Broker
from tests.hostile.payloads import LINES, VISIBLE


@pytest.mark.parametrize("text", LINES, ids=repr)
async def test_what_could_forge_a_line_gets_into_no_name(broker: Broker, text: str) -> None:
    tess = await broker.technician("tess@example.org")
    for ticket in (text, f"=1+1{text}"):
        answer = await tess.post("/api/v1/sessions", {"ticket_id": ticket})
        assert answer.status == 400, ticket
    reply = await tess.post("/api/v1/replies", {"title": text, "text": "hello"})
    assert reply.status == 400
    issued = await tess.create_session()
    client = await tess.socket("client")
    system = {"platform": "linux", "client_version": "1", "machine": text}
    await client.send("client.join", protocol_version=1, code=issued["code"], system=system)
    await client.receive("session.joined")
    shown = await (await tess.get(f"/api/v1/sessions/{issued['session_id']}")).json()
    assert shown["machine"].isprintable()  # a computer's own odd name is mended, not refused
    await client.send("consent.given", capabilities=["view"], source="window")
    change = {"change": "refused", "capability": "control", "granted": ["view"]}
    await client.send("rights.changed", **change, reason=text)
    files: list[dict[str, Any]] = [
        {"direction": "receive", "name": text, "size_bytes": 1, "result": "done"}
    ]
    await client.send("files.reported", files=files)
    await client.send("ping")
    await client.receive("pong")
    told = [message["code"] for message in client.seen if message["type"] == "error"]
    assert told in ([], ["invalid_message"])  # the reason; a file's odd name is mended
    assert "session.file" in await tess.events(issued["session_id"])
    async for sealed in broker.core.audit_log.everything():
        event = sealed.event
        told = [event.actor.name, event.ticket_id, *event.details.values()]
        assert all(value.isprintable() for value in told if isinstance(value, str)), event


@pytest.mark.parametrize("text", VISIBLE)
async def test_a_ticket_is_never_a_formula_or_markup(broker: Broker, text: str) -> None:
    tess = await broker.technician("tess@example.org")
    assert (await tess.post("/api/v1/sessions", {"ticket_id": text})).status == 400


@pytest.mark.parametrize("text", [*LINES, *VISIBLE], ids=repr)
async def test_what_is_sent_is_never_repeated_in_a_refusal_or_a_header(
    broker: Broker, text: str
) -> None:
    tess = await broker.technician("tess@example.org")
    bodies = ({"ticket_id": text}, {"ticket_id": "T", text: 1}, text)
    for body in bodies:
        answer = await tess.post("/api/v1/sessions", body)
        assert answer.status == 400
        assert answer.content_type == "application/problem+json"
        assert "planted" not in answer.headers.get("Set-Cookie", "")
        assert "evil.example" not in str(answer.headers)
