"""What is done for the throughput of data channels, on real connections and single packets."""

import asyncio
import os
import random
import socket
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import RTCDataChannel, RTCPeerConnection
from aiortc.rtcsctptransport import DataChunk, RTCSctpTransport, SackChunk, serialize_packet

from client.rtc import datagrams, sctp_arrivals, sctp_departures, upstream

PATIENCE_S = 20
MESSAGE = 16 * 1024


class Pair:
    """Two connections on this machine with the channels that a test wants, and what arrives."""

    def __init__(self, *labels: str) -> None:
        upstream.install()
        self.ours, self.theirs = (upstream.make_connection(()) for _ in range(2))
        self.channels = {label: self.ours.createDataChannel(label) for label in labels}
        self.arrived: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.theirs.on("datachannel", self._listen)

    def _listen(self, channel: RTCDataChannel) -> None:
        channel.on("message", lambda data: self.arrived.put_nowait((channel.label, data)))

    async def __aenter__(self) -> "Pair":
        opened = [asyncio.Event() for _ in self.channels]
        for channel, event in zip(self.channels.values(), opened, strict=True):
            channel.on("open", event.set)
        await self.ours.setLocalDescription(await self.ours.createOffer())
        await self.theirs.setRemoteDescription(self.ours.localDescription)
        await self.theirs.setLocalDescription(await self.theirs.createAnswer())
        await self.ours.setRemoteDescription(self.theirs.localDescription)
        async with asyncio.timeout(PATIENCE_S):
            for event in opened:
                await event.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.ours.close()
        await self.theirs.close()

    async def take(self, count: int) -> list[tuple[str, Any]]:
        async with asyncio.timeout(PATIENCE_S):
            return [await self.arrived.get() for _ in range(count)]


def sctp(connection: RTCPeerConnection) -> Any:
    assert connection.sctp is not None
    return connection.sctp


# ---- sockets


async def test_sockets_have_as_much_room_as_the_system_gives() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, datagrams.BUFFER_BYTES)
        given = probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
    async with Pair("files") as pair:
        ice = pair.ours.sctp.transport.transport._connection  # type: ignore[union-attr]
        for protocol in ice._protocols:
            wide = protocol.transport.get_extra_info("socket")
            assert wide.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == given


async def test_all_that_waits_at_a_socket_is_read_in_one_turn() -> None:
    upstream.install()
    heard: list[bytes] = []

    class Receiver:
        def data_received(self, data: bytes, component: int) -> None:
            heard.append(data)

        def protocol_lost(self, _: object) -> None: ...

    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: datagrams.StunProtocol(Receiver()),  # type: ignore[arg-type]
        local_addr=("127.0.0.1", 0),
    )
    protocol.local_candidate = type("Candidate", (), {"component": 1})()  # type: ignore[assignment]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(40):
            sender.sendto(b"\x80%d" % number, transport.get_extra_info("sockname"))
    while not heard:
        await asyncio.sleep(0)
    assert len(heard) == datagrams.MOST_TOGETHER
    async with asyncio.timeout(PATIENCE_S):
        while len(heard) < 40:
            await asyncio.sleep(0)
    assert heard == [b"\x80%d" % number for number in range(40)]
    await protocol.close()


# ---- arrivals


async def test_messages_of_any_size_come_whole_and_in_order() -> None:
    sizes = [1, 1159, 1160, 1161, 2320, MESSAGE, 3, MESSAGE - 1, 5000] * 20
    messages = [os.urandom(size) for size in sizes]
    async with Pair("files") as pair:
        for message in messages:
            pair.channels["files"].send(message)
        assert [data for _, data in await pair.take(len(messages))] == messages


async def test_packets_that_are_lost_doubled_and_out_of_order_change_nothing() -> None:
    chance = random.Random(7)
    messages = [os.urandom(chance.randrange(1, 9000)) for _ in range(200)]
    async with Pair("files", "chat") as pair:
        receiver = sctp(pair.theirs)
        handle, kept = receiver._handle_data, []

        async def bad_line(data: bytes) -> None:
            whim = chance.random()
            if whim < 0.02:
                return
            if whim < 0.05:
                kept.append(data)
                return
            await handle(data)
            if whim < 0.08:
                await handle(data)
            while kept and whim > 0.5:
                await handle(kept.pop())

        receiver._handle_data = bad_line
        for number, message in enumerate(messages):
            pair.channels["files" if number % 3 else "chat"].send(message)
        arrived = await pair.take(len(messages))
    for label, rest in (("chat", messages[::3]), ("files", None)):
        came = [data for channel, data in arrived if channel == label]
        expected = rest or [m for number, m in enumerate(messages) if number % 3]
        assert came == expected


async def test_every_second_packet_is_acknowledged_and_a_last_one_soon() -> None:
    async with Pair("files") as pair:
        receiver = sctp(pair.theirs)
        send, acknowledged = receiver._send_chunk, []

        async def watched(chunk: Any) -> None:
            if isinstance(chunk, SackChunk):
                acknowledged.append(chunk.cumulative_tsn)
            await send(chunk)

        receiver._send_chunk = watched
        await asyncio.sleep(2 * sctp_arrivals.ACK_DELAY_S)
        acknowledged.clear()
        last = receiver._last_received_tsn
        for number in range(1, 6):
            await receiver._handle_data(packet(receiver, last + number, number))
        assert acknowledged == [last + 2, last + 4]
        async with asyncio.timeout(PATIENCE_S):
            while len(acknowledged) < 3:
                await asyncio.sleep(0)
        assert acknowledged[2] == last + 5


def packet(receiver: Any, tsn: int, number: int) -> bytes:
    """Write a packet with one whole message, of a stream that no channel has."""
    chunk = DataChunk(flags=3)
    chunk.tsn, chunk.stream_id, chunk.stream_seq, chunk.protocol = tsn, 99, number - 1, 53
    chunk.user_data = b"x" * number
    tag = receiver._local_verification_tag
    return serialize_packet(receiver._remote_port, receiver._local_port, tag, chunk)


async def test_what_is_no_packet_of_this_association_is_not_taken() -> None:
    async with Pair("files") as pair:
        receiver = sctp(pair.theirs)
        last = receiver._last_received_tsn
        good = packet(receiver, last + 1, 1)
        wrong_tag = good[:4] + bytes(4) + good[8:]
        for bad in (good[:-1] + b"y", wrong_tag, good[:20], b"", good + bytes(4)):
            await receiver._handle_data(bad)
            assert receiver._last_received_tsn == last
        await receiver._handle_data(good)
        assert receiver._last_received_tsn == last + 1


# ---- departures


async def test_all_else_passes_a_file_that_waits() -> None:
    async with Pair("files", "tiles") as pair:
        for number in range(60):
            pair.channels["files"].send(bytes([number]) * MESSAGE)
        pair.channels["tiles"].send(b"first")
        pair.channels["tiles"].send(b"second")
        arrived = await pair.take(62)
    order = [data[:6] for _, data in arrived if len(data) < MESSAGE]
    assert order == [b"first", b"second"]
    assert [label for label, _ in arrived[:10]].count("tiles") == 2
    assert [data[0] for label, data in arrived if label == "files"] == list(range(60))


def a_transport(**facts: Any) -> Any:
    """Give what is known of a transport whose line is 40 ms long."""
    usual: dict[str, Any] = {
        "_cwnd": 100_000,
        "_ssthresh": 50_000,
        "_srtt": 0.04,
        "_flight_size": 0,
        "_outbound_queue": [1],
        "_sent_queue": list(range(10)),
        "_fast_recovery_exit": None,
        "_partial_bytes_acked": 0,
    }
    return SimpleNamespace(**{**usual, **facts})


def test_a_loss_takes_three_tenths_of_the_window() -> None:
    transport = a_transport()
    before = sctp_departures._Before(transport)
    transport._cwnd, transport._fast_recovery_exit = 50_000, 17
    before.adjust(transport)
    assert (transport._cwnd, transport._ssthresh) == (70_000, 70_000)


def test_a_window_that_is_held_back_grows_as_one_that_is_full() -> None:
    transport = a_transport(_ssthresh=200_000)
    before = sctp_departures._Before(transport)
    del transport._sent_queue[:2]
    before.adjust(transport)
    assert transport._cwnd == 100_000 + 2 * sctp_departures.USERDATA_MAX_LENGTH


def test_a_window_nobody_uses_stays() -> None:
    transport = a_transport(_outbound_queue=[])
    before = sctp_departures._Before(transport)
    del transport._sent_queue[:2]
    before.adjust(transport)
    assert transport._cwnd == 100_000


def test_on_a_short_line_aiortc_is_left_alone() -> None:
    transport = a_transport(_srtt=0.002)
    before = sctp_departures._Before(transport)
    transport._cwnd, transport._fast_recovery_exit = 50_000, 17
    before.adjust(transport)
    assert transport._cwnd == 50_000


async def test_a_pace_lets_a_burst_go_and_then_what_the_window_brings() -> None:
    pace = sctp_departures._Pace(a_transport(_cwnd=116_000))
    now = 0.0
    pace._loop = type("Loop", (), {"time": lambda _: now})()  # type: ignore[assignment]
    pace._at, left = now, 0
    for step in range(1, 101):
        while pace.allows():
            pace.spend(1)
            left += 1
        now = step / 1000
    window_packets = 116_000 / sctp_departures.USERDATA_MAX_LENGTH
    expected = sctp_departures.GAIN * window_packets * 0.1 / 0.04
    assert expected < left < expected + 10


async def test_an_install_that_is_done_again_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upstream.install()
    before = {name: vars(RTCSctpTransport)[name] for name in ("_transmit", "_handle_data")}
    upstream.install()
    assert before == {name: vars(RTCSctpTransport)[name] for name in before}
