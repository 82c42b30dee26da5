"""A broker with its accounts and a support client, each a real process, driven by the HTTP API."""

import asyncio
import atexit
import json
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.rig.display import XDisplay
from tests.rig.processes import Process, check_alive, kill_group, output_of, start, stop

READY_TIMEOUT_S = 30.0
POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Login:
    """Credentials of an account made for this run."""

    email: str
    name: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(15))


@dataclass(slots=True)
class Broker:
    """A real broker process. `kill` and `start` again to see what survives."""

    folder: Path
    port: int
    env: dict[str, str] = field(default_factory=dict)
    process: Process | None = None
    host: str = "127.0.0.1"

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    def connector(self) -> aiohttp.TCPConnector:
        """Make connections to it."""
        return aiohttp.TCPConnector()

    @property
    def log(self) -> Path:
        """Where its output goes."""
        return self.folder / "broker.log"

    async def add_account(self, login: Login, role: str) -> None:
        """Make an account with the broker's own command."""
        command = ["user", "add", login.email, "--name", login.name, "--role", role]
        await self.cli(*command, "--password-stdin", stdin=login.password)

    async def cli(self, *arguments: str, stdin: str = "") -> str:
        """Run `handrail-broker` with this broker's settings and give what it printed."""
        return await output_of(
            [sys.executable, "-m", "broker", *arguments], self._environment(), stdin
        )

    async def start(self) -> None:
        """Start the process and wait until it can open sessions."""
        self.process = await start(
            [sys.executable, "-m", "broker", "run"], self.log, self._environment()
        )
        session = aiohttp.ClientSession(connector=self.connector())
        async with asyncio.timeout(READY_TIMEOUT_S), session as http:
            while not await self._is_ready(http):
                await check_alive(self.process, self.log)
                await asyncio.sleep(POLL_S)

    async def kill(self) -> None:
        """`kill -9`, as a power cut would."""
        if self.process is not None:
            kill_group(self.process)
            await self.process.wait()

    async def stop(self) -> None:
        """Ask it to end."""
        if self.process is not None:
            await stop(self.process)

    async def _is_ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.url}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientConnectionError:
            return False

    def _environment(self) -> dict[str, str]:
        return {
            "HANDRAIL_DATA_DIR": str(self.folder / "data"),
            "HANDRAIL_HOST": self.host,
            "HANDRAIL_PORT": str(self.port),
            "HANDRAIL_ORGANISATION": "Example Support",
            **self.env,
        }


@dataclass(slots=True)
class Technician:
    """A signed-in technician at the HTTP API. Enter `signed_in` to get one."""

    broker: Broker
    http: aiohttp.ClientSession

    async def create_session(
        self, ticket: str, capabilities: Sequence[str] = ("view", "control")
    ) -> dict[str, Any]:
        """Open a session: the answer of `POST /api/v1/sessions`."""
        body = {"ticket_id": ticket, "capabilities": list(capabilities)}
        return await self._call("POST", "/api/v1/sessions", body)

    async def session(self, session_id: str) -> dict[str, Any]:
        """Give a session as it is now."""
        return await self._call("GET", f"/api/v1/sessions/{session_id}")

    async def end(self, session_id: str) -> dict[str, Any]:
        """End a session."""
        return await self._call("POST", f"/api/v1/sessions/{session_id}/end")

    async def wait_for_state(self, session_id: str, *states: str, timeout_s: float = 30) -> str:
        """Wait until a session is in one of these states."""
        async with asyncio.timeout(timeout_s):
            while (state := (await self.session(session_id))["state"]) not in states:
                await asyncio.sleep(POLL_S)
        return str(state)

    async def events(self, session_id: str) -> list[dict[str, Any]]:
        """Give every audit event of a session, oldest first."""
        page = await self._call("GET", f"/api/v1/sessions/{session_id}/events?limit=200")
        events: list[dict[str, Any]] = page["events"]
        return events

    async def _call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        async with self.http.request(method, self.broker.url + path, json=body) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {json.dumps(answer)}")
            return answer


@asynccontextmanager
async def running_broker(folder: Path, env: dict[str, str] | None = None) -> AsyncIterator[Broker]:
    """Run a broker on a free loopback port with its data in `folder`."""
    broker = Broker(folder, free_port(), env or {})
    await broker.start()
    try:
        yield broker
    finally:
        await broker.stop()


_furnished: dict[Login, Path] = {}
"""Data of a broker with one technician, made once a process: each time takes more than a second."""


@asynccontextmanager
async def running_broker_of(
    login: Login, folder: Path, env: dict[str, str] | None = None
) -> AsyncIterator[Broker]:
    """Run a broker that knows one technician already, made by the broker's own command."""
    await furnish(login, folder, env)
    async with running_broker(folder, env) as broker:
        yield broker


async def furnish(login: Login, folder: Path, env: dict[str, str] | None = None) -> None:
    """Put the data of a broker that knows this technician into `folder`."""
    if login not in _furnished:
        made = Broker(Path(tempfile.mkdtemp(prefix="handrail-furnished-")), 0, env or {})
        await made.add_account(login, "technician")
        _furnished[login] = made.folder
        atexit.register(shutil.rmtree, made.folder, ignore_errors=True)
    shutil.copytree(_furnished[login] / "data", folder / "data")


@asynccontextmanager
async def signed_in(broker: Broker, login: Login) -> AsyncIterator[Technician]:
    """Sign in at the HTTP API, as the console does."""
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address
    async with aiohttp.ClientSession(cookie_jar=jar, connector=broker.connector()) as http:
        body = {"email": login.email, "password": login.password}
        async with http.post(f"{broker.url}/api/v1/auth/sign-in", json=body) as response:
            response.raise_for_status()
        yield Technician(broker, http)


@asynccontextmanager
async def running_client(
    broker: Broker,
    display: XDisplay,
    code: str,
    *options: str,
    home: Path | None = None,
    before: Sequence[str | Path] = (),
    env: dict[str, str] | None = None,
) -> AsyncIterator[Process]:
    """Run a support client on a display, as somebody who lives in `home`.

    `before` is a command that runs the client's, as `nsenter` does.
    """
    command = [*before, sys.executable, "-m", "client", code, "--broker", broker.url, *options]
    env = {**display.env, "LANG": "C.UTF-8", "LANGUAGE": "en", **(env or {})}
    if home is not None:
        env |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    process = await start(command, broker.folder / "client.log", env)
    try:
        yield process
    finally:
        await stop(process)


def free_port(preferred: int | None = None) -> int:
    """Give a free loopback port, the preferred one when it is free."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")
