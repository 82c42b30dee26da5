"""The guide channel and the pointer's share of it: what a console may show, and how much of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.protocol.channels import ChannelLabel, PointerMove
from broker.protocol.guide import (
    GuideArrow,
    GuideClear,
    GuideMark,
    GuidePlace,
    GuidePoint,
    GuideStroke,
)
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.audience import Audience
from client.capture.contracts import ScreenReport
from client.channels.guide import BURST, SHAPES_PER_S
from client.channels.switchboard import Surroundings, Switchboard
from client.chat import Conversation, Transcript
from client.consent import NO_CONSENT, Consent
from client.guide import Guide
from tests.client.channels.recorder import AREA, Recorder

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
WITHOUT_VIEW = Consent(frozenset(Capability) - {Capability.VIEW}, ConsentSource.WINDOW)
"""No end user can grant this; a client with a mistake in it might."""

ARROW = GuideArrow(id="a", from_x=0.1, from_y=0.1, to_x=0.5, to_y=0.5)
MARK = GuideMark(id="m", number=7, x=0.5, y=0.5, pinned=True)
STROKE = GuideStroke(id="s", points=(GuidePlace(x=0, y=0), GuidePlace(x=1, y=1)))
SHAPES = [ARROW, MARK, STROKE]


class Board:
    """A switchboard with both channels open, and what came of it."""

    def __init__(self, consent: Consent) -> None:
        self.now = 100.0
        self.consent = consent
        self.recorder = Recorder()
        self.guide = Guide(lambda: self.now)
        self.said: list[str] = []
        around = Surroundings(
            injector=self.recorder,
            consent=lambda: self.consent,
            screen=lambda: ScreenReport(AREA),
            conversation=Conversation(
                Transcript(lambda: datetime(2026, 1, 1, tzinfo=UTC)), lambda: 0.0
            ),
            clock=lambda: self.now,
            audience=Audience(lambda _: None),
            made_room=lambda: None,
            guide=self.guide,
        )
        self.switchboard = Switchboard(around)
        for label in (ChannelLabel.CONTROL, ChannelLabel.POINTER, ChannelLabel.GUIDE):
            self.switchboard.opened(label, self._send)

    def _send(self, text: str | bytes) -> bool:
        self.said.append(str(text))
        return True

    def tell(self, message: Any) -> None:
        lossy = isinstance(message, GuidePoint | PointerMove)
        label = ChannelLabel.POINTER if lossy else ChannelLabel.GUIDE
        self.switchboard.received(label, message.model_dump_json())

    def change(self, consent: Consent) -> None:
        self.consent = consent
        self.switchboard.consent_changed()

    @property
    def refused(self) -> list[str]:
        return [text for text in self.said if "input.refused" in text]


@pytest.mark.parametrize("message", [*SHAPES, GuidePoint(sequence=1, x=0, y=0)])
def test_the_right_to_see_the_screen_is_enough_to_point(message: Any) -> None:
    board = Board(VIEW)
    board.tell(message)
    assert board.guide.drawing.guides
    assert board.recorder.did == []
    assert board.refused == []


@pytest.mark.parametrize("message", [*SHAPES, GuidePoint(sequence=1, x=0, y=0)])
@pytest.mark.parametrize(
    ("consent", "reason"),
    [
        (NO_CONSENT, "not_granted"),
        (WITHOUT_VIEW, "not_granted"),
        (VIEW.with_paused(True), "paused"),
        (FULL.with_paused(True), "paused"),
    ],
)
def test_a_rogue_console_without_the_right_is_refused_and_shows_nothing(
    message: Any, consent: Consent, reason: str
) -> None:
    board = Board(consent)
    board.tell(message)
    assert not board.guide.drawing
    [refusal] = board.refused
    assert reason in refusal


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        "null",
        b"{}",
        '{"type":"guide.unknown"}',
        '{"type":"guide.point","sequence":1,"x":0,"y":0}',
        '{"type":"guide.mark","id":"m","number":0,"x":0,"y":0}',
        '{"type":"guide.mark","id":"m","number":100,"x":0,"y":0}',
        '{"type":"guide.mark","id":"m","number":1,"x":0,"y":0,"text":"Click here"}',
        '{"type":"guide.mark","id":"<b>","number":1,"x":0,"y":0}',
        '{"type":"guide.arrow","id":"a","from_x":-1,"from_y":0,"to_x":0,"to_y":0}',
        '{"type":"guide.arrow","id":"a","from_x":NaN,"from_y":0,"to_x":0,"to_y":0}',
        '{"type":"guide.arrow","id":"a","from_x":0,"from_y":0,"to_x":1e9,"to_y":0}',
        '{"type":"guide.stroke","id":"s","points":[]}',
        '{"type":"guide.stroke","id":"s","points":[' + '{"x":0,"y":0},' * 200 + '{"x":0,"y":0}]}',
        '{"type":"guide.stroke","id":"s","points":[' + '{"x":0,"y":0},' * 100_000 + "]}",
    ],
)
def test_a_malformed_message_is_refused_and_shows_nothing(raw: str | bytes) -> None:
    board = Board(FULL)
    board.switchboard.received(ChannelLabel.GUIDE, raw)
    assert not board.guide.drawing
    [refusal] = board.refused
    assert "invalid" in refusal


@given(st.text() | st.binary())
def test_no_bytes_at_all_make_the_channel_show_or_fall(raw: str | bytes) -> None:
    board = Board(FULL)
    board.switchboard.received(ChannelLabel.GUIDE, raw)
    assert not board.guide.drawing


def test_a_stroke_of_the_most_points_fits_into_a_message() -> None:
    board = Board(VIEW)
    places = tuple(GuidePlace(x=0.123456, y=0.654321) for _ in range(200))
    board.tell(GuideStroke(id="s", points=places))
    assert board.guide.drawing.shapes


def test_clear_takes_everything_away() -> None:
    board = Board(VIEW)
    for message in (*SHAPES, GuidePoint(sequence=1, x=0, y=0), GuideClear()):
        board.tell(message)
    assert not board.guide.drawing


@pytest.mark.parametrize("consent", [FULL.with_paused(True), NO_CONSENT])
def test_everything_goes_with_the_right(consent: Consent) -> None:
    board = Board(FULL)
    for message in (*SHAPES, GuidePoint(sequence=1, x=0, y=0)):
        board.tell(message)
    board.change(consent)
    assert not board.guide.drawing


def test_everything_goes_with_the_channel_and_with_the_peer() -> None:
    board = Board(VIEW)
    board.tell(MARK)
    board.switchboard.closed(ChannelLabel.GUIDE)
    assert not board.guide.drawing
    board = Board(VIEW)
    board.tell(GuidePoint(sequence=1, x=0, y=0))
    board.switchboard.close()
    assert not board.guide.drawing


def test_a_stale_point_is_dropped() -> None:
    board = Board(VIEW)
    for sequence, x in ((5, 0.5), (4, 0.4)):
        board.tell(GuidePoint(sequence=sequence, x=x, y=0))
    pointer = board.guide.drawing.pointer
    assert pointer is not None
    assert pointer.x == 0.5


def test_whoever_moves_the_desktops_pointer_is_named_until_control_is_lost() -> None:
    board = Board(FULL)
    board.tell(PointerMove(sequence=1, x=0.5, y=0.25))
    assert board.recorder.did == [("move", 600, 175)]
    pointer = board.guide.drawing.pointer
    assert pointer is not None
    assert pointer.controls
    board.change(VIEW)
    assert not board.guide.drawing


def test_a_flood_of_shapes_is_cut_to_a_few_and_not_even_read() -> None:
    board = Board(VIEW)
    for number in range(10_000):
        board.now += 1e-4
        board.tell(GuideArrow(id=f"{number}", from_x=0, from_y=0, to_x=1, to_y=1))
    assert len(board.guide.drawing.shapes) <= 50
    last = int(board.guide.drawing.shapes[-1].shape.id)
    assert last > 9_000, "the channel lives on"
    flood = "x" * 10
    said = len(board.said)
    for _ in range(1000):
        board.switchboard.received(ChannelLabel.GUIDE, flood)
    assert len(board.said) - said <= 1
    board.now += BURST / SHAPES_PER_S
    board.tell(GuideClear())
    assert not board.guide.drawing
