"""Trying the ways out with servers that answer, refuse, stay silent or speak something else."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aioice import stun

from broker.protocol.connection import PREFLIGHT_S, Way, WayOutcome
from broker.protocol.signaling import IceServer
from client.rtc import ways
from client.rtc.ways import try_ways
from client.trials import Trial

Answer = Callable[[stun.Message], stun.Message | None]
SHORT_S = 0.4


def reply(request: stun.Message, **attributes: Any) -> stun.Message:
    kind = stun.Class.ERROR if "code" in attributes else stun.Class.RESPONSE
    message = stun.Message(request.message_method, kind, request.transaction_id)
    if kind is stun.Class.ERROR:
        message.attributes["ERROR-CODE"] = (attributes["code"], "no")
    else:
        message.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.1", 4711)
    if request.message_method is stun.Method.ALLOCATE and kind is stun.Class.RESPONSE:
        message.attributes |= {"LIFETIME": 600, "XOR-RELAYED-ADDRESS": ("192.0.2.2", 50000)}
    return message


def says_yes(request: stun.Message) -> stun.Message:
    return reply(request)


def refuses_with(code: int) -> Answer:
    return lambda request: reply(request, code=code)


def says_nothing(_: stun.Message) -> None:
    return None


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[stun.Method] = []

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        request = stun.parse_message(data)
        self.asked.append(request.message_method)
        if answer := self.answer(request):
            self.transport.sendto(b"no STUN", addr)
            self.transport.sendto(bytes(reply(stun.Message(1, stun.Class.REQUEST))), addr)
            self.transport.sendto(bytes(answer), addr)


@asynccontextmanager
async def by_udp(answer: Answer) -> AsyncIterator[tuple[int, Server]]:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(
        lambda: Server(answer), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1], server
    finally:
        transport.close()


@asynccontextmanager
async def by_tcp(answer: Answer | None) -> AsyncIterator[int]:
    """None: it says something that is no STUN, as a web server or a captive portal does."""

    over = asyncio.Event()
    serving: set[asyncio.Task[None] | None] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(asyncio.current_task())
        while head := await reader.read(20):
            if answer is None:
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                break
            if answer is says_nothing:
                await over.wait()
                break
            request = stun.parse_message(head + await reader.read(int.from_bytes(head[2:4])))
            if found := answer(request):
                writer.write(bytes(found))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        over.set()
        await asyncio.gather(*filter(None, serving))


def servers(*urls: str, named: bool = True) -> list[IceServer]:
    name = {"username": "u", "credential": "c"} if named else {}
    return [IceServer(urls=urls, **name)]


def found(trials: tuple[Trial, ...]) -> list[tuple[Way, WayOutcome, int | None]]:
    return [(one.way, one.outcome, one.code) for one in trials]


async def test_all_that_answers_works_and_a_turn_server_serves_for_stun_too() -> None:
    async with by_udp(says_yes) as (udp, server), by_tcp(says_yes) as tcp:
        urls = (f"turn:127.0.0.1:{udp}", f"turn:127.0.0.1:{tcp}?transport=tcp")
        trials = await try_ways(servers(*urls))
        assert found(trials) == [
            (Way.DIRECT, WayOutcome.WORKS, None),
            (Way.TURN_UDP, WayOutcome.WORKS, None),
            (Way.TURN_TCP, WayOutcome.WORKS, None),
        ]
        assert all(one.milliseconds is not None for one in trials)
        while stun.Method.REFRESH not in server.asked:  # the allocation is given back
            await asyncio.sleep(0.01)


async def test_a_stun_server_is_asked_where_there_is_one() -> None:
    async with by_udp(says_yes) as (port, server):
        trials = await try_ways(servers(f"stun:127.0.0.1:{port}", "stuns:127.0.0.1:1"))
        assert found(trials) == [(Way.DIRECT, WayOutcome.WORKS, None)]
        assert server.asked == [stun.Method.BINDING]


async def test_a_refusal_is_told_with_its_code() -> None:
    async with by_udp(refuses_with(486)) as (udp, _), by_tcp(refuses_with(401)) as tcp:
        urls = (f"turn:127.0.0.1:{udp}", f"turn:127.0.0.1:{tcp}?transport=tcp")
        assert found(await try_ways(servers(*urls)))[1:] == [
            (Way.TURN_UDP, WayOutcome.REFUSED, 486),
            (Way.TURN_TCP, WayOutcome.REFUSED, 401),
        ]


async def test_without_credentials_it_is_enough_that_a_turn_server_asks_for_them() -> None:
    async with by_udp(refuses_with(401)) as (port, _):
        trials = await try_ways(servers(f"turn:127.0.0.1:{port}", named=False))
        assert found(trials)[1] == (Way.TURN_UDP, WayOutcome.WORKS, None)
    async with by_udp(refuses_with(403)) as (port, _):
        trials = await try_ways(servers(f"turn:127.0.0.1:{port}", named=False))
        assert found(trials)[1] == (Way.TURN_UDP, WayOutcome.REFUSED, 403)


async def test_what_stays_silent_is_given_up_in_time_and_keeps_nothing_else_waiting() -> None:
    async with by_udp(says_nothing) as (udp, _), by_tcp(says_nothing) as tcp, by_tcp(None) as web:
        urls = (
            f"stun:127.0.0.1:{udp}",
            f"turn:127.0.0.1:{udp}",
            f"turn:127.0.0.1:{tcp}?transport=tcp",
            f"turns:127.0.0.1:{tcp}",
            f"turn:127.0.0.1:{web}?transport=tcp",
        )
        began = time.monotonic()
        trials = await try_ways(servers(*urls), SHORT_S)
        assert time.monotonic() - began < SHORT_S + 1
        assert {one.outcome for one in trials} == {WayOutcome.SILENT}
        assert ways.TRY_S + 1 < PREFLIGHT_S


async def test_a_name_that_is_looked_up_for_ever_is_given_up_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(*_: Any, **__: Any) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    trials = await try_ways(servers("stun:nowhere.example", "turn:nowhere.example"), 0.1)
    assert {one.outcome for one in trials} == {WayOutcome.SILENT}


async def test_closed_ports_and_names_that_are_none_are_told_at_once() -> None:
    urls = ("stun:127.0.0.1:9", "turn:127.0.0.1:9?transport=tcp", "turns:nowhere.invalid")
    began = time.monotonic()
    trials = await try_ways(servers(*urls))
    assert {one.outcome for one in trials} == {WayOutcome.UNREACHABLE}
    assert time.monotonic() - began < ways.TRY_S


async def test_what_answers_with_something_else_than_tls_is_not_trusted() -> None:
    async with by_tcp(None) as port:
        trials = await try_ways(servers(f"turns:127.0.0.1:{port}"))
        assert found(trials) == [(Way.TURN_TLS, WayOutcome.UNTRUSTED, None)]


async def test_odd_urls_and_none_at_all_give_nothing() -> None:
    assert await try_ways(servers("http://example.org", "turn:[::1]:1")) == ()
    assert await try_ways([]) == ()
