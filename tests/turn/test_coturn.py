"""A real coturn with the admins' file: who gets in, where it relays to, and that it does."""

import asyncio
import os
import signal
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aioice
import pytest
from aiortc.rtcicetransport import connection_kwargs

from broker.protocol.signaling import IceServer
from broker.service.ice_servers import ice_servers
from client.rtc.upstream import make_connection
from tests.rig.turn import (
    ADDRESS,
    ADDRESS6,
    Allocation,
    Coturn,
    Refused,
    allocating,
    make_certificate,
    running_coturn,
)
from tests.turn.conftest import need_coturn

SESSION, OTHER_SESSION = "ses_one", "ses_two"
LONG = timedelta(hours=8)


def server_of(coturn: Coturn, session: str = SESSION, ago_s: float = 0.0) -> IceServer:
    """Give what the broker tells the peers of a session, or told them some time ago."""
    then = datetime.now(UTC) - timedelta(seconds=ago_s)
    (server,) = ice_servers(coturn.settings(), session, then, then + LONG)
    return server


async def refusal(server: IceServer) -> int:
    """Give the code with which an allocation is refused."""
    with pytest.raises(Refused) as refused:
        async with allocating(server):
            pass
    return refused.value.code


# ---- who gets in


async def test_the_credentials_of_the_broker_are_let_in(coturn: Coturn) -> None:
    async with allocating(server_of(coturn)) as held:
        await held.ask_for(ADDRESS)


async def test_wrong_expired_and_missing_credentials_are_refused(coturn: Coturn) -> None:
    right = server_of(coturn)
    assert await refusal(right.model_copy(update={"credential": "c29tZXRoaW5nIGVsc2U="})) == 401
    assert await refusal(right.model_copy(update={"username": None, "credential": None})) == 401
    assert await refusal(server_of(coturn, ago_s=9 * 3600)) == 401


async def test_a_name_cannot_be_made_to_last_longer(coturn: Coturn) -> None:
    right = server_of(coturn)
    later = f"{int(time.time()) + 10**6}:{SESSION}"
    assert await refusal(right.model_copy(update={"username": later})) == 401


async def test_the_credentials_of_another_session_open_nothing_of_this_one(coturn: Coturn) -> None:
    mine, other = server_of(coturn), server_of(coturn, OTHER_SESSION)
    assert await refusal(mine.model_copy(update={"credential": other.credential})) == 401
    async with allocating(mine) as held:
        with pytest.raises(Refused) as refused:
            await held.become(other)
        assert refused.value.code == 441


async def test_a_session_holds_so_many_allocations_and_no_more(tmp_path: Path) -> None:
    """However many names of one session there are: each time that it is told, it gets another."""
    need_coturn()
    async with (
        running_coturn(tmp_path, user_quota="2") as coturn,
        allocating(server_of(coturn)),
        allocating(server_of(coturn, ago_s=60)),
    ):
        assert await refusal(server_of(coturn, ago_s=120)) == 486
        async with allocating(server_of(coturn, OTHER_SESSION)):
            pass


# ---- where it relays to

INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.251",
    "239.255.255.250",
    "255.255.255.255",
]
INSIDE6 = [
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    f"::ffff:{ADDRESS}",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "2002:a00:1::1",
    "2001:0:a00:1::",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fec0::1",
    "ff02::fb",
]


async def refusals(held: Allocation, addresses: list[str]) -> dict[str, int | None]:
    """Give with which code each of these peers is refused, None when it is not."""
    found: dict[str, int | None] = {}
    for address in addresses:
        try:
            await held.ask_for(address)
        except Refused as refused:
            found[address] = refused.code
        else:
            found[address] = None
    return found


async def test_nothing_inside_can_be_reached_through_it(coturn: Coturn) -> None:
    """The end points of clouds' metadata services, 169.254.169.254, among them."""
    async with allocating(server_of(coturn)) as held:
        assert await refusals(held, INSIDE) == dict.fromkeys(INSIDE, 403)
        assert await refusals(held, [ADDRESS]) == {ADDRESS: None}


async def test_nothing_inside_can_be_reached_by_ipv6_either(coturn: Coturn) -> None:
    async with allocating(server_of(coturn), ipv6=True) as held:
        answers = await refusals(held, INSIDE6)
        assert None not in answers.values(), answers
        assert await refusals(held, [ADDRESS6]) == {ADDRESS6: None}


async def test_coturn_by_itself_refuses_hardly_more_than_loopback(tmp_path: Path) -> None:
    """Why the file lists every range: Debian's 4.6 lets a mapped loopback address through."""
    need_coturn()
    async with running_coturn(tmp_path, left_out=("denied-peer-ip",)) as coturn:
        async with allocating(server_of(coturn)) as held:
            let_in = ["10.0.0.1", "169.254.169.254"]
            assert await refusals(held, let_in) == dict.fromkeys(let_in)
            assert await refusals(held, ["127.0.0.1"]) == {"127.0.0.1": 403}
        async with allocating(server_of(coturn), ipv6=True) as held:
            assert await refusals(held, ["::ffff:127.0.0.1"]) == {"::ffff:127.0.0.1": None}
            assert await refusals(held, ["::", "::1"]) == {"::": 403, "::1": 403}


# ---- that it relays


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_two_ends_meet_at_the_relay(
    coturn: Coturn, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
    await _meet(coturn, getattr(coturn, way))


async def test_two_ends_meet_at_a_relay_behind_a_nat(tmp_path: Path) -> None:
    """Its own address is private there, and denied; coturn takes it for its public one."""
    need_coturn()
    public, neighbour = "11.9.9.9", "11.0.0.2"
    nat = f"external-ip={public}/{ADDRESS}\ndenied-peer-ip=11.0.0.0-11.0.0.255\n"
    async with running_coturn(tmp_path, added=nat) as coturn:
        assert await _meet(coturn, coturn.udp) == {public}
        async with allocating(server_of(coturn)) as held:
            assert await refusals(held, [ADDRESS, neighbour]) == {ADDRESS: None, neighbour: 403}


async def _meet(coturn: Coturn, url: str) -> set[str]:
    """Have two ends that have only the relay speak to each other; gives where they were met."""
    now = datetime.now(UTC)
    (server,) = ice_servers(coturn.settings(url), SESSION, now, now + LONG)
    ends = [_end(server, controlling=controlling) for controlling in (True, False)]
    try:
        await _introduce(*ends)
        candidates = [candidate for end in ends for candidate in end.local_candidates]
        assert {candidate.type for candidate in candidates} == {"relay"}
        await ends[0].sendto(b"from one side", 1)
        assert await ends[1].recv() == b"from one side"
        await ends[1].sendto(b"and from the other", 1)
        assert await ends[0].recv() == b"and from the other"
    finally:
        for end in ends:
            await end.close()
    return {candidate.host for candidate in candidates}


def _end(server: IceServer, *, controlling: bool) -> aioice.Connection:
    """An end that has only the relay; the servers are given as the support client does."""
    connection = make_connection((server,))
    configured = connection._RTCPeerConnection__configuration  # type: ignore[attr-defined]
    return aioice.Connection(
        ice_controlling=controlling,
        transport_policy=aioice.TransportPolicy.RELAY,
        **connection_kwargs(configured.iceServers),
    )


async def _introduce(one: aioice.Connection, other: aioice.Connection) -> None:
    for end in (one, other):
        await end.gather_candidates()
    for end, far in ((one, other), (other, one)):
        end.remote_username, end.remote_password = far.local_username, far.local_password
        for candidate in far.local_candidates:
            await end.add_remote_candidate(candidate)
        await end.add_remote_candidate(None)
    async with asyncio.timeout(10):
        await asyncio.gather(one.connect(), other.connect())


# ---- the certificate


async def test_a_renewed_certificate_is_taken_without_a_restart(
    coturn: Coturn, tmp_path: Path
) -> None:
    def shown() -> str:
        return ssl.get_server_certificate((ADDRESS, 443), timeout=15)

    before = shown()
    await make_certificate(tmp_path)
    assert shown() == before
    os.kill(int((tmp_path / "turnserver.pid").read_text()), signal.SIGUSR2)
    async with asyncio.timeout(10):
        while shown() == before:
            await asyncio.sleep(0.1)
