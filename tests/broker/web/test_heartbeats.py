"""Who is there is found out by pings, of all sockets in their turns."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from broker.compose import web_context
from broker.compose_core import open_core
from broker.config import Config
from broker.web.heartbeats import AT_ONCE, Beating, Heartbeats
from broker.web.sockets import PINGED_AFTER
from tests.broker.web.conftest import Broker, serving
from tests.builders import quick_passwords


class ByHand(Heartbeats):
    """Its rounds pass when a test says so."""

    def add(self, socket: Beating) -> None:
        self._sockets.append(socket)

    def rounds(self, count: int) -> None:
        for _ in range(count):
            for socket in self._sockets:
                socket.beat()


@pytest.fixture
def heartbeats() -> ByHand:
    return ByHand()


@pytest.fixture
async def broker(config: Config, heartbeats: ByHand) -> AsyncIterator[Broker]:
    async with open_core(config, passwords=quick_passwords()) as core:
        context = replace(web_context(core, config), heartbeats=heartbeats)
        async with serving(core, context) as broker:
            yield broker


async def _next(ws: aiohttp.ClientWebSocketResponse) -> aiohttp.WSMessage:
    return await ws.receive(timeout=5)


async def _says(ws: aiohttp.ClientWebSocketResponse, kind: str, **fields: Any) -> str:
    """Send a message, and give the type of what is answered."""
    await ws.send_json({"type": kind, **fields})
    return str((await ws.receive_json(timeout=5))["type"])


async def test_who_answers_pings_stays_and_who_does_not_is_missed(
    broker: Broker, heartbeats: ByHand
) -> None:
    issued = await (await broker.technician("tess@example.org")).create_session()
    ws = await (await broker.new_person()).http.ws_connect("/api/v1/ws/client", autoping=False)
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    join = {"protocol_version": 1, "code": issued["code"], "system": system}
    assert await _says(ws, "client.join", **join) == "session.joined"
    assert (await ws.receive_json(timeout=5))["type"] == "technician.presence"
    for _ in range(3):
        heartbeats.rounds(PINGED_AFTER)
        ping = await _next(ws)
        assert ping.type is WSMsgType.PING
        await ws.pong(ping.data)
        assert await _says(ws, "ping") == "pong"  # by now what answered the ping was heard, too
    owner = broker.context.registry.find(issued["session_id"])
    assert owner is not None
    assert owner.client is not None
    heartbeats.rounds(PINGED_AFTER + 1)
    frame = await _next(ws)
    assert frame.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    async with asyncio.timeout(5):
        while owner.client is not None:
            await asyncio.sleep(0)


async def test_a_ping_of_a_peer_is_answered(broker: Broker) -> None:
    ws = await (await broker.new_person()).http.ws_connect("/api/v1/ws/client", autoping=False)
    await ws.ping(b"are you there?")
    frame = await _next(ws)
    assert (frame.type, frame.data) == (WSMsgType.PONG, b"are you there?")


class Heart:
    """Beats so often, and says when it has."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.over = asyncio.Event()

    def beat(self) -> bool:
        self.left -= 1
        if not self.left:
            self.over.set()
        return self.left > 0


async def test_every_socket_has_its_turns_until_it_is_over() -> None:
    heartbeats = Heartbeats(round_s=0)
    hearts = [Heart(times=1 + number % 3) for number in range(2 * AT_ONCE + 1)]
    for heart in hearts:
        heartbeats.add(heart)
    await asyncio.gather(*(heart.over.wait() for heart in hearts))
    again = Heart(times=2)
    heartbeats.add(again)
    await again.over.wait()
    assert all(heart.left == 0 for heart in hearts)
