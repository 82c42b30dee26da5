"""Packets as a console may write them that has the keys of the connection: SCTP, RTCP, STUN.

Each is read in bounded time and memory, and nothing but the named errors comes out.
"""

import asyncio
from struct import pack
from typing import Any

from aioice import stun
from aiortc.rtcsctptransport import RTCSctpTransport
from aiortc.rtp import RtcpPacket, RtpPacket
from google_crc32c import value as crc32c
from hypothesis import given
from hypothesis import strategies as st

from client.rtc import sctp_bounds, upstream
from tests.hostile.test_decoders import fuzzed, in_time

TSN = 5000
MOST_PACKET = 1200


class Dtls:
    """The transport below, as far as SCTP looks at it. What is sent goes nowhere."""

    state = "connected"

    class transport:
        role = "controlling"

    def _register_data_receiver(self, receiver: Any) -> None:
        pass

    def _unregister_data_receiver(self, receiver: Any) -> None:
        pass

    async def _send_data(self, data: bytes) -> None:
        await asyncio.sleep(0)


def listening() -> RTCSctpTransport:
    """Give an association that stands and waits for the next packet."""
    upstream.install()
    sctp = RTCSctpTransport(Dtls())  # type: ignore[arg-type]
    sctp._association_state = sctp.State.ESTABLISHED
    sctp._remote_port = 5000
    sctp._ssthresh = 1 << 20
    sctp._last_received_tsn = TSN - 1
    return sctp


def packet(tag: int, chunks: list[tuple[int, int, bytes]]) -> bytes:
    """Write a packet whose checksum is right."""
    body = b"".join(
        pack("!BBH", kind, flags, 4 + len(value)) + value + bytes(-len(value) % 4)
        for kind, flags, value in chunks
    )
    head = pack("!HHL", 5000, 5000, tag)
    return head + pack("<L", crc32c(head + bytes(4) + body)) + body


near = st.integers(-3, 40).map(lambda step: (TSN + step) % 2**32)
words = st.integers(0, 2**32 - 1) | near
halves = st.sampled_from([0, 1, 2, 255, 65535]) | st.integers(0, 65535)
data_chunks = st.tuples(
    st.just(0),
    st.integers(0, 7),
    st.builds(
        lambda tsn, stream, number, kind, data: pack("!LHHL", tsn, stream, number, kind) + data,
        near,
        halves,
        halves,
        st.sampled_from([50, 51, 53, 56, 57]),
        st.binary(max_size=60),
    ),
)
sack_chunks = st.tuples(
    st.just(3),
    st.just(0),
    st.builds(
        lambda tsn, gaps: (
            pack("!LLHH", tsn, 1 << 20, len(gaps), 0) + b"".join(pack("!HH", *gap) for gap in gaps)
        ),
        words,
        st.lists(st.tuples(halves, halves), max_size=250),
    ),
)
parameters = st.lists(
    st.builds(
        lambda kind, length, value: pack("!HH", kind, length) + value,
        st.sampled_from([0, 7, 13, 14, 16, 17, 18, 0x8008, 0xC000]),
        st.integers(0, 20),
        st.binary(max_size=20),
    ),
    max_size=5,
).map(b"".join)
parameter_chunks = st.tuples(st.sampled_from([1, 2, 4, 9, 130]), st.just(0), parameters)
any_chunks = st.tuples(
    st.sampled_from([*range(16), 130, 192, 255]), st.integers(0, 255), st.binary(max_size=60)
)
chunks = data_chunks | sack_chunks | parameter_chunks | any_chunks


@fuzzed
@given(st.lists(st.lists(chunks, min_size=1, max_size=4), max_size=20))
def test_no_packet_of_sctp_takes_long_or_raises(
    packets: list[list[tuple[int, int, bytes]]],
) -> None:
    async def hear() -> None:
        sctp = listening()
        channels: list[Any] = []
        sctp.on("datachannel", channels.append)
        try:
            for content in packets:
                tag = (
                    0 if any(kind == 1 for kind, _, _ in content) else sctp._local_verification_tag
                )
                with in_time():
                    await sctp._handle_data(packet(tag, content))
        except ConnectionError:
            pass  # one of those that end it
        finally:
            for timer in (sctp._t1_cancel, sctp._t2_cancel, sctp._t3_cancel):
                timer()
        held = sum(len(stream.reassembly) for stream in sctp._inbound_streams.values())
        assert held <= sctp_bounds.MAX_HELD_CHUNKS

    asyncio.run(hear())


@fuzzed
@given(st.binary(max_size=MOST_PACKET))
def test_no_datagram_at_all_disturbs_sctp(data: bytes) -> None:
    async def hear() -> None:
        await listening()._handle_data(data)

    asyncio.run(hear())


@fuzzed
@given(
    st.binary(max_size=200)
    | st.lists(
        st.builds(
            lambda count, kind, value: (
                pack("!BBH", 0x80 | count, kind, len(value) // 4) + value[: len(value) // 4 * 4]
            ),
            st.integers(0, 63),
            st.integers(199, 207),
            st.binary(max_size=80),
        ),
        max_size=4,
    ).map(b"".join)
)
def test_rtcp_and_rtp_are_read_or_named_wrong(data: bytes) -> None:
    for read in (RtcpPacket.parse, RtpPacket.parse):
        with in_time():
            try:
                read(data)
            except ValueError:
                continue


attributes = st.lists(
    st.builds(
        lambda kind, length, value: pack("!HH", kind, length) + value + bytes(-len(value) % 4),
        st.sampled_from(sorted(stun.ATTRIBUTES_BY_TYPE)) | halves,
        st.integers(0, 40),
        st.binary(max_size=40),
    ),
    max_size=6,
).map(b"".join)


@fuzzed
@given(st.sampled_from([1, 0x101, 0x111, 3, 0x17, 0x3FFF]), attributes, st.binary(max_size=60))
def test_stun_from_anybody_is_read_or_named_wrong(kind: int, inside: bytes, rest: bytes) -> None:
    upstream.install()
    head = pack("!HHI12s", kind, len(inside), stun.COOKIE, bytes(12))
    for data in (head + inside, head + inside + rest, rest):
        with in_time():
            try:
                stun.parse_message(data)
            except ValueError:
                continue
