"""Who is there is found out by pings, of all sockets in their turns."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import WSMsgType

from broker.compose import web_context
from broker.compose_core import open_core
from broker.config import Config
from broker.web.heartbeats import AT_ONCE, Heartbeats
from tests.broker.web.conftest import Broker, serving
from tests.builders import quick_passwords

QUICKLY_S = 0.3
ANSWERED = 2


@pytest.fixture
async def broker(config: Config) -> AsyncIterator[Broker]:
    async with open_core(config, passwords=quick_passwords()) as core:
        context = replace(web_context(core, config), heartbeats=Heartbeats(QUICKLY_S))
        async with serving(core, context) as broker:
            yield broker


async def test_who_answers_pings_stays_and_who_does_not_is_missed(broker: Broker) -> None:
    issued = await (await broker.technician("tess@example.org")).create_session()
    ws = await (await broker.new_person()).http.ws_connect("/api/v1/ws/client", autoping=False)
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    join = {"type": "client.join", "protocol_version": 1, "code": issued["code"], "system": system}
    await ws.send_json(join)
    pings = 0
    while (frame := await ws.receive(timeout=10)).type in (WSMsgType.TEXT, WSMsgType.PING):
        if frame.type is WSMsgType.PING:
            pings += 1
            if pings <= ANSWERED:
                await ws.pong(frame.data)
    assert frame.type in (WSMsgType.CLOSED, WSMsgType.ERROR)
    assert pings == ANSWERED + 1
    owner = broker.context.registry.find(issued["session_id"])
    assert owner is not None
    while owner.session.client_present:
        await asyncio.sleep(0)


async def test_a_ping_of_a_peer_is_answered(broker: Broker) -> None:
    ws = await (await broker.new_person()).http.ws_connect("/api/v1/ws/client", autoping=False)
    await ws.ping(b"are you there?")
    frame = await ws.receive(timeout=5)
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
