"""The HTTP API: accounts, sessions, joining, health."""

import re
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from broker.config import Config
from broker.protocol.endpoints import ENDPOINTS, Access
from broker.protocol.vocabulary import Capability, Role
from broker.web.api import HANDLERS
from tests.broker.web.conftest import PASSWORD, Broker, Person


async def problem(response: Any, status: int) -> dict[str, Any]:
    """Check that an answer is a problem document, and give it."""
    assert response.status == status, await response.text()
    assert response.content_type == "application/problem+json"
    document: dict[str, Any] = await response.json()
    assert document["status"] == status
    assert set(document) == {"type", "title", "status", "detail", "code"}
    return document


@pytest.fixture
async def tess(broker: Broker) -> Person:
    return await broker.technician("tess@example.org")


def test_every_endpoint_has_a_handler_and_every_handler_an_endpoint() -> None:
    assert set(HANDLERS) == {endpoint.operation_id for endpoint in ENDPOINTS}


@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if endpoint.access is Access.SIGNED_IN],
    ids=lambda endpoint: endpoint.operation_id,
)
async def test_an_endpoint_that_needs_a_sign_in_refuses_strangers(
    broker: Broker, endpoint: Any
) -> None:
    stranger = await broker.new_person()
    path = re.sub(r"{\w+}", "ses_" + "0" * 32, endpoint.path)
    response = await stranger.http.request(endpoint.method, path, json={})
    assert (await problem(response, 401))["code"] == "not_signed_in"


_CHOICE = {"account_id": "usr_" + "0" * 32}
_BODIES = {
    "invite": _CHOICE,
    "hand_over": _CHOICE,
    "withdraw": _CHOICE,
    "enter_session": {"purpose": "guest"},
    "add_note": {"text": "Not mine to write"},
}
"""What an endpoint needs to be asked at all."""


@pytest.mark.parametrize(
    "endpoint",
    [
        endpoint
        for endpoint in ENDPOINTS
        if "{session_id}" in endpoint.path
        and (Role.TECHNICIAN in endpoint.roles or endpoint.access is not Access.SIGNED_IN)
    ],
    ids=lambda endpoint: endpoint.operation_id,
)
async def test_another_ones_session_is_not_found(
    broker: Broker, tess: Person, endpoint: Any
) -> None:
    issued = await tess.create_session()
    theo = await broker.technician("theo@example.org")
    path = endpoint.path.format(session_id=issued["session_id"])
    body = _BODIES.get(endpoint.operation_id)
    response = await theo.http.request(endpoint.method, path, json=body)
    assert (await problem(response, 404))["code"] == "not_found"


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
@pytest.mark.parametrize(
    "endpoint",
    [endpoint for endpoint in ENDPOINTS if endpoint.method == "POST"],
    ids=lambda endpoint: endpoint.operation_id,
)
async def test_a_writing_request_of_another_site_is_refused(
    broker: Broker, endpoint: Any, origin: str
) -> None:
    person = await broker.new_person()
    response = await person.post(endpoint.path, {}, Origin=origin)
    assert (await problem(response, 403))["code"] == "not_permitted"


# ---- accounts


async def test_a_wrong_password_and_an_unknown_email_get_the_same_answer(broker: Broker) -> None:
    await broker.technician("tess@example.org")
    stranger = await broker.new_person()
    answers = [
        await problem(await stranger.sign_in(email, "wrong"), 401)
        for email in ("tess@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]


async def test_guessing_a_password_is_slowed_down(broker: Broker) -> None:
    await broker.technician("tess@example.org")
    stranger = await broker.new_person()
    statuses = [(await stranger.sign_in("tess@example.org", "wrong")).status for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert (await stranger.sign_in("tess@example.org")).headers["Retry-After"].isdigit()


async def test_cookies_are_kept_from_scripts_and_other_sites(broker: Broker) -> None:
    person = await broker.new_person()
    await broker.technician("tess@example.org")
    response = await person.sign_in("tess@example.org")
    cookies = response.headers.getall("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in cookies)
    assert "token" not in await response.text()


async def test_signing_out_ends_the_sign_in_everywhere(tess: Person) -> None:
    cookies = {c.key: c.value for c in tess.http.cookie_jar}
    assert (await tess.post("/api/v1/auth/sign-out")).status == 204
    tess.http.cookie_jar.update_cookies(cookies)
    assert (await tess.get("/api/v1/me")).status == 401
    assert (await tess.post("/api/v1/auth/refresh")).status == 401


async def test_a_refresh_gives_a_fresh_sign_in(tess: Person) -> None:
    before = {c.key: c.value for c in tess.http.cookie_jar}
    assert (await tess.post("/api/v1/auth/refresh")).status == 200
    after = {c.key: c.value for c in tess.http.cookie_jar}
    assert before["handrail_refresh"] != after["handrail_refresh"]
    assert (await (await tess.get("/api/v1/me")).json())["email"] == "tess@example.org"


async def test_the_setup_route_is_gone_once_used(broker: Broker) -> None:
    person = await broker.new_person()
    token = await broker.core.directory.setup_token()
    body = {"token": token, "email": "a@example.org", "name": "Ada", "password": PASSWORD}
    assert (await person.get("/api/v1/setup")).status == 204
    wrong = await person.post("/api/v1/setup", body | {"token": "A" * 43})
    await problem(wrong, 404)
    response = await person.post("/api/v1/setup", body)
    assert response.status == 201
    assert (await response.json())["role"] == "admin"
    await problem(await person.post("/api/v1/setup", body), 404)
    await problem(await person.get("/api/v1/setup"), 404)
    assert (await person.get("/api/v1/me")).status == 200


# ---- sessions


async def test_a_new_session_has_a_code_and_a_link(tess: Person) -> None:
    issued = await tess.create_session("ZD-4711")
    assert len(issued["code"]) == 12
    assert issued["join_url"] == f"http://127.0.0.1:8080/j/{issued['code']}"
    shown = await (await tess.get(f"/api/v1/sessions/{issued['session_id']}")).json()
    assert (shown["state"], shown["ticket_id"]) == ("waiting", "ZD-4711")
    assert issued["code"] not in str(shown)


async def test_asking_for_control_asks_for_view_too(tess: Person) -> None:
    issued = await tess.create_session("T-1", "control")
    shown = await (await tess.get(f"/api/v1/sessions/{issued['session_id']}")).json()
    assert shown["requested"] == ["view", "control"]


@pytest.mark.parametrize(
    "ticket", ["", " ", "x" * 10_000, "<b>bold</b>", "=cmd|' /C calc'!A0", "a\r\nb", "é", None, 7]
)
async def test_a_bad_ticket_id_is_refused_and_told(tess: Person, ticket: Any) -> None:
    response = await tess.post("/api/v1/sessions", {"ticket_id": ticket})
    document = await problem(response, 400)
    assert document["detail"].startswith("ticket_id:")
    assert len(document["detail"]) < 500


@pytest.mark.parametrize(
    "capabilities", [[], ["everything"], "view", ["view"] * (len(Capability) + 1)]
)
async def test_bad_capabilities_are_refused(tess: Person, capabilities: Any) -> None:
    body = {"ticket_id": "T-1", "capabilities": capabilities}
    document = await problem(await tess.post("/api/v1/sessions", body), 400)
    assert document["detail"].startswith("capabilities")


async def test_a_capability_that_is_not_built_is_refused_and_told(tess: Person) -> None:
    body = {
        "ticket_id": "T-1",
        "capabilities": ["view", "diagnostics", "clipboard.send"],
    }
    document = await problem(await tess.post("/api/v1/sessions", body), 400)
    assert document["detail"] == "capabilities: diagnostics not available yet"
    assert (await (await tess.get("/api/v1/sessions")).json())["sessions"] == []


async def test_a_body_that_is_not_json_is_refused(tess: Person) -> None:
    response = await tess.http.post("/api/v1/sessions", data=b"ticket_id=1")
    await problem(response, 400)


async def test_a_body_that_is_too_large_is_refused(tess: Person) -> None:
    body = {"ticket_id": "T-1", "padding": "x" * 70_000}
    assert (await problem(await tess.post("/api/v1/sessions", body), 413))["code"]


async def test_the_list_is_filtered_and_paged(tess: Person) -> None:
    for number in range(5):
        await tess.create_session(f"T-{number % 2}")
    seen: list[str] = []
    path = "/api/v1/sessions?ticket=T-0&state=waiting&limit=2"
    cursor = None
    while True:
        url = path + (f"&cursor={cursor}" if cursor else "")
        page = await (await tess.get(url)).json()
        seen += [session["session_id"] for session in page["sessions"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 3


async def test_a_technician_lists_only_their_own_sessions_and_an_admin_all(
    broker: Broker, tess: Person
) -> None:
    await tess.create_session()
    theo = await broker.technician("theo@example.org")
    ada = await broker.technician("ada@example.org")
    mine = await (await tess.get("/api/v1/sessions")).json()
    owner = mine["sessions"][0]["technician_id"]
    theirs = await (await theo.get(f"/api/v1/sessions?technician={owner}")).json()
    everything = await (await ada.get(f"/api/v1/sessions?technician={owner}")).json()
    assert [len(p["sessions"]) for p in (mine, theirs, everything)] == [1, 0, 1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "state=odd", "unknown=1", "cursor=!!", "state=ended&state=x"]
)
async def test_a_bad_query_is_refused_and_told(tess: Person, query: str) -> None:
    document = await problem(await tess.get(f"/api/v1/sessions?{query}"), 400)
    assert document["detail"].startswith(query.split("=", maxsplit=1)[0])


async def test_a_fresh_code_replaces_the_old_one(broker: Broker, tess: Person) -> None:
    issued = await tess.create_session()
    fresh = await (await tess.post(f"/api/v1/sessions/{issued['session_id']}/code")).json()
    stranger = await broker.new_person()
    old = await stranger.post("/api/v1/join", {"code": issued["code"]})
    await problem(old, 404)
    new = await stranger.post("/api/v1/join", {"code": fresh["code"]})
    assert new.status == 200


async def test_an_ended_session_takes_no_code_and_can_be_ended_again(tess: Person) -> None:
    issued = await tess.create_session()
    path = f"/api/v1/sessions/{issued['session_id']}"
    assert (await (await tess.post(f"{path}/end")).json())["end_reason"] == "technician_ended"
    assert (await tess.post(f"{path}/end")).status == 200
    await problem(await tess.post(f"{path}/code"), 409)


async def test_an_admin_may_end_anybodys_session(broker: Broker, tess: Person) -> None:
    issued = await tess.create_session()
    ada = await broker.technician("ada@example.org")
    response = await ada.post(f"/api/v1/sessions/{issued['session_id']}/end")
    assert (await response.json())["end_reason"] == "admin_ended"


async def test_events_are_paged(tess: Person) -> None:
    issued = await tess.create_session()
    path = f"/api/v1/sessions/{issued['session_id']}"
    await tess.post(f"{path}/code")
    await tess.post(f"{path}/end")
    first = await (await tess.get(f"{path}/events?limit=2")).json()
    rest = await (await tess.get(f"{path}/events?cursor={first['next_cursor']}")).json()
    actions = [event["action"] for event in first["events"] + rest["events"]]
    assert actions == ["session.created", "session.code_issued", "session.ended"]
    assert rest["next_cursor"] is None
    await problem(await tess.get(f"{path}/events?cursor=abc"), 400)


# ---- joining


async def test_the_join_page_learns_who_is_asking(broker: Broker, tess: Person) -> None:
    issued = await tess.create_session("ZD-1", "view")
    stranger = await broker.new_person()
    code = issued["code"]
    shown = await stranger.post("/api/v1/join", {"code": f"{code[:4]} {code[4:8]}-{code[8:]}"})
    preview = await shown.json()
    assert preview["technician_name"] == "Tess"
    assert (preview["organisation"], preview["ticket_id"]) == ("Example Support", "ZD-1")
    assert preview["requested"] == ["view"]
    assert preview["account"]["days"] == 0


async def test_a_typo_in_a_code_never_counts_as_a_guess(broker: Broker) -> None:
    stranger = await broker.new_person()
    for _ in range(8):
        document = await problem(await stranger.post("/api/v1/join", {"code": "482109375524"}), 422)
    assert document["code"] == "code_malformed"


async def test_guessing_codes_on_the_join_page_is_slowed_down(broker: Broker) -> None:
    stranger = await broker.new_person()
    statuses = [
        (await stranger.post("/api/v1/join", {"code": "482109375523"})).status for _ in range(6)
    ]
    assert statuses == [404] * 5 + [429]


async def test_downloads_are_listed_and_served_and_nothing_else(
    broker: Broker, config: Config
) -> None:
    folder: Path = broker.context.settings.downloads_dir
    folder.mkdir(parents=True)
    (folder / "handrail-0.1.0-py3-none-any.whl").write_bytes(b"wheel")
    (folder / "notes.txt").write_text("not a client")
    (folder / ".built").touch()
    (folder.parent / "secret.whl").write_text("secret")
    stranger = await broker.new_person()
    listed = await (await stranger.get("/api/v1/downloads")).json()
    assert [package["platform"] for package in listed["packages"]] == ["any"]
    response = await stranger.get(listed["packages"][0]["url"])
    assert await response.read() == b"wheel"
    assert response.headers["Content-Disposition"].startswith("attachment")
    for other in (
        "..%2Fsecret.whl",
        ".built",
        "notes.txt",
        "%00",
        "%00.whl",
        "x" * 300 + ".whl",
        "%FF.whl",
        "%0D%0Ax.whl",
    ):
        await problem(await stranger.http.get(URL(f"/downloads/{other}", encoded=True)), 404)


async def test_a_download_with_an_odd_name_is_not_offered(broker: Broker) -> None:
    folder: Path = broker.context.settings.downloads_dir
    folder.mkdir(parents=True)
    for name in ('quo"te.whl', "new\nline.whl", "x" * 200 + ".whl", ".hidden.whl", "good 1.whl"):
        (folder / name).write_bytes(b"wheel")
    stranger = await broker.new_person()
    listed = await (await stranger.get("/api/v1/downloads")).json()
    assert [package["url"] for package in listed["packages"]] == ["/downloads/good%201.whl"]
    served = await stranger.http.get(URL(listed["packages"][0]["url"], encoded=True))
    assert await served.read() == b"wheel"


# ---- the machine's side and the pages


async def test_health_and_readiness(broker: Broker) -> None:
    stranger = await broker.new_person()
    for path in ("/healthz", "/readyz"):
        assert (await (await stranger.get(path)).json())["status"] == "ok"


async def test_unknown_paths_and_methods_are_problems(broker: Broker) -> None:
    stranger = await broker.new_person()
    await problem(await stranger.get("/api/v1/nothing"), 404)
    response = await stranger.http.delete("/api/v1/sessions")
    await problem(response, 405)
    assert response.headers["Allow"] == "GET, POST"


@pytest.mark.parametrize("path", ["/", "/j/482109375523", "/console/", "/console/src/protocol.js"])
async def test_pages_are_served_with_security_headers(broker: Broker, path: str) -> None:
    stranger = await broker.new_person()
    response = await stranger.get(path)
    assert response.status == 200
    policy = response.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in response.headers, "whoever attacks need not know what runs here"


@pytest.mark.parametrize(
    "path",
    [
        "/static/" + "a" * 300,
        "/static/" + "a/" * 3000 + "a",
        "/static/%00",
        "/static/",
        "/static/join",
        "/static/nothing.js",
        "/static/..%2Fbroker%2Fcli.py",
        "/static/%2Fetc%2Fpasswd",
        "/console/src/" + "a" * 300,
        "/console/src/%00",
        "/console/src/..%2Findex.html",
        "/j/%00/x",
    ],
)
async def test_what_no_file_can_be_called_is_just_not_there(
    broker: Broker, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    stranger = await broker.new_person()
    response = await stranger.http.get(URL(path, encoded=True))
    await problem(response, 404)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Traceback" not in capfd.readouterr().err


async def test_the_way_to_the_console_carries_the_security_headers(broker: Broker) -> None:
    stranger = await broker.new_person()
    response = await stranger.http.get("/console", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/console/")
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
