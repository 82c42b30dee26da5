"""The whole broker in this process, with a clock that the attacker's day runs by."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from broker.compose import web_context
from broker.compose_core import open_core
from broker.config import Config
from broker.web.app import build_app
from broker.web.attempts import Attempts
from broker.web.code_guard import CodeGuard
from tests.broker.web.conftest import Broker, Person
from tests.builders import quick_passwords
from tests.conftest import PutDatabase
from tests.rig import postgresql

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(slots=True)
class Clock:
    """Time that passes when a test says so: both of the broker's clocks, and the guard's."""

    seconds: float = 0.0

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def config(tmp_path: Path, put_database: PutDatabase) -> Config:
    """The broker's settings: the test itself is a declared proxy, so it can come from anywhere."""
    put_database(tmp_path / "var")
    return Config(
        data_dir=tmp_path / "var",
        organisation="Example Support",
        trusted_proxies=(ip_network("127.0.0.0/8"),),
    )


@asynccontextmanager
async def running(config: Config, clock: Clock | None = None) -> AsyncIterator[Broker]:
    """Run a broker, on its own clock or on a test's."""
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(config, passwords=quick_passwords()))
        if clock is not None:
            core = replace(core, clock=clock)
        context = web_context(core, config)
        if clock is not None:
            attempts = Attempts(clock.monotonic)
            guard = CodeGuard(context.registry, attempts, clock.monotonic)
            context = replace(context, attempts=attempts, code_guard=guard)
        await stack.enter_async_context(context.registry.running())
        server = await stack.enter_async_context(TestServer(build_app(context)))
        people = await stack.enter_async_context(AsyncExitStack())

        async def new_person() -> Person:
            session = aiohttp.ClientSession(
                server.make_url("/"), cookie_jar=aiohttp.CookieJar(unsafe=True)
            )
            return Person(await people.enter_async_context(session), "http://127.0.0.1:8080")

        yield Broker(core, context, new_person)


@pytest.fixture
async def broker(config: Config) -> AsyncIterator[Broker]:
    """A broker on the real clock."""
    async with running(config) as broker:
        yield broker


@pytest.fixture
async def timed(config: Config, clock: Clock) -> AsyncIterator[Broker]:
    """A broker whose limits run by `clock`."""
    async with running(config, clock) as broker:
        yield broker


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.PostgreSQL]:
    if not postgresql.installed():
        pytest.fail("PostgreSQL is not installed: run .ci/install-system-packages test")
    with postgresql.running() as server:
        yield server
