"""Groups and their policy, from an admin's change to what broker and support client hold to."""

from pathlib import Path
from typing import Any

import pytest

from broker.config import Config
from tests.broker.web.conftest import Broker, JoinedSession, Person
from tests.conftest import PutDatabase


async def make_group(ada: Person, name: str = "First level", **policy: Any) -> dict[str, Any]:
    response = await ada.post("/api/v1/groups", {"name": name, "policy": policy})
    assert response.status == 201, await response.text()
    group: dict[str, Any] = await response.json()
    return group


async def put_into(ada: Person, group: dict[str, Any], *people: Person) -> None:
    for person in people:
        body = {"account_id": await person.account_id()}
        response = await ada.post(f"/api/v1/groups/{group['group_id']}/members", body)
        assert response.status == 200, await response.text()


@pytest.fixture
def config(tmp_path: Path, put_database: PutDatabase) -> Config:
    put_database(tmp_path / "var")
    return Config(data_dir=tmp_path / "var", transcript_to_ticket="ask", max_files=50)


@pytest.fixture
async def ada(broker: Broker) -> Person:
    return await broker.technician("ada@example.org")


@pytest.fixture
async def tess(broker: Broker) -> Person:
    return await broker.technician("tess@example.org")


async def test_an_admin_makes_changes_and_takes_away_a_group_all_on_record(
    broker: Broker, ada: Person, tess: Person
) -> None:
    group = await make_group(ada, session_s=600, max_files=1)
    await put_into(ada, group, tess)
    path = f"/api/v1/groups/{group['group_id']}"
    change = {"name": "Night shift", "policy": {"capabilities": ["view"]}, "version": 1}
    changed = await (await ada.post(path, change)).json()
    assert (changed["name"], changed["version"]) == ("Night shift", 2)
    assert changed["members"] == [await tess.account_id()]
    assert (await ada.post(path, change)).status == 409
    gone = {"account_id": await tess.account_id()}
    assert (await (await ada.post(f"{path}/members/remove", gone)).json())["members"] == []
    assert (await ada.post(f"{path}/delete")).status == 204
    assert (await ada.post(f"{path}/members", gone)).status == 404
    assert (await (await ada.get("/api/v1/groups")).json())["groups"] == []
    records = await broker.core.audit_log.newest(limit=5)
    told = [(record.event.action, record.event.details) for record in records]
    named = {"group_id": group["group_id"], "group_name": "First level"}
    renamed = named | {"group_name": "Night shift"}
    assert [action for action, _ in told] == [
        "group.created",
        "group.member_added",
        "group.changed",
        "group.member_removed",
        "group.deleted",
    ]
    assert told[0][1] == named | {"policy_session_s": 600, "policy_max_files": 1}
    assert told[1][1] == named | {"target_account": gone["account_id"], "target_name": "Tess"}
    assert told[2][1] == renamed | {"policy_capabilities": ("view",)}


async def test_a_sessions_beginning_tells_the_names_of_its_groups(
    broker: Broker, ada: Person, tess: Person
) -> None:
    await put_into(ada, await make_group(ada), tess)
    await tess.create_session()
    [begun] = await broker.core.audit_log.newest(limit=1)
    assert begun.event.details["group_names"] == ("First level",)


@pytest.mark.parametrize(
    "policy", [{"consent_s": 61}, {"session_s": 0}, {"relay": None}, {"capabilities": ["all"]}]
)
async def test_a_policy_that_cannot_be_meant_is_refused(ada: Person, policy: Any) -> None:
    response = await ada.post("/api/v1/groups", {"name": "Odd", "policy": policy})
    assert response.status == 400


async def test_the_strictest_of_ones_groups_holds_and_the_client_is_told(
    broker: Broker, ada: Person, tess: Person
) -> None:
    await put_into(
        ada, await make_group(ada, "Slow", consent_s=20, session_s=600, relay=False), tess
    )
    strict = {"capabilities": ["view", "control", "files.send"], "max_files": 60}
    await put_into(ada, await make_group(ada, "Strict", transcript=False, **strict), tess)
    own = await (await tess.get("/api/v1/me/policy")).json()
    assert own["groups"] == ["Slow", "Strict"]
    assert own["capabilities"] == strict["capabilities"]
    assert (own["consent_s"], own["files"]["max_files"], own["transcript"]) == (20, 50, False)

    body = {"ticket_id": "T-1", "capabilities": ["view", "clipboard.send"]}
    refused = await tess.post("/api/v1/sessions", body)
    assert refused.status == 403
    assert (await refused.json())["detail"] == "Your groups do not allow: clipboard.send."

    issued = await tess.create_session()
    client = await (await broker.new_person()).join(issued["code"])
    joined = await client.receive("session.joined")
    assert joined["may_ask"] == strict["capabilities"]
    assert joined["consent_timeout_s"] == 20
    assert joined["files"] == {"max_file_bytes": None, "max_files": 50, "relay": False}
    assert joined["transcript_token"] is None
    assert 590 < joined["ends_in_s"] <= 600


async def test_a_session_keeps_the_policy_it_began_with(
    broker: Broker, ada: Person, tess: Person
) -> None:
    group = await make_group(ada, capabilities=["view"])
    await put_into(ada, group, tess)
    issued = await tess.create_session("T-1", "view")
    path = f"/api/v1/groups/{group['group_id']}"
    change = {"name": "Open", "policy": {}, "version": 1}
    assert (await ada.post(path, change)).status == 200
    client = await (await broker.new_person()).join(issued["code"])
    assert (await client.receive("session.joined"))["may_ask"] == ["view"]
    await client.send("consent.given", capabilities=["view"], source="window")
    given = {"change": "given", "capability": "control", "granted": ["view", "control"]}
    await client.send("rights.changed", **given)
    assert (await client.receive("error"))["code"] == "invalid_message"
    session = await broker.core.sessions.get(issued["session_id"])
    assert session is not None
    assert [one.value for one in session.granted] == ["view"]


async def test_a_lead_sees_and_joins_the_sessions_of_their_groups_alone(
    broker: Broker, ada: Person
) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    lena = await broker.technician("lena@example.org")
    group = await make_group(ada)
    await put_into(ada, group, lena)
    path = f"/api/v1/sessions/{joined.session_id}"
    assert (await (await lena.get("/api/v1/door")).json())["team"] == []
    assert (await lena.get(path)).status == 404
    assert (await lena.post(f"{path}/enter", {"purpose": "lead"})).status == 404

    await put_into(ada, group, joined.tess)
    issued = await joined.tess.create_session("T-2")
    client = await (await broker.new_person()).join(issued["code"])
    await client.receive("session.joined")
    console = await joined.tess.console(issued["session_id"])
    await client.send("consent.given", capabilities=["view"], source="window")
    await console.snapshot("consented")
    (seen,) = (await (await lena.get("/api/v1/door")).json())["team"]
    assert seen["ticket_id"] == "T-2"
    path = f"/api/v1/sessions/{issued['session_id']}"
    assert (await lena.post(f"{path}/enter", {"purpose": "lead"})).status == 200

    gone = {"account_id": await lena.account_id()}
    await ada.post(f"/api/v1/groups/{group['group_id']}/members/remove", gone)
    assert (await (await lena.get("/api/v1/door")).json())["team"] == []


async def test_a_trainee_looks_and_is_never_given_control(broker: Broker, ada: Person) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    theo = await broker.technician("theo@example.org")
    await put_into(ada, await make_group(ada, capabilities=["view"]), theo)
    path = f"/api/v1/sessions/{joined.session_id}"
    theos = {"account_id": await theo.account_id()}
    assert (await joined.tess.post(f"{path}/invitations", theos)).status == 200
    entered = await theo.post(f"{path}/enter", {"purpose": "guest"})
    assert entered.status == 200
    assert (await entered.json())["guests"][0]["may_control"] is False
    ask = None
    while ask is None:
        ask = (await joined.client.receive("session.participants"))["ask"]
    assert ask["may_control"] is False


async def test_nobody_comes_into_a_session_that_may_do_more_than_their_groups_allow(
    broker: Broker, ada: Person
) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    theo = await broker.technician("theo@example.org")
    await put_into(ada, await make_group(ada, capabilities=["view"]), theo)
    path = f"/api/v1/sessions/{joined.session_id}"
    theos = {"account_id": await theo.account_id()}
    assert (await joined.tess.post(f"{path}/hand-over", theos)).status == 200
    refused = await theo.post(f"{path}/enter", {"purpose": "hand_over"})
    assert refused.status == 403
    assert "Your groups do not allow" in (await refused.json())["detail"]
