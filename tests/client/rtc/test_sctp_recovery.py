"""Two real connections on this machine, one of which loses what the test tells it to."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiortc import RTCDataChannel, RTCPeerConnection
from aiortc.rtcsctptransport import DataChunk

from client.rtc import sctp_recovery, upstream

PATIENCE_S = 10
Arrivals = asyncio.Queue[float]


class Loss:
    """Swallows the next data chunks that a connection sends."""

    def __init__(self, connection: RTCPeerConnection) -> None:
        self.left = 0
        transport: Any = connection.sctp
        send = transport._send_chunk

        async def lossy(chunk: Any) -> None:
            if isinstance(chunk, DataChunk) and self.left > 0:
                self.left -= 1
                return
            await send(chunk)

        transport._send_chunk = lossy


@asynccontextmanager
async def connected() -> AsyncIterator[tuple[RTCPeerConnection, RTCDataChannel, Arrivals]]:
    """Give one end, its channel, and when each message arrived at the other."""
    upstream.install()
    ours, theirs = upstream.make_connection(()), upstream.make_connection(())
    channel, arrivals = ours.createDataChannel("tiles"), Arrivals()
    opened = asyncio.Event()
    channel.on("open", opened.set)

    def listen(other: RTCDataChannel) -> None:
        other.on("message", lambda _: arrivals.put_nowait(time.monotonic()))

    theirs.on("datachannel", listen)
    try:
        await ours.setLocalDescription(await ours.createOffer())
        await theirs.setRemoteDescription(ours.localDescription)
        await theirs.setLocalDescription(await theirs.createAnswer())
        await ours.setRemoteDescription(theirs.localDescription)
        async with asyncio.timeout(PATIENCE_S):
            await opened.wait()
        yield ours, channel, arrivals
    finally:
        await ours.close()
        await theirs.close()


async def take(arrivals: Arrivals, count: int) -> list[float]:
    async with asyncio.timeout(PATIENCE_S):
        return [await arrivals.get() for _ in range(count)]


async def test_a_lost_message_arrives_long_before_the_second_that_aiortc_waits() -> None:
    async with connected() as (ours, channel, arrivals):
        channel.send(b"makes the round trip known")
        await take(arrivals, 1)
        Loss(ours).left = 1
        sent_at = time.monotonic()
        channel.send(b"lost once")
        (arrived_at,) = await take(arrivals, 1)
    assert arrived_at - sent_at < 0.6


async def test_a_message_whose_probe_is_lost_too_still_arrives() -> None:
    async with connected() as (ours, channel, arrivals):
        Loss(ours).left = 2
        channel.send(b"lost twice")
        await take(arrivals, 1)
        channel.send(b"the next one")
        await take(arrivals, 1)
    assert arrivals.empty()


async def test_what_is_probed_for_arrives_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sctp_recovery, "ACK_DELAY_S", 0.0)  # before any acknowledgement is due
    async with connected() as (_, channel, arrivals):
        for _ in range(50):
            channel.send(b"x" * 3000)
        channel.send(b"the last one")
        await take(arrivals, 51)
    assert arrivals.empty()


async def test_ten_packets_leave_at_once() -> None:
    async with connected() as (ours, _, _):
        assert ours.sctp is not None
        assert ours.sctp._cwnd >= sctp_recovery.FIRST_WINDOW
