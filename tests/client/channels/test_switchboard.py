from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from broker.protocol.channels import (
    CLIENT_CONTROL,
    ChannelLabel,
    Heartbeat,
    InputButton,
    InputKey,
    MouseButton,
    PointerMove,
)
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.audience import Audience
from client.capture.contracts import ScreenReport
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation, Transcript
from client.consent import Consent
from tests.client.channels.recorder import AREA, Recorder

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
KEY_A = InputKey(key="a", code="KeyA", down=True).model_dump_json()


def nothing(*_: Any) -> bool:
    return True


def switchboard(recorder: Recorder, clock: Callable[[], float] = lambda: 0.0) -> Switchboard:
    around = Surroundings(
        injector=recorder,
        consent=lambda: FULL,
        screen=lambda: ScreenReport(AREA),
        conversation=Conversation(
            Transcript(lambda: datetime(2026, 1, 1, tzinfo=UTC)), lambda: 0.0
        ),
        clock=clock,
        audience=Audience(lambda _: None),
        made_room=lambda: None,
    )
    return Switchboard(around)


def test_a_channel_opened_after_the_peer_was_given_up_reaches_nothing() -> None:
    recorder = Recorder()
    board = switchboard(recorder)
    board.close()
    board.opened(ChannelLabel.INPUT, nothing)
    board.received(ChannelLabel.INPUT, KEY_A)
    assert recorder.did == []


def test_a_late_console_loses_the_keys_that_repeat_and_keeps_the_others() -> None:
    recorder = Recorder()
    board = switchboard(recorder)
    board.opened(ChannelLabel.INPUT, nothing)
    control = InputKey(key="Control", code="ControlLeft", down=True).model_dump_json()
    button = InputButton(button=MouseButton.LEFT, down=True, x=0, y=0).model_dump_json()
    for message in (control, KEY_A, button):
        board.received(ChannelLabel.INPUT, message)
    recorder.did.clear()
    board.tick(1.1)
    assert recorder.did == []
    board.tick(1.2)
    board.tick(1.4)
    assert recorder.did == [("release", "a")]
    board.tick(3.0)
    assert recorder.did == [("release", "a"), ("release", "Control"), ("button", "left", False)]


def test_a_key_that_is_still_held_is_pressed_again_when_the_console_is_back() -> None:
    recorder = Recorder()
    board = switchboard(recorder)
    board.opened(ChannelLabel.INPUT, nothing)
    board.received(ChannelLabel.INPUT, KEY_A)
    board.tick(1.3)
    board.received(ChannelLabel.INPUT, KEY_A)
    assert recorder.did == [("press", "a"), ("release", "a"), ("press", "a")]


def test_a_heart_beats_once_a_second_however_often_it_is_looked_at() -> None:
    now = 50.0
    said: list[Any] = []
    board = switchboard(Recorder(), lambda: now)
    board.opened(ChannelLabel.CONTROL, lambda text: said.append(CLIENT_CONTROL.validate_json(text)))
    for _ in range(51):
        board.tick(0.0)
        now += 0.2
    assert len([m for m in said if isinstance(m, Heartbeat)]) in (10, 11, 12)


def test_nothing_is_to_be_done_before_the_next_beat_while_nothing_is_held() -> None:
    board = switchboard(Recorder(), lambda: 50.0)
    assert board.tick(0.0) == 1.0
    board.opened(ChannelLabel.CONTROL, nothing)
    board.opened(ChannelLabel.INPUT, nothing)
    assert board.tick(0.9) == 0.5, "the second beat comes soon"


def test_a_held_key_is_let_go_as_soon_as_the_console_is_late() -> None:
    board = switchboard(Recorder())
    board.opened(ChannelLabel.INPUT, nothing)
    board.received(ChannelLabel.INPUT, KEY_A)
    assert board.tick(0.9) == pytest.approx(0.3)
    shift = InputKey(key="Shift", code="ShiftLeft", down=True).model_dump_json()
    board.received(ChannelLabel.INPUT, shift)
    assert board.tick(1.2) == 1.0
    assert board.tick(2.6) == pytest.approx(0.4)


def test_a_click_that_comes_after_a_flood_of_moves_is_not_undone_by_them() -> None:
    recorder = Recorder()
    board = switchboard(recorder)
    for label in (ChannelLabel.INPUT, ChannelLabel.POINTER):
        board.opened(label, nothing)
    for number in range(2000):
        move = PointerMove(sequence=number, x=0, y=0).model_dump_json()
        board.received(ChannelLabel.POINTER, move)
    click = InputButton(button=MouseButton.LEFT, down=True, x=1, y=1).model_dump_json()
    board.received(ChannelLabel.INPUT, click)
    board.tick(0.0)
    assert recorder.did[-2:] == [("move", 1099, 549), ("button", "left", True)]
