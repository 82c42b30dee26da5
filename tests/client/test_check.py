"""`handrail-client --check`: what it says, how it ends, and that it ends in time."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from broker.protocol.connection import PREFLIGHT_S, Way, WayOutcome
from broker.protocol.ice import IceServers
from broker.protocol.signaling import IceServer
from client import check
from client.check import try_all
from tests.client.fake_stun import by_tcp, by_udp, refuses_with, says_nothing


@asynccontextmanager
async def broker(*urls: str) -> AsyncIterator[str]:
    """A broker that can be reached, and names these servers."""

    async def addresses(_: web.Request) -> web.Response:
        body = IceServers(servers=(IceServer(urls=urls),) if urls else ())
        return web.json_response(text=body.model_dump_json())

    async def client(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_get("/api/v1/ice-addresses", addresses)
    app.router.add_get("/api/v1/ws/client", client)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def run(url: str, *more: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "client", "--check", "--broker", url, *more),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_where_a_way_works_it_ends_well_and_names_the_ways() -> None:
    async with (
        by_udp(refuses_with(401)) as (udp, _),
        broker(f"turn:127.0.0.1:{udp}", "turn:127.0.0.1:9?transport=tcp") as url,
    ):
        code, said = await run(url, "--language", "en")
    assert code == 0
    assert "Relay by UDP: works, " in said
    assert "Relay by TCP: cannot be reached – turn:127.0.0.1:9?transport=tcp" in said


async def test_where_only_the_broker_can_be_reached_it_says_what_to_ask_for() -> None:
    async with broker("stun:127.0.0.1:9", "turn:127.0.0.1:9?transport=tcp") as url:
        code, said = await run(url, "--language", "fr")
    assert code == check.EXIT_BROKER_ONLY
    assert "ne laisse passer que les pages web" in said
    assert "UDP 127.0.0.1:9, TCP 127.0.0.1:9" in said


async def test_where_nothing_works_it_ends_with_another_code() -> None:
    code, said = await run("http://127.0.0.1:9", "--language", "en")
    assert code == check.EXIT_NOTHING
    assert "The support server cannot be reached." in said


async def test_it_ends_in_time_though_nothing_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "BROKER_S", 0.2)
    async with by_tcp(says_nothing) as silent:
        began = time.monotonic()
        trials = await try_all(f"http://127.0.0.1:{silent}")
        assert time.monotonic() - began < 2
        assert [(one.way, one.outcome) for one in trials] == [(Way.BROKER, WayOutcome.SILENT)]


def test_the_parts_of_ten_seconds_are_no_more_together() -> None:
    assert check.BROKER_S + check.MARGIN_S < PREFLIGHT_S


async def test_a_broker_whose_certificate_is_not_trusted_is_told_as_that() -> None:
    async with by_tcp(None) as port:
        (trial,) = await try_all(f"https://127.0.0.1:{port}")
        assert trial.outcome is WayOutcome.UNTRUSTED
