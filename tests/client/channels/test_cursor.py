import base64
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from broker.protocol.channels import CLIENT_CONTROL, POINTER_AT
from broker.protocol.cursor import MAX_CURSOR_BYTES
from broker.protocol.vocabulary import Capability, ConsentSource
from client.channels.cursor import CursorTeller
from client.consent import NO_CONSENT, Consent
from client.platform.interface import Area, Cursor, CursorShape, Pixels

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
AREA = Area(100, 50, 1000, 500)


def shape(pixels: Pixels | None = None, hot: int = 3) -> CursorShape:
    return CursorShape(np.full((16, 12, 4), 200, np.uint8) if pixels is None else pixels, hot, hot)


@dataclass
class Desktop:
    """What a teller asks, and what it said."""

    consent: Consent = VIEW
    area: Area | None = AREA
    cursor: Cursor | None = field(default_factory=lambda: Cursor(100, 50, shape()))
    shapes: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[float, float, bool]] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)

    def teller(self) -> CursorTeller:
        teller = CursorTeller(lambda: self.consent, lambda: self.area, lambda: self.cursor)
        teller.control_opened(self._shape)
        teller.pointer_opened(self._place)
        return teller

    def _shape(self, text: str) -> bool:
        CLIENT_CONTROL.validate_json(text)
        self.shapes.append(json.loads(text))
        return True

    def _place(self, text: str) -> bool:
        told = POINTER_AT.validate_json(text)
        self.places.append((told.x, told.y, told.visible))
        self.sequences.append(told.sequence)
        return True


def test_shape_and_place_are_told_on_opening_and_then_only_when_they_change() -> None:
    desk = Desktop()
    teller = desk.teller()
    assert len(desk.shapes) == 1
    assert desk.places == [(0.0005, 0.001, True)]
    teller.tell()
    assert desk.cursor is not None
    desk.cursor = Cursor(600, 300, desk.cursor.shape)
    teller.tell()
    assert len(desk.shapes) == 1
    assert desk.places[1:] == [(0.5005, 0.501, True)]
    assert desk.sequences == sorted(set(desk.sequences))


def test_a_shape_is_a_png_in_true_colours_with_its_hot_spot() -> None:
    pixels = np.zeros((2, 3, 4), np.uint8)
    pixels[1, 2] = (10, 20, 30, 128)
    desk = Desktop(cursor=Cursor(100, 50, shape(pixels, hot=1)))
    desk.teller()
    told = desk.shapes[0]
    assert [told[name] for name in ("width", "height", "hot_x", "hot_y")] == [3, 2, 1, 1]
    png = base64.b64decode(told["png"])
    at = png.index(b"IDAT") + 4
    rows = zlib.decompress(png[at:-16])
    assert rows[-4:] == bytes([30, 20, 10, 128])


def test_a_huge_shape_keeps_its_size_and_fits_into_a_message() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (256, 256, 4), np.uint8)
    desk = Desktop(cursor=Cursor(100, 50, shape(noise)))
    desk.teller()
    assert desk.shapes[0]["width"] == 256
    assert len(base64.b64decode(desk.shapes[0]["png"])) <= MAX_CURSOR_BYTES


def test_a_pointer_that_is_hidden_or_elsewhere_is_not_visible() -> None:
    desk = Desktop()
    teller = desk.teller()
    assert desk.cursor is not None
    desk.cursor = Cursor(99, 50, desk.cursor.shape)
    teller.tell()
    desk.cursor = Cursor(150, 60, None)
    teller.tell()
    assert [visible for _, _, visible in desk.places] == [True, False, False]


def test_nothing_is_told_without_the_right_to_look_or_while_it_is_paused() -> None:
    for consent in (NO_CONSENT, VIEW.with_paused(True)):
        desk = Desktop(consent=consent)
        teller = desk.teller()
        teller.tell()
        teller.repeat()
        assert desk.shapes == []
        assert desk.places == []


def test_the_place_where_the_pointer_came_to_rest_is_told_once_more() -> None:
    desk = Desktop()
    teller = desk.teller()
    teller.repeat()
    teller.repeat()
    assert desk.places[0] == desk.places[1]
    assert len(desk.places) == 2
    desk.consent = NO_CONSENT
    assert desk.cursor is not None
    desk.cursor = Cursor(300, 300, desk.cursor.shape)
    teller.tell()
    teller.repeat()
    assert len(desk.places) == 2
