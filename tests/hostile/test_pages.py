"""What another site's page, a stolen address or a neighbouring host can do: nothing."""

import re
from pathlib import Path
from typing import Any

from aiohttp import web

from broker.config import Config
from broker.ports import NewAccount
from broker.protocol.vocabulary import Role
from broker.web.app import build_app
from broker.web.source import WRITING_METHODS
from broker.web.tickets import LIFE_S
from tests.broker.web.conftest import OPERATOR, PASSWORD, Broker
from tests.hostile.conftest import Clock, running

OURS = "http://127.0.0.1:8080"
FOREIGN = [
    "http://evil.example",
    "null",
    "",
    "file://",
    "chrome-extension://abcdefghijklmnop",
    f"{OURS}.evil.example",  # ours with something behind it
    f"{OURS}0",
    f"{OURS}/",
    f"{OURS}/console",
    "http://127.0.0.1",  # other ports
    "http://127.0.0.1:80",
    "http://127.0.0.1:8081",
    "https://127.0.0.1:8080",  # other schemes
    "ws://127.0.0.1:8080",
    "127.0.0.1:8080",
    "http://127.0.0.1:8080@evil.example",
    "http://evil.example#http://127.0.0.1:8080",
    "http://evil.example, http://127.0.0.1:8080",
    "http://evil.127.0.0.1:8080",
    "http://0x7f.1:8080",
    "http://[::1]:8080",
    "http://127.0.0.1:8080\tx",
]
UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


def routes(app: web.Application) -> list[tuple[str, str]]:
    """Give method and path of all that the broker answers, as the router itself has it."""
    found = set()
    for route in app.router.routes():
        assert route.resource is not None
        path = re.sub(r"\{[^}]+\}", "x", route.resource.canonical)
        found.add((route.method, path))
    return sorted(found)


async def test_no_page_of_another_origin_gets_a_socket_or_a_writing_route(broker: Broker) -> None:
    """Every route of the router, as a writing request and as a websocket: a new one cannot be
    forgotten."""
    technician = await broker.technician("tess@example.org")
    table = routes(build_app(broker.context))
    writing = [(method, path) for method, path in table if method in WRITING_METHODS]
    sockets = [path for _, path in table if "/ws/" in path]
    assert len(writing) >= 10
    assert len(sockets) >= 3
    for origin in FOREIGN:
        for method, path in writing:
            answer = await technician.http.request(
                method, path, json={}, headers={"Origin": origin}
            )
            assert answer.status == 403, (method, path, origin)
            assert (await answer.json())["code"] == "not_permitted"
        for path in {path for method, path in table if method == "GET"}:
            headers = UPGRADE | {"Origin": origin}
            answer = await technician.http.get(path, headers=headers, allow_redirects=False)
            assert answer.status == 403, (path, origin)


async def test_two_origins_are_none(broker: Broker) -> None:
    technician = await broker.technician("tess@example.org")
    headers = [("Origin", OURS), ("Origin", "http://evil.example")]
    answer = await technician.http.post("/api/v1/sessions", json={}, headers=headers)
    assert answer.status == 403


async def test_no_other_page_may_read_what_the_broker_answers(broker: Broker) -> None:
    """There is no CORS at all: neither for a request, nor for a browser that asks beforehand."""
    technician = await broker.technician("tess@example.org")
    for method, path in routes(build_app(broker.context)):
        for verb in (method, "OPTIONS"):
            headers = {"Origin": OURS, "Access-Control-Request-Method": "POST"}
            answer = await technician.http.request(
                verb, path, headers=headers, allow_redirects=False
            )
            assert not [name for name in answer.headers if name.lower().startswith("access-")]


# ---- tickets


async def test_a_ticket_opens_one_socket_of_its_own_session_and_sign_in(
    timed: Broker, clock: Clock
) -> None:
    tess = await timed.technician("tess@example.org")
    first = (await tess.create_session("T-1"))["session_id"]
    other = (await tess.create_session("T-2"))["session_id"]

    async def told(session_id: str, ticket: str, person: Any = tess) -> str:
        socket = await person.console(session_id, ticket)
        message = await socket.ws.receive_json(timeout=15)
        return str(message.get("code", message["type"]))

    ticket = await tess.ticket(first)
    assert await told(other, ticket) == "not_permitted"
    assert await told(first, ticket) == "session.snapshot"
    assert await told(first, ticket) == "not_permitted"  # it is used
    again = await timed.technician("tess@example.org")  # the same account, another sign-in
    assert await told(first, await tess.ticket(first), again) == "not_permitted"
    late = await tess.ticket(first)
    clock.seconds += LIFE_S + 1
    assert await told(first, late) == "not_permitted"
    assert await told(first, "x" * 40) == "not_permitted"


async def test_the_cookie_alone_opens_no_console(broker: Broker) -> None:
    tess = await broker.technician("tess@example.org")
    session = (await tess.create_session())["session_id"]
    socket = await tess.socket("console", Origin=OURS)
    await socket.send("console.attach", protocol_version=1, session_id=session)
    assert (await socket.receive("error"))["code"] == "invalid_message"
    assert await socket.closed() == 1002


async def test_no_token_is_taken_from_an_address(broker: Broker) -> None:
    tess = await broker.technician("tess@example.org")
    cookies = {cookie.key: cookie.value for cookie in tess.http.cookie_jar}
    stranger = await broker.new_person()
    for name, value in cookies.items():
        for query in (f"{name}={value}", f"access_token={value}", f"token={value}"):
            assert (await stranger.get(f"/api/v1/me?{query}")).status == 401
    session = (await tess.create_session())["session_id"]
    ticket = await tess.ticket(session)
    answer = await stranger.http.get(
        f"/api/v1/ws/console?ticket={ticket}", headers=UPGRADE | {"Origin": OURS}
    )
    assert answer.status == 401


def test_no_program_of_ours_puts_a_secret_into_an_address() -> None:
    """Websocket addresses have no query, in the console and in the support client."""
    root = Path(__file__).parents[2]
    sources = [*root.glob("technician_console/src/**/*.js"), *root.glob("client/**/*.py")]
    assert len(sources) > 100
    for source in sources:
        for line in source.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"/ws/[^\"'`\s]*\?", line), (source, line)


# ---- headers and cookies


async def test_everything_has_the_security_headers(broker: Broker) -> None:
    technician = await broker.technician("tess@example.org")
    for method, path in [*routes(build_app(broker.context)), ("GET", "/nothing/here")]:
        origin = {"Origin": OURS}
        answer = await technician.http.request(
            method, path, json={}, headers=origin, allow_redirects=False
        )
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Server" not in answer.headers


async def test_over_https_both_cookies_are_bound_to_this_host(config: Config) -> None:
    config = config.model_copy(update={"public_url": "https://support.example.org"})
    config = config.model_copy(update={"allowed_origins": ("https://support.example.org",)})
    async with running(config) as broker:
        account = NewAccount("tess@example.org", "Tess", PASSWORD)
        await broker.core.directory.add(account, Role.TECHNICIAN, OPERATOR)
        person = await broker.new_person()
        person.origin = "https://support.example.org"
        answer = await person.sign_in("tess@example.org")
        assert "max-age=" in answer.headers["Strict-Transport-Security"]
        cookies = answer.headers.getall("Set-Cookie")
        assert sorted(cookie.split("=", 1)[0] for cookie in cookies) == [
            "__Host-handrail_access",
            "__Host-handrail_refresh",
        ]
        for cookie in cookies:
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"secure", "httponly", "path=/", "samesite=strict"} <= parts
            assert not any(part.startswith("domain") for part in parts)
        jar = {c.split("=", 1)[0]: c.split("=", 1)[1].split(";")[0] for c in cookies}
        header = "; ".join(f"{name}={value}" for name, value in jar.items())
        renewed = await person.post("/api/v1/auth/refresh", None, Cookie=header)
        assert renewed.status == 200
        planted = header.replace("__Host-", "")
        assert (await person.post("/api/v1/auth/refresh", None, Cookie=planted)).status == 401


# ---- addresses that do not answer


async def test_a_forwarded_address_counts_only_from_a_declared_proxy(tmp_path: Path) -> None:
    """Without a declared proxy, `X-Forwarded-For` gives nobody a fresh budget of guesses."""
    async with running(Config(data_dir=tmp_path / "var")) as broker:
        stranger = await broker.new_person()
        answers = [
            await stranger.post(
                "/api/v1/join", {"code": "482109375523"}, **{"X-Forwarded-For": f"192.0.2.{number}"}
            )
            for number in range(6)
        ]
        assert [answer.status for answer in answers] == [404] * 5 + [429]
