import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.signaling import IceServer
from client.rtc import encoder, upstream

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


def test_h264_is_preferred_to_vp8() -> None:
    names = [codec.mimeType for codec in upstream.preferred_codecs()]
    assert names[0] == "video/H264"
    assert "video/VP8" in names


def test_installing_twice_changes_nothing_more() -> None:
    upstream.install()
    before = upstream.RTCSctpTransport._data_channel_receive
    upstream.install()
    assert upstream.RTCSctpTransport._data_channel_receive is before


def frame(value: int, width: int = 320, height: int = 240) -> av.VideoFrame:
    made = av.VideoFrame.from_ndarray(np.full((height, width, 4), value, np.uint8), format="bgra")
    made.pts, made.time_base = value, encoder.fractions.Fraction(1, 90_000)
    return made


def test_the_encoder_follows_size_key_frame_requests_and_bitrate() -> None:
    made = encoder.ScreenH264Encoder()
    first, _ = made.encode(frame(1))
    assert first
    made.encode(frame(2))
    opened = made.codec
    made.target_bitrate = 8_000_000
    made.encode(frame(3), force_keyframe=True)
    assert made.codec is opened
    assert made.codec.bit_rate == made.target_bitrate > encoder.DEFAULT_BITRATE
    made.encode(frame(4, 640, 480))
    assert made.codec is not opened


def test_the_encoder_leaves_a_part_of_the_estimate_to_tiles_and_chat() -> None:
    made = encoder.ScreenH264Encoder()
    made.target_bitrate = 4_000_000
    assert 3_000_000 < made.target_bitrate < 4_000_000


def test_the_encoders_bitrate_stays_within_its_limits() -> None:
    made = encoder.ScreenH264Encoder()
    made.target_bitrate = 10**9
    assert made.target_bitrate == encoder.MAX_BITRATE
    made.target_bitrate = 1
    assert made.target_bitrate == encoder.MIN_BITRATE
