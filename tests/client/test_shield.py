"""Remote input stays away from Handrail's own windows: the rules, without any window."""

from typing import Any

import pytest

from broker.protocol.channels import (
    ChannelLabel,
    InputButton,
    InputKey,
    InputWheel,
    MouseButton,
    PointerMove,
)
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.contracts import ScreenReport
from client.capture.region import Rect
from client.channels.desk import Desk
from client.channels.input import InputChannel
from client.channels.pointer import PointerChannel
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation, Transcript
from client.consent import Consent
from client.shield import NO_WINDOWS, OwnWindows, Shield
from tests.client.channels.recorder import AREA, Recorder
from tests.client.test_chat import NOON

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
BAR = OwnWindows(rects=(Rect(100, 50, 600, 100),))
ACTIVE = OwnWindows(rects=BAR.rects, have_keyboard=True)
APPEARING = OwnWindows(rects=BAR.rects, unsettled=True)
INSIDE, OUTSIDE = (0.2, 0.05), (0.8, 0.8)
KEY_DOWN = InputKey(key="a", code="KeyA", down=True)


class Place:
    """A desk with our windows on it, and its channels."""

    def __init__(self, windows: OwnWindows = NO_WINDOWS) -> None:
        self.windows = windows
        self.recorder = Recorder()
        self.refused: list[str] = []
        desk = Desk(
            self.recorder,
            lambda: FULL,
            lambda: AREA,
            self.refused.append,
            lambda: self.windows,
        )
        self.input = InputChannel(desk)
        self.pointer = PointerChannel(desk)

    def tell(self, *messages: Any) -> list[tuple[object, ...]]:
        for message in messages:
            self.input.receive(message.model_dump_json())
        return self.recorder.did


def button(down: bool, at: tuple[float, float]) -> InputButton:
    return InputButton(button=MouseButton.LEFT, down=down, x=at[0], y=at[1])


@pytest.mark.parametrize(
    ("windows", "message"),
    [
        (BAR, button(True, INSIDE)),
        (BAR, InputWheel(dx=0, dy=1, x=INSIDE[0], y=INSIDE[1])),
        (ACTIVE, KEY_DOWN),
        (APPEARING, KEY_DOWN),
        (APPEARING, button(True, OUTSIDE)),
    ],
)
def test_what_would_reach_our_windows_is_refused(windows: OwnWindows, message: Any) -> None:
    place = Place(windows)
    assert place.tell(message) == []
    assert place.refused == ["own_window"]


@pytest.mark.parametrize(
    ("windows", "reaches", "pressed"),
    [(ACTIVE, False, True), (BAR, True, False), (APPEARING, False, False), (BAR, None, True)],
)
def test_the_system_knows_better_than_the_toolkit_where_a_key_goes(
    windows: OwnWindows, reaches: bool | None, pressed: bool
) -> None:
    place = Place(windows)
    place.recorder.reaches = reaches
    assert bool(place.tell(KEY_DOWN)) is pressed


def test_beside_our_windows_everything_acts() -> None:
    place = Place(BAR)
    place.tell(button(True, OUTSIDE), button(False, OUTSIDE), KEY_DOWN)
    assert [what for what, *_ in place.recorder.did] == [
        "move",
        "button",
        "move",
        "button",
        "press",
    ]
    assert place.refused == []


def test_the_pointer_may_move_over_our_windows() -> None:
    place = Place(ACTIVE)
    move = PointerMove(sequence=1, x=INSIDE[0], y=INSIDE[1])
    place.pointer.receive(move.model_dump_json())
    assert place.recorder.did == [("move", 300, 75)]


def test_a_drag_that_began_elsewhere_may_end_over_our_windows() -> None:
    place = Place(BAR)
    place.tell(button(True, OUTSIDE), button(False, INSIDE))
    assert place.recorder.did[-1] == ("button", "left", False)


def test_a_held_key_may_be_released_but_not_repeated_while_we_have_the_keyboard() -> None:
    place = Place()
    place.tell(KEY_DOWN)
    place.windows = ACTIVE
    place.tell(KEY_DOWN, InputKey(key="a", code="KeyA", down=False))
    assert place.recorder.did == [("press", "a"), ("release", "a")]


def test_held_keys_are_released_once_our_window_takes_the_keyboard() -> None:
    recorder = Recorder()
    shield = Shield(lambda: board.own_windows_changed())  # noqa: PLW0108 - made below
    board = Switchboard(
        Surroundings(
            recorder,
            lambda: FULL,
            lambda: ScreenReport(AREA),
            Conversation(Transcript(lambda: NOON), lambda: 0.0),
            lambda: 0.0,
            lambda _: None,
            lambda: None,
            own_windows=lambda: shield.windows,
        )
    )
    board.opened(ChannelLabel.INPUT, lambda _: True)
    for message in (KEY_DOWN, button(True, OUTSIDE)):
        board.received(ChannelLabel.INPUT, message.model_dump_json())
    shield.publish(BAR)
    assert ("release", "a") not in recorder.did
    shield.publish(ACTIVE)
    assert recorder.did[-1] == ("release", "a")


def test_the_edges_of_a_window_belong_to_it_like_those_of_a_rectangle() -> None:
    assert BAR.take_click(100, 50)
    assert BAR.take_click(599, 99)
    assert not BAR.take_click(600, 99)
    assert not BAR.take_click(599, 100)


def test_only_a_change_is_told() -> None:
    told: list[OwnWindows] = []
    shield = Shield(lambda: told.append(shield.windows))
    for windows in (NO_WINDOWS, BAR, BAR, ACTIVE):
        shield.publish(windows)
    assert told == [BAR, ACTIVE]
