""" "I don't trust this" at the broker: it ends the session, tells admins, and nobody else."""

from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from broker.config import Config
from broker.protocol.reports import ReportSession
from tests.broker.web.conftest import Broker, Person

FORGED = "A" * 43


async def preview(person: Person, code: str) -> dict[str, Any]:
    shown: dict[str, Any] = await (await person.post("/api/v1/join", {"code": code})).json()
    return shown


def report(told: dict[str, Any], note: str | None = None, **changes: str) -> dict[str, Any]:
    token = told["report_token"]
    body = {"session_id": told["session_id"], "token": token, "note": note}
    return body | changes


async def test_a_report_ends_the_session_and_only_admins_learn_why(broker: Broker) -> None:
    tess, ada = [await broker.technician(f"{name}@example.org") for name in ("tess", "ada")]
    issued = await tess.create_session("T-7")
    session_id = issued["session_id"]
    console = await tess.console(session_id)
    person = await broker.new_person()
    client = await person.join(issued["code"])
    told = await client.receive("session.joined")
    with structlog.testing.capture_logs() as logged:
        body = report(told)
        assert (await person.post("/api/v1/reports", body)).status == 204
    assert (await client.receive("session.ended"))["reason"] == "end_user_stopped"
    assert (await console.snapshot("ended"))["end_reason"] == "end_user_stopped"
    assert [line["event"] for line in logged if line["log_level"] == "warning"] == [
        "session.reported"
    ]
    note = {**body, "note": "They wanted my card number"}
    for _ in range(2):  # the second tells nothing new
        assert (await person.post("/api/v1/reports", note)).status == 204

    assert "session.reported" not in await tess.events(session_id)
    assert (await tess.events(session_id))[-1] == "session.ended"
    assert (await ada.events(session_id))[-2:] == ["session.reported"] * 2
    assert (await tess.get("/api/v1/reports")).status == 403
    assert (await tess.post(f"/api/v1/reports/{session_id}/seen")).status == 403

    listed = await (await ada.get("/api/v1/reports")).json()
    (shown,) = listed["reports"]
    assert listed["unseen"] == 1
    assert (shown["ticket_id"], shown["technician_name"]) == ("T-7", "Tess")
    assert (shown["machine"], shown["seen_at"]) == ("kitchen-pc", None)
    assert [(one["place"], one["note"]) for one in shown["said"]] == [
        ("support_client", None),
        ("support_client", "They wanted my card number"),
    ]
    seen = await (await ada.post(f"/api/v1/reports/{session_id}/seen")).json()
    assert (seen["seen_by"], seen["said"]) == ("Ada", shown["said"])
    assert await (await ada.post(f"/api/v1/reports/{session_id}/seen")).json() == seen
    assert (await (await ada.get("/api/v1/reports")).json())["unseen"] == 0
    assert (await ada.events(session_id))[-1] == "session.report_seen"


async def test_a_session_is_reported_from_the_join_page_before_it_begins_and_when_it_is_over(
    broker: Broker,
) -> None:
    tess, ada = [await broker.technician(f"{name}@example.org") for name in ("tess", "ada")]
    person = await broker.new_person()
    waiting, over = [await tess.create_session() for _ in range(2)]
    told = [await preview(person, issued["code"]) for issued in (waiting, over)]
    await tess.post(f"/api/v1/sessions/{over['session_id']}/end")
    for one in told:
        assert (await person.post("/api/v1/reports", report(one))).status == 204
    session = await (await tess.get(f"/api/v1/sessions/{waiting['session_id']}")).json()
    assert session["end_reason"] == "join_page_stopped"
    listed = await (await ada.get("/api/v1/reports")).json()
    assert {one["session_id"] for one in listed["reports"]} == {
        waiting["session_id"],
        over["session_id"],
    }
    assert (await person.post("/api/v1/join", {"code": waiting["code"]})).status == 404


async def test_no_report_with_the_join_code_speaks_for_the_end_user_or_keeps_them_from_being_heard(
    broker: Broker,
) -> None:
    """The technician who made the code has it too, and reports first, with a harmless sentence."""
    tess, ada = [await broker.technician(f"{name}@example.org") for name in ("tess", "ada")]
    issued = await tess.create_session()
    session_id = issued["session_id"]
    with_code = await preview(tess, issued["code"])
    client = await (await broker.new_person()).join(issued["code"])
    of_client = await client.receive("session.joined")
    assert with_code["report_token"] != of_client["report_token"]

    await tess.post("/api/v1/reports", report(with_code, "All is well"))
    assert (await client.receive("session.ended"))["reason"] == "join_page_stopped"
    ended = await (await ada.get(f"/api/v1/sessions/{session_id}/events")).json()
    kinds = {event["action"]: event["actor_kind"] for event in ended["events"]}
    assert (kinds["session.ended"], kinds["session.reported"]) == ("join_page", "join_page")
    await ada.post(f"/api/v1/reports/{session_id}/seen")

    person = await broker.new_person()
    await person.post("/api/v1/reports", report(of_client, "They took my card"))
    listed = await (await ada.get("/api/v1/reports")).json()
    assert listed["unseen"] == 1
    (shown,) = listed["reports"]
    assert (shown["seen_at"], shown["seen_by"]) == (None, None)
    assert [(one["place"], one["note"]) for one in shown["said"]] == [
        ("join_page", "All is well"),
        ("support_client", "They took my card"),
    ]


def test_a_sentence_is_mended_so_that_it_reads_as_it_is_written_and_is_never_refused() -> None:
    note = "He said\tcall\n\u202e+1 555\u2069 \x1b[31m\ud800 now"
    said = ReportSession(session_id="ses_" + "0" * 32, token=FORGED, note=note)
    assert said.note == "He said\tcall\n\ufffd+1 555\ufffd \ufffd[31m\ufffd now"
    with pytest.raises(ValidationError):
        ReportSession(session_id="ses_" + "0" * 32, token=FORGED, note="x" * 501)


async def test_a_forged_report_gets_the_same_answer_does_nothing_and_is_bounded(
    broker: Broker,
) -> None:
    tess, ada = [await broker.technician(f"{name}@example.org") for name in ("tess", "ada")]
    person = await broker.new_person()
    mine, other = [await tess.create_session() for _ in range(2)]
    told = await preview(person, mine["code"])
    forged = [
        report(told, token=FORGED),
        report(told, session_id=other["session_id"]),
        report(told, session_id="ses_" + "0" * 32),
    ]
    right = await person.post("/api/v1/reports", report(told))
    answers = [await person.post("/api/v1/reports", body) for body in forged]
    assert {(await one.read(), one.status) for one in (right, *answers)} == {(b"", 204)}
    assert (await (await ada.get("/api/v1/reports")).json())["unseen"] == 1
    assert (await (await tess.get(f"/api/v1/sessions/{other['session_id']}")).json())[
        "state"
    ] == "waiting"
    statuses = [(await person.post("/api/v1/reports", forged[0])).status for _ in range(3)]
    assert statuses == [204, 204, 429]
    # Whoever has the right token is heard all the same.
    assert (await person.post("/api/v1/reports", report(told, "Late"))).status == 204


async def test_a_download_is_the_same_file_whoever_has_a_code(
    broker: Broker, config: Config
) -> None:
    """Whatever it is found by, nothing of the session is in it: a leaked file opens nothing."""
    wheel = config.downloads_dir / "handrail-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True, exist_ok=True)
    wheel.write_bytes(b"PK\x03\x04" + bytes(range(256)))
    tess = await broker.technician("tess@example.org")
    got = []
    for _ in range(2):
        person, issued = await broker.new_person(), await tess.create_session()
        await preview(person, issued["code"])
        answer = await person.get(f"/downloads/{wheel.name}?code={issued['code']}")
        assert answer.status == 200
        got.append((await answer.read(), answer.headers.get("Content-Disposition")))
        assert issued["code"] not in str(got[-1])
    assert got[0] == got[1]
    assert got[0][0] == wheel.read_bytes()
