"""Tells the console of the end user's pointer: its shape on control, its place on `pointer`."""

import base64
from collections.abc import Callable

from broker.protocol.cursor import MAX_CURSOR_BYTES, MAX_CURSOR_SIDE, PointerAt
from broker.protocol.cursor import CursorShape as ShapeMessage
from broker.protocol.vocabulary import Capability
from client.capture import tile
from client.consent import Consent
from client.platform.interface import Area, Cursor, CursorShape

Send = Callable[[str], bool]


class CursorTeller:
    """One peer's news of the pointer. Asks for consent each time, as the picture does."""

    def __init__(
        self,
        consent: Callable[[], Consent],
        area: Callable[[], Area | None],
        cursor: Callable[[], Cursor | None],
    ) -> None:
        self._consent = consent
        self._area = area
        self._cursor = cursor
        self._send_shape: Send | None = None
        self._send_place: Send | None = None
        self._shape: CursorShape | None = None
        self._place: tuple[float, float, bool] | None = None
        self._sequence = 0
        self._unrepeated = False

    def control_opened(self, send: Send) -> None:
        """Shapes go here."""
        self._send_shape = send
        self.tell()

    def pointer_opened(self, send: Send) -> None:
        """Places go here."""
        self._send_place = send
        self.tell()

    def tell(self) -> None:
        """Tell what is new of the pointer, if the end user lets it be seen."""
        cursor, area = self._cursor(), self._area()
        if cursor is None or area is None or not self._consent().allows(Capability.VIEW):
            return
        if cursor.shape is not None and cursor.shape is not self._shape and self._send_shape:
            self._shape = cursor.shape
            self._send_shape(_message(cursor.shape).model_dump_json())
        visible = cursor.shape is not None and area.holds(cursor.x, cursor.y)
        place = (*area.fractions(cursor.x, cursor.y), visible)
        if place != self._place and self._send_place:
            self._place, self._unrepeated = place, True
            self._say_place(self._send_place, place)

    def repeat(self) -> None:
        """Tell the last place once more: the message that told of it may be lost."""
        allowed = self._consent().allows(Capability.VIEW)
        if self._unrepeated and self._place and self._send_place and allowed:
            self._unrepeated = False
            self._say_place(self._send_place, self._place)

    def _say_place(self, send: Send, place: tuple[float, float, bool]) -> None:
        x, y, visible = place
        self._sequence += 1
        send(PointerAt(sequence=self._sequence, x=x, y=y, visible=visible).model_dump_json())


def _message(shape: CursorShape) -> ShapeMessage:
    """Write a shape down; one that is too large is told with half as many pixels."""
    pixels = shape.pixels[:MAX_CURSOR_SIDE, :MAX_CURSOR_SIDE]
    height, width = pixels.shape[:2]
    while len(png := tile.encode_with_alpha(pixels)) > MAX_CURSOR_BYTES:
        pixels = pixels[::2, ::2]
    return ShapeMessage(
        png=base64.b64encode(png).decode(),
        width=width,
        height=height,
        hot_x=min(shape.hot_x, width - 1),
        hot_y=min(shape.hot_y, height - 1),
    )
