"""The relay of files: who may have one, who may come in, and what passes through it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from broker.config import Config
from broker.protocol.relay import MAX_RELAY_FRAME_BYTES
from broker.service.relays import OF_A_SESSION
from broker.web import relay_socket
from tests.broker.web.conftest import Broker, Person, Socket

BOTH_WAYS = ("view", "files.send", "files.receive")


@dataclass
class Pair:
    """A technician and an end user who have consented to files."""

    tess: Person
    end_user: Person
    session_id: str
    console: Socket
    client: Socket
    kept: list[Socket] = field(default_factory=list)
    """A socket that nobody holds is closed."""

    async def offered(self, asking: str = "console") -> tuple[str, dict[str, str]]:
        """Ask for a relay: its id, and each side's ticket."""
        relay_id = str(uuid.uuid4())
        await getattr(self, asking).send("relay.wanted", relay_id=relay_id)
        tickets = {}
        for side in ("client", "console"):
            offer = await getattr(self, side).receive("relay.offered")
            assert offer["relay_id"] == relay_id
            tickets[side] = offer["ticket"]
        return relay_id, tickets

    async def refused(self, asking: str = "console") -> str:
        await getattr(self, asking).send("relay.wanted", relay_id=str(uuid.uuid4()))
        return str((await getattr(self, asking).receive("relay.refused"))["reason"])

    async def console_end(self, relay_id: str, ticket: str) -> Socket:
        self.kept.append(await enter(self.tess, relay_id, ticket, Origin=self.tess.origin))
        return self.kept[-1]

    async def client_end(self, relay_id: str, ticket: str) -> Socket:
        self.kept.append(await enter(self.end_user, relay_id, ticket))
        return self.kept[-1]

    async def open(self, asking: str = "console") -> tuple[Socket, Socket]:
        """Give both ends of a relay that is open: the console's and the client's."""
        relay_id, tickets = await self.offered(asking)
        console = await self.console_end(relay_id, tickets["console"])
        client = await self.client_end(relay_id, tickets["client"])
        await console.receive("relay.open")
        await client.receive("relay.open")
        return console, client


async def enter(person: Person, relay_id: str, ticket: str, **headers: str) -> Socket:
    socket = await person.socket(f"relay/{relay_id}", **headers)
    await socket.send("relay.enter", ticket=ticket)
    return socket


async def frame_of(socket: Socket) -> bytes:
    frame = await socket.ws.receive(timeout=15)
    assert frame.type is aiohttp.WSMsgType.BINARY, frame
    return bytes(frame.data)


async def meet(broker: Broker, email: str = "tess@example.org", *granted: str) -> Pair:
    tess, end_user = await broker.technician(email), await broker.new_person()
    issued = await tess.create_session("T-1", *BOTH_WAYS)
    console = await tess.console(issued["session_id"])
    client = await end_user.join(issued["code"])
    await client.receive("session.joined")
    await client.send("consent.given", capabilities=granted or BOTH_WAYS, source="window")
    await console.snapshot("consented")
    return Pair(tess, end_user, issued["session_id"], console, client)


@pytest.fixture
async def pair(broker: Broker) -> AsyncIterator[Pair]:
    pair = await meet(broker)
    yield pair
    for socket in pair.kept:  # some of them do not read, and would not answer a close
        socket.ws._response.close()


@pytest.mark.parametrize("asking", ["console", "client"])
async def test_frames_go_both_ways_in_their_order_and_are_counted(
    broker: Broker, pair: Pair, asking: str
) -> None:
    relays, passed = broker.context.registry.relays, list[int]()
    relays.passed = lambda use, length: passed.append(length)
    console, client = await pair.open(asking)
    for number in range(20):
        await console.ws.send_bytes(bytes([number]) * (MAX_RELAY_FRAME_BYTES - number))
        await client.ws.send_bytes(bytes([number]))
    for number in range(20):
        assert await frame_of(client) == bytes([number]) * (MAX_RELAY_FRAME_BYTES - number)
        assert await frame_of(console) == bytes([number])
    assert (len(passed), relays.at_once, relays.ends) == (40, 1, 2)
    assert sum(passed) == sum(MAX_RELAY_FRAME_BYTES - n + 1 for n in range(20))


async def test_when_one_side_leaves_the_other_is_told(broker: Broker, pair: Pair) -> None:
    console, client = await pair.open()
    await console.ws.close()
    assert await client.closed() == 1000
    assert broker.context.registry.relays.at_once == 0


async def test_what_was_on_its_way_when_one_side_leaves_still_arrives(pair: Pair) -> None:
    console, client = await pair.open()
    for number in range(10):
        await console.ws.send_bytes(bytes([number]) * 100_000)
    await console.ws.close()
    assert [(await frame_of(client))[0] for _ in range(10)] == list(range(10))


async def test_a_wrong_ticket_opens_nothing_and_disturbs_nobody(pair: Pair) -> None:
    relay_id, tickets = await pair.offered()
    stranger = await pair.client_end(relay_id, "x" * 43)
    assert (await stranger.receive("error"))["code"] == "not_permitted"
    assert await stranger.closed() == 1008
    console = await pair.console_end(relay_id, tickets["console"])
    await pair.client_end(relay_id, tickets["client"])
    await console.receive("relay.open")


async def test_a_ticket_works_once(pair: Pair) -> None:
    relay_id, tickets = await pair.offered()
    first = await pair.client_end(relay_id, tickets["client"])
    again = await pair.client_end(relay_id, tickets["client"])
    assert (await again.receive("error"))["code"] == "not_permitted"
    await pair.console_end(relay_id, tickets["console"])
    await first.receive("relay.open")


async def test_a_third_party_cannot_come_in_beside_the_two(pair: Pair) -> None:
    relay_id, tickets = await pair.offered()
    console = await pair.console_end(relay_id, tickets["console"])
    client = await pair.client_end(relay_id, tickets["client"])
    await client.receive("relay.open")
    await console.receive("relay.open")
    for ticket in (*tickets.values(), "y" * 43):
        third = await pair.client_end(relay_id, ticket)
        assert (await third.receive("error"))["code"] == "not_permitted"
    await console.ws.send_bytes(b"still only for the client")
    assert await frame_of(client) == b"still only for the client"


async def test_a_ticket_is_for_its_own_relay_only(broker: Broker, pair: Pair) -> None:
    other = await meet(broker, "tom@example.org")
    relay_id, _ = await pair.offered()
    _, tickets = await other.offered()
    stranger = await pair.client_end(relay_id, tickets["client"])
    assert (await stranger.receive("error"))["code"] == "not_permitted"


async def test_the_consoles_ticket_is_of_no_use_to_anybody_but_its_technician(
    broker: Broker, pair: Pair
) -> None:
    tom = await broker.technician("tom@example.org")
    relay_id, tickets = await pair.offered()
    thief = await enter(tom, relay_id, tickets["console"], Origin=tom.origin)
    assert (await thief.receive("error"))["code"] == "not_found"
    relay_id, tickets = await pair.offered()
    nobody = await pair.client_end(relay_id, tickets["console"])
    assert (await nobody.receive("error"))["code"] == "not_permitted"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil:1"])
async def test_a_page_of_another_site_gets_no_relay(pair: Pair, origin: str) -> None:
    relay_id, _ = await pair.offered()
    with pytest.raises(WSServerHandshakeError) as refusal:
        await pair.tess.socket(f"relay/{relay_id}", Origin=origin)
    assert refusal.value.status == 403


async def test_a_relay_of_somebody_elses_session_cannot_be_asked_for(
    broker: Broker, pair: Pair
) -> None:
    """What is asked for on a socket is for that socket's own session, whatever its id."""
    other = await meet(broker, "tom@example.org")
    relay_id, _ = await pair.offered()
    await other.console.send("relay.wanted", relay_id=relay_id)
    assert (await other.console.receive("relay.refused"))["reason"] == "busy"


@pytest.mark.parametrize("first", [b"\x00" * 40, "{}", '{"type":"relay.enter","ticket":"short"}'])
async def test_nonsense_first_is_refused(pair: Pair, first: str | bytes) -> None:
    socket = await pair.end_user.socket(f"relay/{uuid.uuid4()}")
    await (socket.ws.send_bytes(first) if isinstance(first, bytes) else socket.ws.send_str(first))
    assert (await socket.receive("error"))["code"] == "invalid_message"
    assert await socket.closed() == 1002


async def test_a_frame_that_is_too_large_ends_the_relay(pair: Pair) -> None:
    console, client = await pair.open()
    await console.ws.send_bytes(b"x" * (MAX_RELAY_FRAME_BYTES + 1))
    assert await console.closed() == 1009
    assert await client.closed() == 1000


async def test_text_ends_the_relay(pair: Pair) -> None:
    console, client = await pair.open()
    await console.ws.send_str("hello")
    assert await client.closed() == 1000


async def test_a_side_that_reads_nothing_holds_the_other_and_not_the_brokers_memory(
    broker: Broker, pair: Pair
) -> None:
    passed: list[int] = []
    broker.context.registry.relays.passed = lambda use, length: passed.append(length)
    console, client = await pair.open()
    client.ws._response.connection.transport.pause_reading()
    frame, sent = b"x" * MAX_RELAY_FRAME_BYTES, 0
    with pytest.raises(TimeoutError):
        while sent < 400:
            async with asyncio.timeout(1):
                await console.ws.send_bytes(frame)
            sent += 1
    assert sum(passed) < 32 * 1024 * 1024


async def test_a_side_that_reads_nothing_for_long_ends_the_relay(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_socket, "STALL_S", 0.2)
    monkeypatch.setattr(relay_socket, "CLOSE_S", 0.2)
    console, client = await pair.open()
    client.ws._response.connection.transport.pause_reading()
    frame = b"x" * MAX_RELAY_FRAME_BYTES
    with pytest.raises(ConnectionError):
        async with asyncio.timeout(8):
            while True:
                await console.ws.send_bytes(frame)


async def test_a_relay_that_one_side_never_comes_to_is_given_up(
    broker: Broker, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_socket, "TICKET_S", 0.1)
    relay_id, tickets = await pair.offered()
    alone = await pair.client_end(relay_id, tickets["client"])
    assert await alone.closed() == 1000
    late = await pair.console_end(relay_id, tickets["console"])
    assert (await late.receive("error"))["code"] == "not_permitted"


async def test_before_consent_and_without_the_right_there_is_no_relay(broker: Broker) -> None:
    tess, end_user = await broker.technician("tess@example.org"), await broker.new_person()
    issued = await tess.create_session("T-1", *BOTH_WAYS)
    console = await tess.console(issued["session_id"])
    client = await end_user.join(issued["code"])
    pair = Pair(tess, end_user, issued["session_id"], console, client)
    assert await pair.refused("console") == "not_granted"
    await client.receive("session.joined")
    await client.send("consent.given", capabilities=["view", "files.send"], source="window")
    await console.snapshot("consented")
    assert await pair.refused("client") == "not_granted"
    await pair.open("console")


async def test_without_the_other_side_there_is_no_relay(pair: Pair) -> None:
    await pair.client.ws.close()
    await pair.console.receive("session.snapshot")
    assert await pair.refused("console") == "peer_absent"


async def test_a_session_has_only_so_many_relays_at_a_time(pair: Pair) -> None:
    for _ in range(OF_A_SESSION):
        await pair.offered()
    assert await pair.refused() == "busy"


async def end_session(pair: Pair, broker: Broker) -> None:
    await pair.client.send("session.stop")


async def leave_as_console(pair: Pair, broker: Broker) -> None:
    await pair.console.ws.close()


async def leave_as_client(pair: Pair, broker: Broker) -> None:
    await pair.client.ws.close()


async def replace_console(pair: Pair, broker: Broker) -> None:
    await pair.tess.console(pair.session_id)


async def stop_broker(pair: Pair, broker: Broker) -> None:
    broker.context.registry.relays.close_all()


@pytest.mark.parametrize(
    "happens", [end_session, leave_as_console, leave_as_client, replace_console, stop_broker]
)
async def test_a_relay_lives_no_longer_than_both_sides_in_the_session(
    broker: Broker, pair: Pair, happens: Any
) -> None:
    console, client = await pair.open()
    await happens(pair, broker)
    assert await console.closed() == 1000
    assert await client.closed() == 1000


class TestForbidden:
    """An admin does without relays."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        return config.model_copy(update={"relay_allowed": False})

    async def test_there_is_none(self, pair: Pair) -> None:
        assert await pair.refused("console") == "forbidden"
        assert await pair.refused("client") == "forbidden"


class TestQuota:
    """An admin lets each session send so much through the broker, and one relay be at a time."""

    @pytest.fixture
    def config(self, tmp_path: Path, config: Config) -> Config:
        return config.model_copy(update={"relay_session_bytes": 1000, "relay_at_once": 1})

    async def test_a_session_that_has_used_it_up_goes_without(self, pair: Pair) -> None:
        console, client = await pair.open()
        await console.ws.send_bytes(b"x" * 999)
        assert len(await frame_of(client)) == 999
        await console.ws.send_bytes(b"x")
        assert await client.closed() == 1000
        assert await console.closed() == 1000
        assert await pair.refused() == "quota"

    async def test_another_session_has_its_own(self, broker: Broker, pair: Pair) -> None:
        console, _ = await pair.open()
        other = await meet(broker, "tom@example.org")
        assert await other.refused() == "busy"
        await console.ws.send_bytes(b"x" * 1000)
        assert await console.closed() == 1000
        await other.open()


async def test_no_frame_comes_before_it_is_said_that_the_relay_is_open() -> None:
    sent: list[object] = []

    class Socket:
        async def send_bytes(self, frame: bytes) -> None:
            sent.append(frame)

    end = relay_socket._End(Socket())  # type: ignore[arg-type]
    sending = asyncio.create_task(end.send(b"early"))
    await asyncio.sleep(0.01)
    assert sent == []
    end.greeted.set()
    await sending
    assert sent == [b"early"]
