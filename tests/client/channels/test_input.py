from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.channels import (
    InputButton,
    InputKey,
    InputRelease,
    InputWheel,
    MouseButton,
    PointerMove,
)
from broker.protocol.vocabulary import Capability, ConsentSource
from client.channels.input import InputChannel
from client.channels.pointer import PointerChannel
from client.consent import NO_CONSENT, Consent
from tests.client.channels.recorder import Bench

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
VIEW_ONLY = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)

KEY_A = InputKey(key="a", code="KeyA", down=True)
ACTS = [
    KEY_A,
    InputButton(button=MouseButton.LEFT, down=True, x=0.5, y=0.5),
    InputWheel(dx=0, dy=1, x=0.5, y=0.5),
]


def tell(channel: InputChannel | PointerChannel, message: Any) -> None:
    channel.receive(message.model_dump_json())


def key(name: str, code: str, down: bool) -> InputKey:
    return InputKey(key=name, code=code, down=down)


@pytest.mark.parametrize("message", ACTS)
@pytest.mark.parametrize(
    ("consent", "reason"),
    [(NO_CONSENT, "not_granted"), (VIEW_ONLY, "not_granted"), (FULL.with_paused(True), "paused")],
)
def test_input_without_the_right_is_refused_and_never_acts(
    message: Any, consent: Consent, reason: str
) -> None:
    bench = Bench(consent)
    tell(InputChannel(bench.desk()), message)
    tell(PointerChannel(bench.desk()), PointerMove(sequence=1, x=0, y=0))
    assert bench.recorder.did == []
    assert bench.refused == [reason, reason]


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "null",
        "[]",
        b"{}",
        b"\xff\xfe",
        '{"type":"input.key"}',
        '{"type":"input.unknown"}',
        '{"type":"pointer.move","sequence":1,"x":0,"y":0}',
        '{"type":"input.key","key":"a","code":"KeyA","down":true,"extra":1}',
        '{"type":"input.key","key":"a","code":"KeyA","down":"true"}',
        '{"type":"input.button","button":"left","down":true,"x":2,"y":0}',
        '{"type":"input.wheel","dx":1e9,"dy":0,"x":0,"y":0}',
        '{"type":"input.wheel","dx":NaN,"dy":0,"x":0,"y":0}',
        '{"type":"input.key","key":"' + "a" * 20000 + '","code":"KeyA","down":true}',
        '{"type":"input.key","key":"\ud800","code":"KeyA","down":true}',
    ],
)
def test_a_malformed_message_is_refused_and_never_acts(raw: str | bytes) -> None:
    bench = Bench(FULL)
    InputChannel(bench.desk()).receive(raw)
    assert bench.recorder.did == []
    assert bench.refused == ["invalid"]


@given(st.text() | st.binary())
def test_no_bytes_at_all_make_the_channel_act_or_fall(raw: str | bytes) -> None:
    bench = Bench(FULL)
    InputChannel(bench.desk()).receive(raw)
    PointerChannel(bench.desk()).receive(raw)
    assert bench.recorder.did == []


def test_fractions_become_pixels_of_the_shared_monitor() -> None:
    bench = Bench(FULL)
    channel = PointerChannel(bench.desk())
    for sequence, (x, y) in enumerate([(0, 0), (0.5, 0.5), (1, 1)]):
        tell(channel, PointerMove(sequence=sequence, x=x, y=y))
    assert bench.recorder.did == [("move", 100, 50), ("move", 600, 300), ("move", 1099, 549)]


def test_a_stale_pointer_move_is_dropped() -> None:
    bench = Bench(FULL)
    channel = PointerChannel(bench.desk())
    for sequence in (5, 4, 5, 6):
        tell(channel, PointerMove(sequence=sequence, x=0, y=0))
    assert len(bench.recorder.did) == 2


def test_a_button_is_pressed_where_the_message_says() -> None:
    bench = Bench(FULL)
    tell(InputChannel(bench.desk()), ACTS[1])
    assert bench.recorder.did == [("move", 600, 300), ("button", "left", True)]


def test_a_button_that_is_not_held_is_not_released() -> None:
    bench = Bench(FULL)
    tell(InputChannel(bench.desk()), InputButton(button=MouseButton.LEFT, down=False, x=0, y=0))
    assert bench.recorder.did == []


def test_a_key_released_after_shift_is_the_key_that_was_pressed() -> None:
    bench = Bench(FULL)
    channel = InputChannel(bench.desk())
    for message in (
        key("Shift", "ShiftLeft", True),
        key("A", "KeyA", True),
        key("Shift", "ShiftLeft", False),
        key("a", "KeyA", False),
    ):
        tell(channel, message)
    assert bench.recorder.did[-2:] == [("release", "Shift"), ("release", "A")]
    assert not channel.holds


def test_a_repeated_key_is_held_once() -> None:
    bench = Bench(FULL)
    channel = InputChannel(bench.desk())
    tell(channel, KEY_A)
    tell(channel, KEY_A)
    channel.release_all()
    assert bench.recorder.did == [("press", "a"), ("repeat", "a"), ("release", "a")]


def test_an_unknown_key_is_not_held() -> None:
    bench = Bench(FULL)
    bench.recorder.unknown.add("Hyper")
    channel = InputChannel(bench.desk())
    tell(channel, key("Hyper", "Hyper", True))
    tell(channel, key("Hyper", "Hyper", False))
    assert bench.recorder.did == []


def test_alt_gr_of_windows_lets_go_of_the_control_it_comes_with() -> None:
    bench = Bench(FULL)
    bench.recorder.unknown.add("AltGraph")
    channel = InputChannel(bench.desk())
    tell(channel, key("Control", "ControlLeft", True))
    tell(channel, key("AltGraph", "AltRight", True))
    assert bench.recorder.did == [("press", "Control"), ("release", "Control")]


def test_release_lets_go_of_everything_even_when_paused() -> None:
    bench = Bench(FULL)
    channel = InputChannel(bench.desk())
    tell(channel, KEY_A)
    tell(channel, ACTS[1])
    bench.consent = FULL.with_paused(True)
    tell(channel, InputRelease())
    assert bench.recorder.did[-2:] == [("release", "a"), ("button", "left", False)]
    assert not channel.holds


def test_pointing_without_a_picture_is_unavailable() -> None:
    bench = Bench(FULL, area=None)
    for message in ACTS[1:]:
        tell(InputChannel(bench.desk()), message)
    assert bench.recorder.did == []
    assert bench.refused == ["unavailable", "unavailable"]


def test_a_lost_display_is_told_and_does_not_raise() -> None:
    bench = Bench(FULL)
    channel = InputChannel(bench.desk())
    tell(channel, KEY_A)
    bench.recorder.broken = True
    tell(channel, ACTS[2])
    tell(PointerChannel(bench.desk()), PointerMove(sequence=0, x=0, y=0))
    channel.release_all()
    assert bench.refused == ["unavailable", "unavailable"]


@pytest.mark.parametrize(
    "value", ["-0.01", "1.01", "1e308", "NaN", "Infinity", "-Infinity", "null"]
)
def test_a_place_that_is_none_is_refused(value: str) -> None:
    bench = Bench(FULL)
    place = f'"x":{value},"y":0.5'
    PointerChannel(bench.desk()).receive(f'{{"type":"pointer.move","sequence":1,{place}}}')
    channel = InputChannel(bench.desk())
    channel.receive(f'{{"type":"input.button","button":"left","down":true,{place}}}')
    channel.receive(f'{{"type":"input.wheel","dx":0,"dy":1,{place}}}')
    assert bench.recorder.did == []
    assert bench.refused == ["invalid"] * 3


def test_ten_thousand_moves_a_second_are_bounded_and_the_last_one_counts() -> None:
    bench = Bench(FULL)
    channel = PointerChannel(bench.desk())
    for number in range(10_000):
        bench.now = number / 10_000
        tell(channel, PointerMove(sequence=number, x=number / 10_000, y=0))
    assert 300 <= len(bench.recorder.did) <= 600
    channel.catch_up()
    assert bench.recorder.did[-1] == ("move", 1099, 50)
    moves = len(bench.recorder.did)
    channel.catch_up()
    assert len(bench.recorder.did) == moves


def test_a_move_that_waits_is_not_made_when_control_is_gone() -> None:
    bench = Bench(FULL)
    channel = PointerChannel(bench.desk())
    for number in range(400):
        tell(channel, PointerMove(sequence=number, x=0, y=0))
    bench.recorder.did.clear()
    bench.consent = FULL.with_paused(True)
    channel.catch_up()
    bench.consent = FULL
    channel.catch_up()
    assert bench.recorder.did == []


def test_a_flood_of_clicks_and_turns_is_bounded_and_leaves_nothing_held() -> None:
    bench = Bench(FULL)
    channel = InputChannel(bench.desk())
    for number in range(10_000):
        bench.now = number / 10_000
        for down in (True, False):
            tell(channel, InputButton(button=MouseButton.LEFT, down=down, x=0.5, y=0.5))
        tell(channel, InputWheel(dx=100, dy=-100, x=0.5, y=0.5))
    pressed = bench.recorder.did.count(("button", "left", True))
    assert 60 <= pressed <= 120
    assert bench.recorder.did.count(("button", "left", False)) == pressed
    assert bench.recorder.did.count(("wheel", 100.0, -100.0)) <= 4
    assert not channel.holds
    bench.now += 1
    bench.recorder.did.clear()
    tell(channel, ACTS[1])
    assert ("button", "left", True) in bench.recorder.did
