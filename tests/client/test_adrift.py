"""A session whose broker does not come back: the end user is told, and we go on trying."""

import asyncio
from typing import Any

import pytest

from broker.protocol import signaling as wire
from broker.protocol.vocabulary import Capability, ErrorCode, SessionState
from client import compose, service
from client import events as on
from client.config import Config
from client.errors import ScreenLost
from client.hot_key import Combination
from client.platform.interface import Activity, Injector, Screen, Told
from client.support_session import Situation, State, SupportSession
from client.ui import words
from tests.client.channels.recorder import Recorder
from tests.client.fake_broker import GOOD_CODE, FakeBroker, running_broker
from tests.client.test_support_session import PEER, resumed, session_in

BUSY = ErrorCode.TOO_MANY_REQUESTS


@pytest.mark.parametrize("state", [State.READY, State.LINKING])
def test_without_broker_and_peer_for_long_the_session_may_be_over(state: State) -> None:
    session = session_in(state)
    session.handle(on.SignalingBroken())
    assert session.situation.adrift
    assert session.handle(on.AdriftForLong()) == []
    assert "may be over" in words.link(session.situation)
    assert words.is_link_lost(session.situation)
    session.handle(resumed(SessionState.CONSENTED))
    assert "may be over" not in words.link(session.situation)


def test_a_standing_peer_is_no_reason_to_worry() -> None:
    session = session_in(State.LINKED)
    session.handle(on.SignalingBroken())
    assert not session.situation.adrift
    session.handle(on.AdriftForLong())
    assert not session.situation.perhaps_over


def test_a_peer_that_stands_in_time_ends_the_worry() -> None:
    session = session_in(State.LINKING)
    session.handle(on.SignalingBroken())
    session.handle(on.AdriftForLong())
    session.handle(on.PeerStood(PEER))
    assert not session.situation.perhaps_over


@pytest.mark.parametrize("fatal", [True, False])
@pytest.mark.parametrize("state", [State.ASKING, State.READY, State.LINKED])
def test_a_busy_broker_does_not_end_the_session_but_is_told(state: State, fatal: bool) -> None:
    session = session_in(state)
    session.handle(on.SignalingBroken())
    assert session.handle(on.Refused(BUSY, fatal)) == []
    assert session.situation.state is state
    assert "busy" in words.link(session.situation)
    session.handle(resumed(SessionState.CONSENTED))
    assert session.situation.trouble is None


def test_a_single_refused_message_is_not_shown() -> None:
    session = session_in(State.LINKED)
    session.handle(on.Refused(ErrorCode.PEER_ABSENT, fatal=False))
    assert session.situation.trouble is None


def test_a_session_without_consent_is_not_adrift() -> None:
    session: SupportSession = session_in(State.ASKING)
    session.handle(on.SignalingBroken())
    assert not session.situation.adrift


class NoDesktop:
    def open_screen(self) -> Screen:
        raise ScreenLost("no screen here")

    def open_injector(self) -> Injector:
        return Recorder()

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        self.told = told
        return self

    def close(self) -> None:
        """It tells no more."""


class Seen:
    def __init__(self) -> None:
        self.situations: asyncio.Queue[Situation] = asyncio.Queue()

    def situation_changed(self, situation: Situation) -> None:
        self.situations.put_nowait(situation)

    def chat_line(self, line: Any) -> None:
        """Nobody chats."""

    def chat_changed(self, view: Any) -> None:
        """Nobody chats."""

    def technician_types(self) -> None:
        """Nobody chats."""

    def keeping_changed(self, offer: Any) -> None:
        """Nobody chats."""

    def files_changed(self, view: Any) -> None:
        pass

    def clipboard_used(self, use: Any) -> None:
        """Nobody copies."""

    def guide_changed(self, drawings: Any, area: Any) -> None:
        """Nobody points."""

    async def until(self, good: Any) -> None:
        async with asyncio.timeout(15):
            while not good(await self.situations.get()):
                pass


async def test_the_client_goes_on_trying_while_it_says_that_all_may_be_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "ADRIFT_FOR_LONG_S", 1.0)
    seen = Seen()
    async with running_broker(FakeBroker()) as broker:
        made = compose.build_service(Config(broker.url), NoDesktop(), seen)
        ready = asyncio.Event()
        task = asyncio.create_task(made.run(ready.set))
        await ready.wait()
        made.post(on.CodeEntered(GOOD_CODE))
        await seen.until(lambda situation: situation.state is State.ASKING)
        made.post(on.ConsentAnswered(frozenset({Capability.VIEW})))
        await broker.expect(wire.ConsentGiven)
        broker.refuse_with = wire.ErrorMessage(code=BUSY, detail="", fatal=True)
        await broker.drop()
        await seen.until(lambda situation: situation.trouble is BUSY)
        await seen.until(lambda situation: situation.perhaps_over)
        broker.refuse_with = None
        await seen.until(lambda situation: situation.broker_attached)
        made.quit()
        await task
