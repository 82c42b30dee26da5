"""The support client's end of a relay, through a small broker of its own that can do mischief."""

import asyncio
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from broker.protocol.relay import RelaySide
from client.relay.pipe import Relay, RelayLost, relay_url
from client.relay.seal import Seal, new_secret

RELAY_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
TICKET = "t" * 43


class Broker:
    """Lets the client in with the right ticket, and gives the test the other end."""

    def __init__(self) -> None:
        self.secret = new_secret()
        self.answer = '{"type":"relay.open"}'
        self.sockets: asyncio.Queue[web.WebSocketResponse] = asyncio.Queue()
        self.url = ""
        self.ours = Seal(self.secret, RELAY_ID, RelaySide.CONSOLE)
        self.theirs = Seal(self.secret, RELAY_ID, RelaySide.CLIENT)
        self.over = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        first = await socket.receive_json()
        assert first == {"type": "relay.enter", "ticket": TICKET}
        if not self.answer:
            await socket.close()
            return socket
        await socket.send_str(self.answer)
        self.sockets.put_nowait(socket)
        await self.over.wait()
        return socket


@pytest.fixture
async def broker() -> AsyncIterator[Broker]:
    broker = Broker()
    app = web.Application()
    app.router.add_get(f"/api/v1/ws/relay/{RELAY_ID}", broker.serve)
    async with TestServer(app) as server:
        broker.url = relay_url(str(server.make_url("/")))
        yield broker
        broker.over.set()


class End:
    """The client's relay, and what it told."""

    def __init__(self) -> None:
        self.came: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.relay: Relay
        self.socket: web.WebSocketResponse


@pytest.fixture
async def end(broker: Broker) -> AsyncIterator[End]:
    end = End()
    end.relay = await Relay.open(
        broker.url, TICKET, broker.secret, RELAY_ID, end.came.put_nowait, on_closed=end.closed.set
    )
    end.socket = await broker.sockets.get()
    yield end
    await end.relay.close()


async def test_messages_go_both_ways_in_their_order(broker: Broker, end: End) -> None:
    async def send_all() -> None:
        for number in range(50):
            await end.relay.send(bytes([number]) * 200_000)

    sending = asyncio.create_task(send_all())
    for number in range(50):
        await end.socket.send_bytes(broker.ours.close(bytes([number]) * 1000))
        frame = await end.socket.receive_bytes()
        assert broker.theirs.open(frame) == bytes([number]) * 200_000
        assert await end.came.get() == bytes([number]) * 1000
    await sending


async def test_the_broker_sees_nothing_of_what_is_sent(broker: Broker, end: End) -> None:
    await end.relay.send(b"a secret recipe" * 100)
    assert b"secret" not in await end.socket.receive_bytes()


def flipped(frames: list[bytes]) -> list[bytes]:
    return [frames[0], bytes([frames[1][0] ^ 1]) + frames[1][1:]]


def replayed(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[0]]


def reordered(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[2]]


def cut(frames: list[bytes]) -> list[bytes]:
    return [frames[0], frames[1][:-1]]


def emptied(frames: list[bytes]) -> list[bytes]:
    return [frames[0], b""]


@pytest.mark.parametrize("mischief", [flipped, replayed, reordered, cut, emptied])
async def test_a_broker_that_does_mischief_ends_the_relay_and_nothing_false_comes(
    broker: Broker, end: End, mischief: Callable[[list[bytes]], list[bytes]]
) -> None:
    sealed = [broker.ours.close(bytes([number])) for number in range(3)]
    for frame in mischief(sealed):
        await end.socket.send_bytes(frame)
    await asyncio.wait_for(end.closed.wait(), 5)
    assert await end.came.get() == b"\x00"
    assert end.came.empty()
    with pytest.raises(RelayLost):
        await end.relay.send(b"x")


async def test_what_the_client_sent_does_not_come_back_to_it(broker: Broker, end: End) -> None:
    await end.relay.send(b"x")
    await end.socket.send_bytes(await end.socket.receive_bytes())
    await asyncio.wait_for(end.closed.wait(), 5)
    assert end.came.empty()


async def test_text_and_frames_that_are_too_large_end_it(broker: Broker, end: End) -> None:
    await end.socket.send_bytes(bytes(300 * 1024))
    await asyncio.wait_for(end.closed.wait(), 5)


async def test_the_client_is_told_when_the_broker_closes(broker: Broker, end: End) -> None:
    await end.socket.send_bytes(broker.ours.close(b"the last"))
    await end.socket.close()
    await asyncio.wait_for(end.closed.wait(), 5)
    assert await end.came.get() == b"the last"


async def test_closing_it_here_tells_the_broker_and_not_us(broker: Broker, end: End) -> None:
    await end.relay.close()
    assert (await end.socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert not end.closed.is_set()
    with pytest.raises(RelayLost):
        await end.relay.send(b"x")


async def test_sending_waits_for_a_broker_that_does_not_read(broker: Broker, end: End) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1):
            while True:
                await end.relay.send(bytes(256 * 1024))


@pytest.mark.parametrize(
    "answer", ['{"type":"error","code":"not_permitted","detail":"","fatal":true}', "nonsense", ""]
)
async def test_a_refusal_is_no_relay(broker: Broker, answer: str) -> None:
    broker.answer = answer
    with pytest.raises(RelayLost):
        await Relay.open(broker.url, TICKET, broker.secret, RELAY_ID, lambda _: None)


async def test_without_a_broker_there_is_no_relay() -> None:
    with pytest.raises(RelayLost):
        await Relay.open(
            "ws://127.0.0.1:9/api/v1/ws/relay", TICKET, new_secret(), RELAY_ID, lambda _: None
        )


@pytest.mark.parametrize(
    ("broker_url", "expected"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/ws/relay"),
        ("https://support.example.org/", "wss://support.example.org/api/v1/ws/relay"),
        ("support.example.org", "wss://support.example.org/api/v1/ws/relay"),
    ],
)
def test_the_address_of_relays_follows_from_the_brokers(broker_url: str, expected: str) -> None:
    assert relay_url(broker_url) == expected
