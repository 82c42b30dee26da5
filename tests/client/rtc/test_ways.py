"""Trying the ways out with servers that answer, refuse, stay silent or speak something else."""

import asyncio
import time
from typing import Any

import pytest
from aioice import stun

from broker.protocol.connection import PREFLIGHT_S, Way, WayOutcome
from broker.protocol.signaling import IceServer
from client.rtc import ways
from client.rtc.ways import try_ways
from client.trials import Trial
from tests.client.fake_stun import by_tcp, by_udp, refuses_with, says_nothing, says_yes

SHORT_S = 0.4


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
