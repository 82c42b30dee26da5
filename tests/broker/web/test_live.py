"""Live sessions: who sees which, what an admin may end, and what both sides are told."""

from datetime import timedelta
from typing import Any

import pytest

from tests.broker.web.conftest import Broker, JoinedSession, Person

WHY = {"reason": "The customer called: this was not them."}


async def live(person: Person) -> list[dict[str, Any]]:
    response = await person.get("/api/v1/live")
    assert response.status == 200
    listed: list[dict[str, Any]] = (await response.json())["sessions"]
    return listed


async def test_admins_and_auditors_see_what_goes_on_and_technicians_do_not(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    await joined.tess.create_session("T-2")
    for email in ("ada@example.org", "otto@example.org"):
        listed = await live(await broker.technician(email))
        assert [one["session"]["ticket_id"] for one in listed] == ["T-1", "T-2"]
        assert listed[0]["way"] is None
        assert "code" not in str(listed[1]["session"].keys() - {"code_expires_at"})
    assert (await joined.tess.get("/api/v1/live")).status == 403


async def test_a_lead_sees_what_the_end_user_agreed_to_in_their_groups(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    lena, ada = [await broker.technician(f"{name}@example.org") for name in ("lena", "ada")]
    assert await live(lena) == []
    await joined.consent()
    assert [one["session"]["session_id"] for one in await live(lena)] == [joined.session_id]
    policy = {"capabilities": None, "consent_s": None, "session_s": None, "max_file_bytes": None}
    policy |= {"max_files": None, "relay": True, "transcript": True}
    made = await ada.post("/api/v1/groups", {"name": "Others", "policy": policy})
    assert made.status == 201, await made.text()
    assert await live(lena) == []


async def test_nothing_is_sent_again_while_nothing_changes(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    otto = await broker.technician("otto@example.org")
    first = await otto.get("/api/v1/live")
    same = await otto.http.get("/api/v1/live", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status, await same.read()) == (304, b"")
    await joined.consent()
    other = await otto.http.get("/api/v1/live", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status == 200


async def test_the_quality_that_the_console_told_is_shown_while_it_is_fresh(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    otto = await broker.technician("otto@example.org")
    line = {"round_trip_ms": 42, "loss": 0.01}
    await joined.console.send("peer.quality", line=line)
    await joined.consent()
    assert (await live(otto))[0]["quality"] is None  # nothing is connected yet
    await joined.console.send("peer.description", peer_id="peer-0001", kind="offer", sdp="v=0")
    await joined.client.send("peer.connected", peer_id="peer-0001", way="direct")
    await joined.console.snapshot("connected")
    assert [(one["way"], one["quality"]) for one in await live(otto)] == [("direct", line)]
    owner = broker.context.registry.live(joined.session_id)
    assert owner.quality is not None
    owner.quality = owner.quality[0], owner.quality[1] - timedelta(seconds=31)
    assert (await live(otto))[0]["quality"] is None


async def test_an_admin_ends_a_session_and_both_sides_read_why(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    ada = await broker.technician("ada@example.org")
    path = f"/api/v1/live/{joined.session_id}/end"
    ended = await (await ada.post(path, WHY)).json()
    assert (ended["state"], ended["end_reason"]) == ("ended", "admin_ended")
    told = {
        "type": "session.ended",
        "reason": "admin_ended",
        "explanation": WHY["reason"],
        "whose": None,
    }
    assert await joined.client.receive("session.ended") == told
    assert await joined.console.receive("session.ended") == told
    assert await live(ada) == []
    events = await broker.core.audit_log.of_session(joined.session_id, 0, 100)
    (end,) = [one.event for one in events if one.event.action == "session.ended"]
    assert (end.actor.name, end.details["reason"]) == ("Ada", WHY["reason"])
    again = await ada.post(path, {"reason": "Once more."})
    assert (again.status, (await again.json())["ended_at"]) == (200, ended["ended_at"])


@pytest.mark.parametrize("reason", ["", " ", "x" * 201, "two\nlines", "\u202ereversed"])
async def test_a_reason_is_one_plain_line(broker: Broker, reason: str) -> None:
    joined = await JoinedSession.of(broker)
    ada = await broker.technician("ada@example.org")
    for path in (
        f"/api/v1/live/{joined.session_id}/end",
        f"/api/v1/accounts/{await joined.tess.account_id()}/end-sessions",
    ):
        assert (await ada.post(path, {"reason": reason})).status == 400
    assert len(await live(ada)) == 1


async def test_all_of_a_person_end_and_they_stay_signed_in(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    await joined.tess.create_session("T-2")
    ada, tom = [await broker.technician(f"{name}@example.org") for name in ("ada", "tom")]
    kept = await tom.create_session("T-3")
    path = f"/api/v1/accounts/{await joined.tess.account_id()}/end-sessions"
    assert await (await ada.post(path, WHY)).json() == {"ended": 2}
    assert (await joined.client.receive("session.ended"))["explanation"] == WHY["reason"]
    assert [one["session"]["session_id"] for one in await live(ada)] == [kept["session_id"]]
    assert (await joined.tess.get("/api/v1/me")).status == 200
    assert await (await ada.post(path, WHY)).json() == {"ended": 0}


async def test_an_unknown_session_is_not_found(broker: Broker) -> None:
    ada = await broker.technician("ada@example.org")
    assert (await ada.post(f"/api/v1/live/ses_{'0' * 32}/end", WHY)).status == 404
