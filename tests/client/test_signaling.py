import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol import signaling as wire
from broker.protocol.proof import ProofChallenge, is_solved
from broker.protocol.vocabulary import EndReason, ErrorCode, PeerFailure
from client import events as on
from client import signaling
from client.config import describe_system
from client.signaling import RetryDelays, Signaling, check_privacy, websocket_url
from tests.client.fake_broker import (
    GOOD_CODE,
    SESSION_ID,
    TOKEN,
    FakeBroker,
    running_broker,
)


class Client:
    """A Signaling in a task, and the events it delivered."""

    def __init__(self, url: str) -> None:
        self.events: asyncio.Queue[Any] = asyncio.Queue()
        self.signaling = Signaling(
            url, describe_system(), self.events.put_nowait, RetryDelays(lambda: 0.0)
        )
        self.task = asyncio.create_task(self.signaling.run(GOOD_CODE))

    async def event(self, kind: type[Any]) -> Any:
        async with asyncio.timeout(10):
            while not isinstance(event := await self.events.get(), kind):
                pass
            return event

    async def close(self) -> None:
        self.signaling.close()
        await self.task


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://127.0.0.1:8080", "ws://127.0.0.1:8080/api/v1/ws/client"),
        ("https://help.example.org/", "wss://help.example.org/api/v1/ws/client"),
        ("https://example.org/support", "wss://example.org/support/api/v1/ws/client"),
        ("help.example.org", "wss://help.example.org/api/v1/ws/client"),
    ],
)
def test_the_websocket_is_found_from_the_brokers_address(address: str, url: str) -> None:
    assert websocket_url(address) == url


@pytest.mark.parametrize("address", ["ftp://x", "http://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        websocket_url(address)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_delays_double_up_to_ten_seconds_with_jitter(chances: list[float]) -> None:
    ceiling = signaling.FIRST_RETRY_S
    source = iter(chances)
    delays = RetryDelays(lambda: next(source))
    for _ in chances:
        assert ceiling / 2 <= delays.next() <= ceiling
        ceiling = min(ceiling * 2, signaling.LAST_RETRY_S)


@pytest.mark.parametrize(
    "address",
    [
        "https://help.example.org",
        "help.example.org",
        "http://localhost:8080",
        "http://[::1]:8080",
        "http://127.0.0.9",
    ],
)
def test_an_encrypted_address_or_this_machine_is_taken(address: str) -> None:
    check_privacy(address)


@pytest.mark.parametrize(
    "address", ["http://help.example.org", "ws://192.0.2.2", "http://localhost.example.org"]
)
def test_an_address_that_others_could_listen_to_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        check_privacy(address)


async def test_the_first_message_claims_the_code() -> None:
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        join = await broker.expect(wire.ClientJoin)
        assert join.code == GOOD_CODE
        assert (await client.event(on.Joined)).message == broker.greeting
        await client.close()


async def test_a_refused_code_ends_the_attempt() -> None:
    refusal = wire.ErrorMessage(code=ErrorCode.CODE_REJECTED, detail="no", fatal=True)
    async with running_broker(FakeBroker(refuse_with=refusal)) as broker:
        client = Client(broker.url)
        assert await client.event(on.Refused) == on.Refused(ErrorCode.CODE_REJECTED, True)
        await client.task


async def test_a_greeting_that_cannot_be_read_is_told_at_once() -> None:
    unreadable = wire.Technician.model_construct(name="Ada\nExample", organisation="")
    broker = FakeBroker()
    broker.greeting = broker.greeting.model_copy(update={"technician": unreadable})
    async with running_broker(broker):
        client = Client(broker.url)
        assert await client.event(on.Refused) == on.Refused(ErrorCode.PROTOCOL_VERSION, True)
        await client.task


async def test_the_work_that_is_asked_for_is_done_told_and_sent() -> None:
    challenge = ProofChallenge(token="t" * 40, parts=8, bits=10)
    async with running_broker(FakeBroker(challenge=challenge)) as broker:
        client = Client(broker.url)
        assert (await broker.expect(wire.ClientJoin)).proof is None
        percents = [(await client.event(on.ProofUnderWay)).percent for _ in range(8)]
        assert percents == [0, 12, 25, 37, 50, 62, 75, 87]
        await client.event(on.Joined)
        again = await broker.expect(wire.ClientJoin)
        assert again.code == GOOD_CODE
        assert is_solved(again.proof, challenge.parts, challenge.bits)
        await client.close()


async def test_the_work_ends_when_the_end_user_gives_up() -> None:
    challenge = ProofChallenge(token="t" * 40, parts=32, bits=20)  # half a minute
    async with running_broker(FakeBroker(challenge=challenge)) as broker:
        client = Client(broker.url)
        await client.event(on.ProofUnderWay)
        async with asyncio.timeout(10):
            await client.close()


async def test_a_broker_that_is_not_there_is_unreachable() -> None:
    client = Client("http://127.0.0.1:1")
    await client.event(on.BrokerUnreachable)
    await client.task


async def test_a_broken_socket_is_resumed_with_the_token_and_kept_messages() -> None:
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
        await broker.drop()
        await client.event(on.SignalingBroken)
        client.signaling.send(wire.SessionPause(paused=True))
        resume = await broker.expect(wire.ClientResume)
        assert (resume.session_id, resume.resume_token) == (SESSION_ID, TOKEN)
        await client.event(on.Resumed)
        await broker.expect(wire.SessionPause)
        await client.close()


async def test_a_broker_that_restarts_is_found_again() -> None:
    broker = FakeBroker()
    async with running_broker(broker):
        client = Client(broker.url)
        await client.event(on.Joined)
        port = int(broker.url.rsplit(":", 1)[1])
    await client.event(on.SignalingBroken)
    async with running_broker(broker, port):
        await client.event(on.Resumed)
        await client.close()


async def test_a_last_message_leaves_before_the_socket_closes() -> None:
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
        client.signaling.send(wire.SessionStop())
        await client.close()
        await broker.expect(wire.SessionStop)


async def test_closing_while_the_broker_is_away_does_not_hang() -> None:
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
    client.signaling.send(wire.SessionStop())
    async with asyncio.timeout(signaling.LINGER_S + 1):
        await client.close()


async def test_messages_of_the_broker_become_events() -> None:
    peer = "peer-0001"
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
        await broker.sockets[-1].send_str("not json")
        await broker.sockets[-1].send_str('{"type":"from.the.future"}')
        await broker.send(wire.TechnicianPresence(present=False))
        await broker.send(wire.PeerDescription(peer_id=peer, kind="offer", sdp="v=0"))
        await broker.send(wire.PeerCandidate(peer_id=peer, candidate=""))
        await broker.send(wire.PeerFailed(peer_id=peer, reason=PeerFailure.ICE_FAILED))
        await broker.send(wire.SessionEnded(reason=EndReason.TECHNICIAN_ENDED))
        assert await client.event(on.TechnicianPresenceChanged) == on.TechnicianPresenceChanged(
            False
        )
        assert (await client.event(on.OfferReceived)).message.peer_id == peer
        assert (await client.event(on.CandidateReceived)).message.candidate == ""
        await client.event(on.RemotePeerFailed)
        assert (await client.event(on.EndedByBroker)).reason is EndReason.TECHNICIAN_ENDED
        await client.close()


async def test_a_socket_that_falls_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signaling, "DEAD_AFTER_S", 0.05)
    async with running_broker(FakeBroker()) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
        await client.event(on.SignalingBroken)
        await broker.expect(wire.ClientResume)
        await client.close()


async def test_a_broker_that_does_not_answer_when_asked_is_left_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signaling, "PROOF_S", 0.05)
    async with running_broker(FakeBroker()) as broker:  # which answers no ping
        client = Client(broker.url)
        await client.event(on.Joined)
        client.signaling.prove()
        await client.event(on.SignalingBroken)
        await broker.expect(wire.ClientResume)
        await client.close()


async def test_a_broker_that_answers_is_asked_again_while_it_is_urgent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signaling, "PROOF_S", 0.05)
    async with running_broker(FakeBroker(answers_pings=True)) as broker:
        client = Client(broker.url)
        await client.event(on.Joined)
        client.signaling.urgent = True
        for _ in range(3):
            await broker.expect(wire.Ping)
        client.signaling.urgent = False
        await broker.expect(wire.Ping)
        await client.close()
    with pytest.raises(asyncio.QueueEmpty):
        while client.events.get_nowait() != on.SignalingBroken():
            pass


async def test_while_it_is_urgent_the_socket_is_opened_again_at_short_intervals() -> None:
    delays = RetryDelays(lambda: 1.0)
    waits = [delays.next(signaling.URGENT_RETRY_S) for _ in range(6)]
    assert waits == [0.5, 1.0, 2.0, 2.0, 2.0, 2.0]
    assert delays.next() == signaling.LAST_RETRY_S


async def test_a_wish_to_try_again_does_not_wait_for_the_next_attempt() -> None:
    broker = FakeBroker()
    async with running_broker(broker):
        client = Client(broker.url)
        await client.event(on.Joined)
        port = int(broker.url.rsplit(":", 1)[1])
    client.signaling._delays._ceiling = 1000.0
    await client.event(on.SignalingBroken)
    async with running_broker(broker, port):
        client.signaling.prove()
        await client.event(on.Resumed)
        await client.close()
