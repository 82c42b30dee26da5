"""Trying the ways out at a real coturn, and where nothing passes but the broker."""

import time
from pathlib import Path

import pytest

from broker.protocol.connection import PREFLIGHT_S, Way, WayOutcome
from client import check
from client.rtc.ways import try_ways
from client.trials import Finding, Trial, finding, road, summary
from client.way_words import explanation
from tests.client.test_check import broker
from tests.rig.namespaces import small_internet
from tests.rig.turn import Coturn, running_coturn
from tests.turn.conftest import need_coturn
from tests.turn.test_support_client import refused, server_of

WORKS = WayOutcome.WORKS
ELSEWHERE = "12.0.0.1"
"""An address that is on nobody's network here: what is sent to it is never answered."""


def found(trials: tuple[Trial, ...]) -> dict[Way, tuple[WayOutcome, int | None]]:
    return {one.way: (one.outcome, one.code) for one in trials}


async def test_a_real_turn_server_works_refuses_or_is_not_trusted(
    coturn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of(coturn, coturn.udp, coturn.tcp, coturn.tls)
    assert found(await try_ways([server]))[Way.TURN_TLS] == (WayOutcome.UNTRUSTED, None)
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
    ways = (Way.DIRECT, Way.TURN_UDP, Way.TURN_TCP, Way.TURN_TLS)
    assert found(await try_ways([server])) == dict.fromkeys(ways, (WORKS, None))
    stranger = server.model_copy(update={"username": None, "credential": None})
    assert found(await try_ways([stranger])) == dict.fromkeys(ways, (WORKS, None))
    assert found(await try_ways([refused(coturn)])) == {
        Way.DIRECT: (WORKS, None),
        Way.TURN_UDP: (WayOutcome.REFUSED, 401),
    }


async def test_where_no_udp_passes_the_relay_by_tcp_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need_coturn()
    async with running_coturn(tmp_path, added="no-udp\n") as coturn:
        monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
        tried = summary(
            await try_ways([server_of(coturn, coturn.udp, coturn.tcp, coturn.tls)], within_s=2)
        )
    assert (finding(tried), road(tried, None)) == (Finding.RELAYED, Way.TURN_TCP)


async def test_where_only_the_broker_is_reached_it_is_said_in_time_and_in_plain_words(
    tmp_path: Path,
) -> None:
    """It takes the eight seconds that silence is waited for."""
    need_coturn()
    urls = (f"turn:{ELSEWHERE}:3478?transport=udp", f"turns:{ELSEWHERE}:443?transport=tcp")
    async with small_internet(tmp_path, "11.0.0.1/24"), broker(*urls) as url:
        began = time.monotonic()
        trials = await check.try_all(url)
        assert time.monotonic() - began < PREFLIGHT_S
    said = explanation(finding(summary(trials)), trials)
    assert "nothing but web pages through" in said
    assert f"UDP {ELSEWHERE}:3478, TCP {ELSEWHERE}:443" in said
