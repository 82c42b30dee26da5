from aiortc import rtp
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters

from client.rtc import playout_delay

MID = "urn:ietf:params:rtp-hdrext:sdes:mid"


def packed(uris: dict[str, int]) -> list[tuple[int, bytes]]:
    extensions = playout_delay.HeaderExtensionsWithPlayoutDelay()
    parameters = [RTCRtpHeaderExtensionParameters(id=i, uri=uri) for uri, i in uris.items()]
    extensions.configure(RTCRtpParameters(headerExtensions=parameters))
    profile, value = extensions.set(rtp.HeaderExtensions(mid="0"))
    return rtp.unpack_header_extensions(profile, value) if value else []


def test_the_browser_is_asked_not_to_wait() -> None:
    assert (9, b"\0\0\0") in packed({MID: 1, playout_delay.URI: 9})
    assert (1, b"0") in packed({MID: 1, playout_delay.URI: 9})
    assert packed({playout_delay.URI: 3}) == [(3, b"\0\0\0")]


def test_a_browser_that_does_not_know_it_gets_nothing_new() -> None:
    assert packed({MID: 1}) == [(1, b"0")]


def test_installing_twice_offers_it_once() -> None:
    playout_delay.install()
    playout_delay.install()
    from aiortc.codecs import HEADER_EXTENSIONS

    uris = [extension.uri for extension in HEADER_EXTENSIONS["video"]]
    assert uris.count(playout_delay.URI) == 1
