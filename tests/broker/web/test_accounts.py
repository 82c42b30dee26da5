"""Accounts as admins keep them: inviting, roles, and what ends when a right is taken away."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from broker.audit.event import BROKER
from broker.protocol.vocabulary import Role
from tests.broker.web.conftest import OPERATOR, PASSWORD, Broker, JoinedSession, Person

NEW = {"email": "nora@example.org", "name": "Nora", "role": "technician"}


@pytest.fixture
async def ada(broker: Broker) -> Person:
    return await broker.technician("ada@example.org")


async def invited(ada: Person) -> dict[str, Any]:
    response = await ada.post("/api/v1/accounts", NEW)
    assert response.status == 201, await response.text()
    issued: dict[str, Any] = await response.json()
    return issued


def token_of(issued: dict[str, Any]) -> str:
    return str(issued["link"]).rsplit("/", 1)[1]


async def test_an_invitation_lets_its_owner_choose_a_password_once(
    broker: Broker, ada: Person
) -> None:
    issued = await invited(ada)
    assert issued["link"].startswith("http://127.0.0.1:8080/console/#/welcome/")
    nora = await broker.new_person()
    body = {"token": token_of(issued), "password": "x"}
    assert (await nora.post("/api/v1/auth/invitation", body)).status == 400
    weak = await nora.post("/api/v1/auth/invitation", body | {"password": "aaaaaaaaaaaa"})
    assert weak.status == 400
    accepted = await nora.post("/api/v1/auth/invitation", body | {"password": PASSWORD})
    assert accepted.status == 200
    assert (await (await nora.get("/api/v1/me")).json())["role"] == "technician"
    again = await (await broker.new_person()).post(
        "/api/v1/auth/invitation", body | {"password": PASSWORD + "2"}
    )
    assert again.status == 404
    assert (await (await broker.new_person()).sign_in(NEW["email"])).status == 200
    assert (await ada.post("/api/v1/accounts", NEW)).status == 409


async def test_a_second_link_takes_the_place_of_the_password_only_when_it_is_used(
    broker: Broker, ada: Person
) -> None:
    tess = await broker.technician("tess@example.org")
    path = f"/api/v1/accounts/{await tess.account_id()}/invitation"
    issued = await (await ada.post(path)).json()
    assert (await tess.get("/api/v1/me")).status == 200
    body = {"token": token_of(issued), "password": PASSWORD + "!"}
    other = await broker.new_person()
    assert (await other.post("/api/v1/auth/invitation", body)).status == 200
    assert (await tess.get("/api/v1/me")).status == 401
    assert (await (await broker.new_person()).sign_in("tess@example.org")).status == 401


@pytest.mark.parametrize("change", ["expired", "forged", "disabled"])
async def test_an_invitation_that_is_not_good_is_nothing(
    broker: Broker, ada: Person, change: str
) -> None:
    issued = await invited(ada)
    account_id, expires, proof = token_of(issued).split(".")
    if change == "expired":
        expires = "1000000000"
    if change == "forged":
        proof = "A" * 43
    if change == "disabled":
        await broker.core.keeper.disable(issued["account"]["account_id"], OPERATOR)
    body = {"token": f"{account_id}.{expires}.{proof}", "password": PASSWORD}
    response = await (await broker.new_person()).post("/api/v1/auth/invitation", body)
    assert response.status == 404


async def test_the_list_shows_everybody_to_admins_and_auditors(broker: Broker, ada: Person) -> None:
    await invited(ada)
    otto = await broker.technician("otto@example.org")
    for person in (ada, otto):
        listed = (await (await person.get("/api/v1/accounts")).json())["accounts"]
        assert [one["email"] for one in listed] == [
            "ada@example.org",
            "nora@example.org",
            "otto@example.org",
        ]
    assert listed[1]["role"] == "technician"
    assert not listed[1]["disabled"]


@pytest.mark.parametrize(("what", "body"), [("disable", None), ("role", {"role": "auditor"})])
async def test_an_admin_cannot_lock_themselves_out(ada: Person, what: str, body: Any) -> None:
    path = f"/api/v1/accounts/{await ada.account_id()}/{what}"
    assert (await ada.post(path, body)).status == 409
    assert (await ada.get("/api/v1/accounts")).status == 200


@pytest.mark.parametrize(
    ("what", "body"),
    [("disable", None), ("sign-out", None), ("role", {"role": "auditor"})],
)
async def test_revoking_a_person_ends_their_sockets_and_sessions_at_once(
    broker: Broker, ada: Person, what: str, body: Any
) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    waiting = await joined.tess.create_session("T-2")
    started = time.monotonic()
    path = f"/api/v1/accounts/{await joined.tess.account_id()}/{what}"
    assert (await ada.post(path, body)).status == 200
    assert (await joined.client.receive("session.ended"))["reason"] == "admin_ended"
    await joined.console.closed()
    await joined.client.closed()
    assert time.monotonic() - started < 5
    assert (await joined.tess.get("/api/v1/me")).status == 401
    for session_id in (joined.session_id, waiting["session_id"]):
        ended = await broker.core.sessions.get(session_id)
        assert ended is not None
        assert ended.state.value == "ended"
    preview = await (await broker.new_person()).post("/api/v1/join", {"code": waiting["code"]})
    assert preview.status == 404


async def test_a_role_that_takes_nothing_away_ends_nothing(broker: Broker, ada: Person) -> None:
    joined = await JoinedSession.of(broker)
    path = f"/api/v1/accounts/{await joined.tess.account_id()}/role"
    assert (await ada.post(path, {"role": "lead"})).status == 200
    assert (await (await joined.tess.get("/api/v1/me")).json())["role"] == "lead"
    await joined.consent()


async def test_a_guest_who_is_revoked_leaves_and_the_session_goes_on(
    broker: Broker, ada: Person
) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    lena = await broker.technician("lena@example.org")
    path = f"/api/v1/sessions/{joined.session_id}/enter"
    assert (await lena.post(path, {"purpose": "lead"})).status == 200
    ask = None
    while ask is None:
        ask = (await joined.client.receive("session.participants"))["ask"]
    await joined.client.send("entry.answer", number=ask["number"], allowed=True)
    console = await lena.console(joined.session_id)
    await console.receive("session.snapshot")
    assert (await ada.post(f"/api/v1/accounts/{await lena.account_id()}/disable")).status == 200
    await console.closed()
    session = await broker.core.sessions.get(joined.session_id)
    assert session is not None
    assert session.state.value == "consented"
    assert session.participants.guests == ()


Change = Callable[[Person, str], Awaitable[Any]]


async def _narrow(ada: Person, member_id: str) -> None:
    body = {"name": "Strict", "policy": {"capabilities": ["view"]}}
    group = await (await ada.post("/api/v1/groups", body)).json()
    path = f"/api/v1/groups/{group['group_id']}/members"
    assert (await ada.post(path, {"account_id": member_id})).status == 200


async def test_a_group_that_takes_a_right_away_ends_the_sessions_that_go_beyond_it(
    broker: Broker, ada: Person
) -> None:
    joined = await JoinedSession.of(broker)
    await joined.consent()
    await _narrow(ada, await joined.tess.account_id())
    assert (await joined.client.receive("session.ended"))["reason"] == "admin_ended"
    assert (await joined.tess.get("/api/v1/me")).status == 200
    issued = await joined.tess.create_session("T-2", "view")
    await _narrow_again(ada)
    session = await broker.core.sessions.get(issued["session_id"])
    assert session is not None
    assert session.state.value == "waiting"


async def _narrow_again(ada: Person) -> None:
    """A change that takes away nothing that a session has."""
    (group,) = (await (await ada.get("/api/v1/groups")).json())["groups"]
    change = {"name": "Stricter", "policy": {"capabilities": ["view"], "session_s": 60}}
    path = f"/api/v1/groups/{group['group_id']}"
    assert (await ada.post(path, change | {"version": group["version"]})).status == 200


async def test_what_a_command_on_the_machine_revokes_is_found(broker: Broker) -> None:
    joined = await JoinedSession.of(broker)
    await broker.context.revocations.look()
    await broker.core.directory.disable("tess@example.org", OPERATOR)
    await broker.context.revocations.look()
    assert (await joined.client.receive("session.ended"))["reason"] == "admin_ended"
    records = await broker.core.audit_log.of_session(joined.session_id, 0, 100)
    assert records[-1].event.actor == BROKER
    await broker.context.revocations.look()


async def test_a_broker_that_begins_ends_the_sessions_of_those_who_may_do_nothing(
    broker: Broker,
) -> None:
    joined = await JoinedSession.of(broker)
    theo = await broker.technician("theo@example.org")
    theirs = await theo.create_session("T-2")
    await broker.core.directory.disable("tess@example.org", OPERATOR)
    await broker.core.keeper.change_role(await theo.account_id(), Role.LEAD, OPERATOR)
    await broker.context.revocations.look()
    assert (await joined.client.receive("session.ended"))["reason"] == "admin_ended"
    session = await broker.core.sessions.get(theirs["session_id"])
    assert session is not None
    assert session.state.value == "waiting"


async def test_what_is_done_with_accounts_is_on_the_audit_log(broker: Broker, ada: Person) -> None:
    issued = await invited(ada)
    path = f"/api/v1/accounts/{issued['account']['account_id']}"
    await ada.post(f"{path}/role", {"role": "lead"})
    await ada.post(f"{path}/sign-out")
    await ada.post(f"{path}/disable")
    await ada.post(f"{path}/enable")
    await ada.post(f"{path}/invitation")
    records = await broker.core.audit_log.newest(limit=6)
    assert [one.event.action for one in records] == [
        "account.created",
        "account.role_changed",
        "account.signed_out_everywhere",
        "account.disabled",
        "account.enabled",
        "account.invited",
    ]
    assert {one.event.actor.name for one in records} == {"Ada"}
    assert records[1].event.details["role_before"] == "technician"
    assert records[1].event.details["role"] == "lead"
