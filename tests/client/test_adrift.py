"""A session whose broker does not come back: the end user is told, and we go on trying."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from broker.protocol import signaling as wire
from broker.protocol.vocabulary import Capability, ErrorCode, SessionState
from client import compose, recovery
from client import effects as do
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
from tests.client.trusted import allowed

BUSY = ErrorCode.TOO_MANY_REQUESTS


@pytest.mark.parametrize("state", [State.READY, State.LINKING])
def test_without_broker_and_peer_for_long_the_session_may_be_over(state: State) -> None:
    session = session_in(state)
    session.handle(on.SignalingBroken())
    assert session.situation.cut_off
    assert session.handle(on.RecoveryFailed()) == []
    assert "may be over" in words.link(session.situation)
    assert words.is_link_lost(session.situation)
    assert words.may_try_again(session.situation)
    session.handle(resumed(SessionState.CONSENTED))
    assert "may be over" not in words.link(session.situation)


def test_a_lost_console_that_does_not_come_back_can_be_tried_again() -> None:
    session = session_in(State.LINKED)
    session.handle(on.PeerFellSilent(PEER))
    assert session.situation.cut_off
    session.handle(on.RecoveryFailed())
    assert "Try again" in words.link(session.situation)
    assert words.may_try_again(session.situation)
    assert session.handle(on.TryAgainChosen()) == [do.ProveSignaling(), do.Send(wire.PeerWanted())]
    assert not session.situation.unrecovered
    assert session.situation.cut_off


def test_trying_again_without_a_broker_is_to_look_for_it() -> None:
    session = session_in(State.READY)
    session.handle(on.SignalingBroken())
    session.handle(on.RecoveryFailed())
    assert session.handle(on.TryAgainChosen()) == [do.ProveSignaling()]


def test_a_technician_who_went_away_is_waited_for() -> None:
    session = session_in(State.LINKED)
    session.handle(on.PeerFellSilent(PEER))
    session.handle(on.TechnicianPresenceChanged(False))
    session.handle(on.RecoveryFailed())
    assert "away for a minute" in words.link(session.situation)
    assert not words.may_try_again(session.situation)


def test_a_console_that_falls_quiet_has_the_line_to_the_broker_tried() -> None:
    session = session_in(State.LINKED)
    assert session.handle(on.PeerGrewQuiet(PEER)) == [do.ProveSignaling()]
    assert session.handle(on.PeerGrewQuiet("peer-of-old")) == []
    assert session.situation.state is State.LINKED


def test_a_standing_peer_is_no_reason_to_worry() -> None:
    session = session_in(State.LINKED)
    session.handle(on.SignalingBroken())
    assert not session.situation.cut_off
    session.handle(on.RecoveryFailed())
    assert not session.situation.unrecovered


def test_a_peer_that_stands_in_time_ends_the_worry() -> None:
    session = session_in(State.LINKING)
    session.handle(on.SignalingBroken())
    session.handle(on.RecoveryFailed())
    session.handle(on.PeerStood(PEER))
    assert not session.situation.unrecovered


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
    assert not session.situation.cut_off


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

    def receipt_changed(self, receipt: Any) -> None:
        pass

    def rating_changed(self, stage: Any) -> None:
        pass

    def files_changed(self, view: Any) -> None:
        pass

    def clipboard_used(self, use: Any) -> None:
        """Nobody copies."""

    def guide_changed(self, drawings: Any, area: Any) -> None:
        """Nobody points."""

    async def until(self, good: Callable[[Situation], bool]) -> Situation:
        async with asyncio.timeout(15):
            while not good(situation := await self.situations.get()):
                pass
            return situation


async def test_the_client_goes_on_trying_while_it_says_that_all_may_be_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recovery, "RECOVERY_S", 1.0)
    seen = Seen()
    async with running_broker(FakeBroker(agrees=True)) as broker:
        made = compose.build_service(Config(broker.url), NoDesktop(), seen)
        ready = asyncio.Event()
        task = asyncio.create_task(made.run(ready.set))
        await ready.wait()
        made.post(on.CodeEntered(GOOD_CODE))
        asked = await seen.until(lambda situation: bool(situation.trust))
        made.post(allowed(asked, Capability.VIEW))
        await broker.expect(wire.ConsentGiven)
        broker.refuse_with = wire.ErrorMessage(code=BUSY, detail="", fatal=True)
        await broker.drop()
        await seen.until(lambda situation: situation.trouble is BUSY)
        await seen.until(lambda situation: situation.unrecovered)
        broker.refuse_with = None
        await seen.until(lambda situation: situation.broker_attached)
        made.quit()
        await task
