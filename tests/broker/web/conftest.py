"""A whole broker in this process: the real web side, service and SQLite store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from broker.audit.event import Actor
from broker.cli.beside import Beside
from broker.compose import web_context
from broker.compose_core import Core, open_core
from broker.config import Config
from broker.errors import AuditUnavailable
from broker.ports import NewAccount
from broker.protocol.vocabulary import ActorKind, Role
from broker.web.app import build_app
from broker.web.context import WebContext
from tests.builders import quick_passwords
from tests.conftest import PutDatabase

PASSWORD = "correct horse battery"
ROLES = {"ada": Role.ADMIN, "lena": Role.LEAD, "otto": Role.AUDITOR}
"""Whoever is not named here is a technician."""
OPERATOR = Actor(ActorKind.OPERATOR)


@dataclass(slots=True)
class Socket:
    """A websocket in a test: send dicts, wait for a type."""

    ws: aiohttp.ClientWebSocketResponse
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def send(self, kind: str, /, **fields: Any) -> None:
        await self.ws.send_json({"type": kind, **fields})

    async def receive(self, kind: str) -> dict[str, Any]:
        """Give the next message of this type; what comes before it is kept in `seen`."""
        while True:
            frame = await self.ws.receive(timeout=15)
            assert frame.type is aiohttp.WSMsgType.TEXT, f"{frame} instead of {kind}; {self.seen}"
            message: dict[str, Any] = frame.json()
            self.seen.append(message)
            if message["type"] == kind:
                return message

    async def snapshot(self, state: str) -> dict[str, Any]:
        """Give the next snapshot in this state."""
        while True:
            session: dict[str, Any] = (await self.receive("session.snapshot"))["session"]
            if session["state"] == state:
                return session

    async def closed(self) -> int:
        """Wait for the close and give its code."""
        while True:
            frame = await self.ws.receive(timeout=15)
            if frame.type is not aiohttp.WSMsgType.TEXT:
                assert self.ws.close_code is not None
                return self.ws.close_code
            self.seen.append(frame.json())


@dataclass(slots=True)
class Person:
    """One browser (or one program) with cookies of its own."""

    http: aiohttp.ClientSession
    origin: str

    async def post(self, path: str, body: Any = None, **headers: str) -> aiohttp.ClientResponse:
        headers.setdefault("Origin", self.origin)
        return await self.http.post(path, json=body, headers=headers)

    async def get(self, path: str) -> aiohttp.ClientResponse:
        return await self.http.get(path)

    async def sign_in(self, email: str, password: str = PASSWORD) -> aiohttp.ClientResponse:
        return await self.post("/api/v1/auth/sign-in", {"email": email, "password": password})

    async def account_id(self) -> str:
        """Give the id of the signed-in account."""
        me: dict[str, str] = await (await self.get("/api/v1/me")).json()
        return me["account_id"]

    async def create_session(self, ticket: str = "T-1", *capabilities: str) -> dict[str, Any]:
        body = {"ticket_id": ticket, "capabilities": capabilities or ("view", "control")}
        response = await self.post("/api/v1/sessions", body)
        assert response.status == 201, await response.text()
        answer: dict[str, Any] = await response.json()
        return answer

    async def events(self, session_id: str) -> list[str]:
        response = await self.get(f"/api/v1/sessions/{session_id}/events?limit=200")
        return [event["action"] for event in (await response.json())["events"]]

    async def socket(self, path: str, **headers: str) -> Socket:
        return Socket(await self.http.ws_connect(f"/api/v1/ws/{path}", headers=headers))

    async def console(self, session_id: str, ticket: str | None = None) -> Socket:
        """Attach a console to a session, with a fresh ticket unless there is one."""
        socket = await self.socket("console", Origin=self.origin)
        ticket = ticket or await self.ticket(session_id)
        await socket.send(
            "console.attach", protocol_version=1, session_id=session_id, ticket=ticket
        )
        return socket

    async def ticket(self, session_id: str) -> str:
        """Ask for what opens the console's websocket; of no use where it is refused."""
        response = await self.post(f"/api/v1/sessions/{session_id}/ticket")
        return str((await response.json()).get("ticket", "x" * 40))

    async def resume(self, joined: dict[str, Any], token: str | None = None) -> Socket:
        """Come back as the support client that was told `joined`."""
        socket = await self.socket("client")
        await socket.send(
            "client.resume",
            protocol_version=1,
            session_id=joined["session_id"],
            resume_token=token or joined["resume_token"],
        )
        return socket

    async def join(self, code: str) -> Socket:
        """Join as a support client."""
        socket = await self.socket("client")
        system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
        await socket.send("client.join", protocol_version=1, code=code, system=system)
        return socket


@dataclass(slots=True)
class Broker:
    """The broker under test."""

    core: Core
    context: WebContext
    new_person: Callable[[], Awaitable[Person]]

    async def technician(self, email: str) -> Person:
        """Give a signed-in technician (made on first use)."""
        if not any(account.email == email for account in await self.core.directory.all()):
            account = NewAccount(email, email.split("@", maxsplit=1)[0].title(), PASSWORD)
            role = ROLES.get(email.split("@", maxsplit=1)[0], Role.TECHNICIAN)
            await self.core.directory.add(account, role, OPERATOR)
        person = await self.new_person()
        response = await person.sign_in(email)
        assert response.status == 200, await response.text()
        return person


@pytest.fixture
def config(tmp_path: Path, put_database: PutDatabase) -> Config:
    """The broker's settings; a test may override this fixture."""
    put_database(tmp_path / "var")
    return Config(data_dir=tmp_path / "var", organisation="Example Support")


@pytest.fixture
async def broker(config: Config) -> AsyncIterator[Broker]:
    """A running broker on a loopback port."""
    async with (
        open_core(config, passwords=quick_passwords()) as core,
        serving(core, web_context(core, config)) as broker,
    ):
        yield broker
        with suppress(AuditUnavailable):  # a test may have taken the database away
            await check_what_lies_beside_the_log(core)


async def check_what_lies_beside_the_log(core: Core) -> None:
    """Whatever a test did, rows say what their records tell."""
    beside = Beside()
    await beside.read(core.database)
    async for record in core.audit_log.everything():
        beside.see(record)
    assert beside.flaws() == ()


@asynccontextmanager
async def serving(core: Core, context: WebContext) -> AsyncIterator[Broker]:
    """Run a broker on a loopback port."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(context.registry.running())
        server = await stack.enter_async_context(TestServer(build_app(context)))
        origin = "http://127.0.0.1:8080"

        async def new_person() -> Person:
            jar = aiohttp.CookieJar(unsafe=True)
            session = aiohttp.ClientSession(server.make_url("/"), cookie_jar=jar)
            return Person(await people.enter_async_context(session), origin)

        people = await stack.enter_async_context(AsyncExitStack())
        yield Broker(core, context, new_person)


class JoinedSession:
    """A technician with a console, and an end user who has joined."""

    def __init__(self, tess: Person, session_id: str, console: Socket, client: Socket) -> None:
        self.tess, self.session_id, self.console, self.client = tess, session_id, console, client

    @classmethod
    async def of(cls, broker: Broker) -> Self:
        """Open one."""
        tess = await broker.technician("tess@example.org")
        issued = await tess.create_session()
        console = await tess.console(issued["session_id"])
        client = await (await broker.new_person()).join(issued["code"])
        await client.receive("session.joined")
        await console.snapshot("joined")
        return cls(tess, issued["session_id"], console, client)

    async def consent(self) -> None:
        await self.client.send("consent.given", capabilities=["view"], source="window")
        await self.console.snapshot("consented")
