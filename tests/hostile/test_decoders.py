"""Whatever a peer sends, only the named errors come out of what reads it, in bounded time.

The console's own decoders are fuzzed in tests/console/fuzz.test.mjs, SCTP in test_packets.py.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiortc import RTCSessionDescription
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from broker.errors import ProtocolViolation
from broker.protocol import channels, chat, clipboard, files, guide, relay
from broker.protocol.channels import ChannelLabel
from broker.protocol.directions import BROKER_TO_CLIENT, CLIENT_TO_BROKER, CONSOLE_TO_BROKER
from broker.protocol.relay import RelaySide
from broker.protocol.rights import RightsAsk
from broker.protocol.vocabulary import Capability, ConsentSource
from broker.web.sockets import read_message
from client.capture.audience import Audience
from client.capture.contracts import ScreenReport
from client.channels.clipboard import ClipboardDesk
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation, Transcript
from client.consent import Consent
from client.errors import NegotiationFailed
from client.relay.seal import FrameDamaged, Seal, new_secret
from client.rtc import upstream
from client.signaling import to_event
from tests.client.channels.recorder import AREA, Recorder
from tests.client.channels.test_clipboard import Paper
from tests.client.files.wire import Side
from tests.hostile.messages import messages

MOST_S = 2.0
"""For one message of at most 64 KiB, on a machine that does other things, too."""
EVERYTHING = Consent(frozenset(Capability), ConsentSource.WINDOW)

fuzzed = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@contextmanager
def in_time() -> Iterator[None]:
    """Fail when it took longer than a message may."""
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < MOST_S


# ---- the channels, at the support client

SPOKEN: dict[ChannelLabel, TypeAdapter[Any]] = {
    ChannelLabel.CONTROL: channels.CONSOLE_CONTROL,
    ChannelLabel.INPUT: channels.INPUT,
    ChannelLabel.POINTER: channels.POINTER,
    ChannelLabel.GUIDE: guide.GUIDE,
    ChannelLabel.CHAT: chat.CONSOLE_CHAT,
    ChannelLabel.CLIPBOARD: clipboard.CONSOLE_CLIPBOARD,
    ChannelLabel.FILES: files.CONSOLE_FILES,
    ChannelLabel.TILES: channels.TILES,
    ChannelLabel.SHOWN: channels.SHOWN,
}


def test_every_channel_is_tried() -> None:
    assert set(SPOKEN) == set(ChannelLabel)


class Client:
    """Everything behind the channels, with every right given, and what was said to the console."""

    def __init__(self, consent: Consent) -> None:
        self.now = 0.0
        self.recorder = Recorder()
        self.said: list[str | bytes] = []
        self.asked: list[RightsAsk] = []
        self.files = Side()
        paper = ClipboardDesk(Paper(), lambda: consent, self._clock, lambda _: None)
        self.board = Switchboard(
            Surroundings(
                injector=self.recorder,
                consent=lambda: consent,
                screen=lambda: ScreenReport(AREA),
                conversation=Conversation(Transcript(lambda: datetime.now(UTC)), self._clock),
                clock=self._clock,
                audience=Audience(lambda _: None),
                made_room=lambda: None,
                clipboard=paper,
                files=self.files.desk,
                asked=self.asked.append,
            )
        )
        for label in ChannelLabel:
            self.board.opened(label, self._hear)
        self.said.clear()

    def _clock(self) -> float:
        return self.now

    def _hear(self, message: str | bytes) -> bool:
        self.said.append(message)
        return True


@pytest.mark.parametrize("label", list(ChannelLabel))
@fuzzed
@given(data=st.data())
def test_no_message_of_a_console_raises(label: ChannelLabel, data: st.DataObject) -> None:
    spoken = messages(SPOKEN[label]) | st.binary(max_size=200)
    conversation = data.draw(st.lists(spoken, max_size=6))

    async def talk() -> None:
        client = Client(EVERYTHING)
        for message in conversation:
            with in_time():
                client.board.received(label, message)
                client.now += 0.1
                client.board.tick(0.1)
                await asyncio.sleep(0)
        client.board.close()
        client.files.desk.close()

    asyncio.run(talk())


@fuzzed
@given(st.sampled_from(list(ChannelLabel)), st.data())
def test_without_rights_nothing_is_done_whatever_is_said(
    label: ChannelLabel, data: st.DataObject
) -> None:
    """Consent is looked at for every message, not for those that somebody thought of."""
    conversation = data.draw(st.lists(messages(SPOKEN[label]), max_size=6))

    async def talk() -> None:
        client = Client(Consent())
        for message in conversation:
            client.board.received(label, message)
        client.board.close()
        client.files.desk.close()
        assert client.recorder.did == []

    asyncio.run(talk())


@fuzzed
@given(st.binary(max_size=64))
def test_a_chunk_of_a_file_is_read_or_named_wrong(message: bytes) -> None:
    try:
        _, _, data = files.unpack_chunk(message)
    except ValueError:
        return
    assert 0 < len(data) < len(message)


# ---- signaling, at both ends


@fuzzed
@given(messages(BROKER_TO_CLIENT))
def test_what_the_broker_says_is_an_event_or_passed_over(text: str) -> None:
    with in_time():
        try:
            message = BROKER_TO_CLIENT.validate_json(text)
        except ValueError:  # pydantic's ValidationError is one
            return
        to_event(message)


@pytest.mark.parametrize(
    "adapter",
    [CLIENT_TO_BROKER, CONSOLE_TO_BROKER, relay.RELAY_ENTER],
    ids=["client", "console", "relay"],
)
@fuzzed
@given(data=st.data())
def test_what_a_peer_tells_the_broker_is_read_or_a_violation(
    adapter: TypeAdapter[Any], data: st.DataObject
) -> None:
    text = data.draw(messages(adapter))
    with in_time():
        try:
            read_message(adapter, text)
        except ProtocolViolation as violation:
            assert len(violation.detail) <= 500


@fuzzed
@given(st.text() | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_a_candidate_is_read_or_not_used(text: str) -> None:
    with in_time():
        upstream.parse_candidate(text, "0", 0)


LINES = st.sampled_from(
    [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "m=video 9 UDP/TLS/RTP/SAVPF 96",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "m=audio 9 UDP/TLS/RTP/SAVPF 0",
        "m=video 0 X",
        "c=IN IP4 0.0.0.0",
        "c=IN IP6 ::",
        "a=mid:0",
        "a=mid:" + "x" * 2000,
        "a=ice-ufrag:abcd",
        "a=ice-pwd:0123456789012345678901",
        "a=fingerprint:sha-256 00:11",
        "a=fingerprint:md5",
        "a=setup:actpass",
        "a=rtpmap:96 H264/90000",
        "a=rtpmap:96 H264/" + "9" * 5000,
        "a=rtpmap:99999999999999999999 X/1",
        "a=fmtp:96 " + "a=b;" * 500,
        "a=rtcp-fb:96 nack",
        "a=ssrc:1 cname:x",
        "a=ssrc:x",
        "a=ssrc-group:FID 1 2 3",
        "a=extmap:1 urn:x",
        "a=extmap:x",
        "a=sctp-port:5000",
        "a=sctp-port:-1",
        "a=max-message-size:" + "9" * 400,
        "a=candidate:1 1 udp 1 10.0.0.1 5000 typ host",
        "a=candidate:",
        "a=msid:- x",
        "a=recvonly",
        "a=" + "(" * 3000,
        "\0",
        "é",
    ]
)


@settings(fuzzed, max_examples=40)
@given(st.lists(LINES | st.text(max_size=40), max_size=40))
def test_an_offer_is_taken_or_a_negotiation_that_failed(lines: list[str]) -> None:
    async def offer() -> None:
        upstream.install()
        connection = upstream.make_connection(())
        try:
            with in_time(), upstream.negotiating():
                sdp, _ = upstream.detach_candidates("\r\n".join(lines))
                await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
                await connection.createAnswer()
        except NegotiationFailed:
            pass
        finally:
            await connection.close()

    asyncio.run(offer())


# ---- relays


@fuzzed
@given(st.binary(max_size=200))
def test_a_frame_of_a_relay_opens_or_is_damaged(frame: bytes) -> None:
    seal = Seal(new_secret(), "r" * 20, RelaySide.CLIENT)
    with pytest.raises(FrameDamaged):
        seal.open(frame)


def test_the_messages_that_are_made_up_are_often_right() -> None:
    """Otherwise all of the above would only try the JSON parser."""
    right = wrong = 0

    @settings(max_examples=300, database=None)
    @given(messages(channels.CONSOLE_CONTROL, CONSOLE_TO_BROKER))
    def count(text: str) -> None:
        nonlocal right, wrong
        for adapter in (channels.CONSOLE_CONTROL, CONSOLE_TO_BROKER):
            try:
                adapter.validate_json(text)
            except ValueError:
                wrong += 1
            else:
                right += 1

    count()
    assert right > 60
    assert wrong > 60
