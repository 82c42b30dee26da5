from typing import Any

import pytest
from aiortc.rtp import RtcpByePacket, RtcpSenderInfo, RtcpSrPacket
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.signaling import IceServer
from broker.protocol.trust import is_only_fingerprint
from client.rtc import reports, upstream
from client.rtc.certificate import fingerprint_of, make_certificate, with_one_fingerprint

SDP = (
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n"
    "a=candidate:1 1 udp 1 10.0.0.1 5000 typ host\r\na=end-of-candidates\r\n"
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n"
    "a=candidate:2 1 udp 1 x.local 5001 typ host\r\n"
)


def test_candidates_are_taken_out_of_a_description() -> None:
    rest, candidates = upstream.detach_candidates(SDP)
    assert "candidate" not in rest
    assert candidates == [
        ("candidate:1 1 udp 1 10.0.0.1 5000 typ host", 0),
        ("candidate:2 1 udp 1 x.local 5001 typ host", 1),
    ]


@pytest.mark.parametrize(
    "text", ["", "candidate:", "candidate:1 1 udp", "candidate:a b c d e f g h", "x" * 1000]
)
def test_an_unusable_candidate_is_none(text: str) -> None:
    assert upstream.parse_candidate(text, "0", 0) is None


def test_a_tcp_candidate_is_not_used() -> None:
    tcp = "candidate:1 1 tcp 1 10.0.0.1 9 typ host tcptype active"
    assert upstream.parse_candidate(tcp, "0", None) is None


def test_a_candidate_needs_its_media() -> None:
    text = "candidate:1 1 udp 1 10.0.0.1 5000 typ host"
    assert upstream.parse_candidate(text, None, None) is None
    parsed = upstream.parse_candidate(text, "0", None)
    assert parsed is not None
    assert (parsed.ip, parsed.sdpMid) == ("10.0.0.1", "0")


@given(st.text())
def test_no_text_at_all_breaks_the_candidate_parser(text: str) -> None:
    upstream.parse_candidate(text, "0", 0)


@given(st.binary(max_size=3))
def test_only_datagrams_of_rfc_7983_pass(data: bytes) -> None:
    known = bool(data) and (data[0] in range(20, 64) or data[0] in range(128, 192))
    assert upstream.is_known_datagram(data) == known


async def test_no_ice_server_means_no_stun() -> None:
    connection = upstream.make_connection(())
    configuration = connection._RTCPeerConnection__configuration  # type: ignore[attr-defined]
    assert configuration.iceServers == []
    await connection.close()


async def test_turn_credentials_are_passed_on() -> None:
    server = IceServer(urls=("turn:turn.example.org",), username="u", credential="c")
    connection = upstream.make_connection((server,))
    (made,) = connection._RTCPeerConnection__configuration.iceServers  # type: ignore[attr-defined]
    assert (made.urls, made.username, made.credential) == (["turn:turn.example.org"], "u", "c")
    await connection.close()


async def test_each_connection_of_a_session_has_its_certificate() -> None:
    certificate = make_certificate()
    for _ in range(2):
        connection = upstream.make_connection((), certificate)
        connection.createDataChannel("control")
        sdp = (await connection.createOffer()).sdp
        assert not is_only_fingerprint(sdp, fingerprint_of(certificate)), "aiortc names three"
        assert is_only_fingerprint(with_one_fingerprint(sdp), fingerprint_of(certificate))
        await connection.close()


def test_h264_is_preferred_to_vp8() -> None:
    names = [codec.mimeType for codec in upstream.preferred_codecs()]
    assert names[0] == "video/H264"
    assert "video/VP8" in names


def test_installing_twice_changes_nothing_more() -> None:
    upstream.install()
    before = upstream.RTCSctpTransport._data_channel_receive
    upstream.install()
    assert upstream.RTCSctpTransport._data_channel_receive is before


class Reporter:
    """The part of an aiortc sender that sends its reports."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    async def _send_rtcp(self, packets: list[Any]) -> None:
        self.sent += packets


def report(packets: int) -> RtcpSrPacket:
    """A sender report after this many packets."""
    return RtcpSrPacket(ssrc=1, sender_info=RtcpSenderInfo(0, 0, packets, 0))


async def test_a_sender_report_that_says_nothing_new_is_mostly_not_sent() -> None:
    sender: Any = Reporter()
    reports.hush_reports(sender)
    for count in (7, 8, 8, 8, 8, 8, 8, 9):
        await sender._send_rtcp([report(count)])
    assert [packet.sender_info.packet_count for packet in sender.sent] == [7, 8, 8, 9]
    bye = RtcpByePacket(sources=[1])
    await sender._send_rtcp([bye])
    assert sender.sent[-1] is bye
