"""The support client at a real coturn: which of the broker's servers it uses, and what it says."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import aioice
import pytest
from aiortc import RTCPeerConnection, RTCRtpSender, rtcicetransport
from structlog.testing import capture_logs

from broker.protocol.signaling import IceServer
from broker.protocol.vocabulary import PeerFailure
from broker.service.ice_servers import ice_servers
from client import events as on
from client.rtc import peer as peer_module
from client.rtc import turn_servers, upstream
from tests.client.fake_broker import Console
from tests.client.rtc.pictures import running_hub
from tests.client.rtc.test_peer import Rig
from tests.rig.turn import ADDRESS, Coturn
from tests.turn.test_coturn import LONG

DEAD = f"turn:{ADDRESS}:9?transport=udp"
"""Nothing answers there, as behind a firewall that lets no UDP through."""


@pytest.fixture(autouse=True)
def installed() -> None:
    upstream.install()


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """aiortc as it is."""
    monkeypatch.setitem(vars(rtcicetransport), "Connection", aioice.Connection)
    stock = turn_servers._stock_arguments
    monkeypatch.setitem(vars(rtcicetransport), "connection_kwargs", stock)
    yield


def server_of(coturn: Coturn, *urls: str) -> IceServer:
    """Give what the broker tells, with these URLs."""
    now = datetime.now(UTC)
    (server,) = ice_servers(coturn.settings(*urls), "ses_one", now, now + LONG)
    return server


def refused(coturn: Coturn) -> IceServer:
    """The same from a broker that has another secret."""
    return server_of(coturn).model_copy(update={"credential": "bm90IHRoaXMgb25l"})


@asynccontextmanager
async def gathered(
    *servers: IceServer,
) -> AsyncIterator[tuple[RTCPeerConnection, RTCRtpSender, list[str]]]:
    """Give a connection that has gathered, its sender and its relayed candidates."""
    connection = upstream.make_connection(servers)
    sender = connection.addTransceiver("video", "sendonly").sender
    try:
        await connection.setLocalDescription(await connection.createOffer())
        candidates = upstream.local_candidates(connection)
        yield connection, sender, [text for text, _, _ in candidates if " relay " in text]
    finally:
        await connection.close()


# ---- every server


@pytest.mark.usefixtures("stock")
async def test_stock_aiortc_uses_the_first_url_only(coturn: Coturn) -> None:
    async with gathered(server_of(coturn, DEAD, coturn.udp)) as (_, _, relays):
        assert relays == []


async def test_a_server_that_does_not_answer_does_not_keep_another_from_being_used(
    coturn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
    began = time.monotonic()
    async with gathered(server_of(coturn, DEAD, coturn.tls)) as (_, sender, relays):
        assert len(relays) == 1
        assert time.monotonic() - began < turn_servers.GATHERING_S
        assert turn_servers.turn_refusals(sender) == ()


async def test_the_ways_are_preferred_in_the_order_of_the_broker(
    coturn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
    async with gathered(server_of(coturn, coturn.udp, coturn.tcp, coturn.tls)) as (_, _, relays):
        priorities = [int(text.split()[3]) for text in relays]
        assert len(priorities) == 3
        assert priorities == sorted(set(priorities), reverse=True)


async def test_a_certificate_that_nobody_vouches_for_is_not_used(coturn: Coturn) -> None:
    with capture_logs() as logs:
        async with gathered(server_of(coturn, coturn.tls)) as (_, _, relays):
            assert relays == []
    assert [line["event"] for line in logs] == ["turn_server_not_trusted"]


async def test_a_url_that_cannot_be_read_does_not_break_the_connection(coturn: Coturn) -> None:
    odd = IceServer(urls=("turn:[::1]:3478", "http://example.org"), username="u", credential="c")
    with capture_logs() as logs:
        async with gathered(odd, server_of(coturn)) as (_, _, relays):
            assert len(relays) == 1
    assert [line["event"] for line in logs] == ["ice_server_not_understood"] * 2


# ---- refusals


@pytest.mark.usefixtures("stock")
async def test_stock_aiortc_says_nothing_of_a_refusal(coturn: Coturn) -> None:
    async with gathered(refused(coturn)) as (connection, _, relays):
        assert relays == []
        assert connection.connectionState == "new"


async def test_a_refusal_is_told_and_holds_nothing_secret(coturn: Coturn) -> None:
    server = refused(coturn)
    with capture_logs() as logs:
        async with gathered(server) as (_, sender, relays):
            assert relays == []
            assert turn_servers.turn_refusals(sender) == (
                turn_servers.TurnRefusal(coturn.udp, 401),
            )
    assert [line["event"] for line in logs] == ["turn_server_refuses"]
    assert str(server.credential) not in str(logs)


async def test_no_way_and_a_refusal_are_told_as_what_they_are(
    coturn: Coturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer_module, "CONNECT_TIMEOUT_S", 1.0)
    rig = Rig(Console())
    rig.ice_servers = (refused(coturn),)
    async with running_hub(rig.source, lambda: rig.consent) as rig.hub:
        try:
            await rig.answer((await rig.console.offer()).sdp)
            told = on.PeerBroke(rig.console.peer_id, PeerFailure.RELAY_REFUSED)
            assert await rig.event() == told
        finally:
            await rig.close()


async def test_waiting_ends_soon_after_the_first_that_is_found() -> None:
    async def after(seconds: float, found: str | None) -> str | None:
        await asyncio.sleep(seconds)
        return found

    asked = [
        asyncio.ensure_future(after(*one)) for one in ((60, "never"), (0, None), (0.01, "soon"))
    ]
    began = time.monotonic()
    found = await turn_servers._first_and_soon_after(asked, 30)  # type: ignore[arg-type,comparison-overlap]
    assert found == ["soon"]
    assert time.monotonic() - began < 5
    asked[0].cancel()
