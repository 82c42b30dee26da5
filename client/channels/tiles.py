"""The tiles channel: exact pieces of the picture, no more of them than the line carries.

What is under way is bounded by a window that grows while acknowledgements come back as fast as
they can and shrinks when they come late, so that a tile never waits behind others.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from broker.protocol.channels import TILES
from broker.protocol.tiles import TileRect, pack_frame, pack_reset, pack_tile
from broker.protocol.vocabulary import Capability
from client.capture.region import Rect
from client.channels.inbox import Inbox
from client.channels.window import Bounds, Window
from client.consent import Consent
from client.path.path import Path, Urgency

WINDOW: Final = Bounds(first=64 * 1024, least=16 * 1024, most=1024 * 1024, late_s=0.05)

REFINE_WINDOW: Final = 6 * 1024
"""What is soft is made exact only while this much of the window is free: changes come first."""

Send = Callable[[str | bytes], bool]


class TilesChannel:
    """One peer's tiles channel (a `capture.contracts.TileSink`). Asks for consent each time."""

    def __init__(
        self,
        send: Send,
        consent: Callable[[], Consent],
        made_room: Callable[[], None],
        path: Path,
        *,
        alone: bool = False,
    ) -> None:
        self._send = send
        self._consent = consent
        self._made_room = made_room
        self._path = path
        self.alone = alone
        """Whether there is no video below them."""
        self._size = (0, 0)
        self._inbox = Inbox(TILES)
        self._window = Window(WINDOW)
        self._sent = 0

    @property
    def room(self) -> int:
        """Bytes of a change that may leave now."""
        return self._room(Urgency.ECHO)

    @property
    def refines_in(self) -> float | None:
        """In how many seconds a piece that nobody waits for may leave."""
        now = time.monotonic()
        wait = self._path.wait(Urgency.EXACTNESS, now)
        if wait == 0.0 and self._room(Urgency.EXACTNESS) <= 0:
            return None
        return wait if self._window.room >= REFINE_WINDOW else None

    def _room(self, urgency: Urgency) -> int:
        room = self._path.room(urgency, time.monotonic()) - self._window.unsent
        return min(room, self._window.room)

    def reserve(self, size: int) -> None:
        """Take room for a tile that is on its way."""
        self._window.reserve(size)

    def reset(self, width: int, height: int) -> None:
        """Tell the console to forget every tile."""
        self._size = (width, height)
        self._send(pack_reset(width, height))

    def consent_changed(self) -> None:
        """Blank a picture of nothing but tiles when nobody may look any more; over a video, that
        tells what takes their place."""
        if self.alone and not self._consent().allows(Capability.VIEW):
            self._send(pack_reset(*self._size))

    def begin(self, width: int, height: int) -> None:
        """The same: what this console had of another connection is not known here."""
        self.reset(width, height)

    def tile(self, rect: Rect, png: bytes, captured_at: float) -> None:
        """Send a tile, unless the end user has just forbidden to look."""
        if not self._consent().allows(Capability.VIEW):
            self._window.dropped(len(png))
            return
        now = time.monotonic()
        self._sent += len(png)
        self._window.sent(self._sent, now)
        self._path.tile_sent(self._sent, len(png), now)
        self._send(pack_tile(_milliseconds(captured_at), _wire(rect), png))

    def frame(self, rtp_timestamp: int, replaced: Sequence[Rect], captured_at: float) -> None:
        """Tell of a video frame, before it leaves."""
        rects = [_wire(rect) for rect in replaced]
        self._send(pack_frame(_milliseconds(captured_at), rtp_timestamp, rects))

    def receive(self, raw: str | bytes) -> None:
        """Take an acknowledgement."""
        message = self._inbox.open(raw)
        if message is not None:
            total, now = min(message.bytes, self._sent), time.monotonic()
            self._window.acknowledged(total, now)
            self._path.tiles_drawn(total, now)
            self._made_room()


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000)


def _wire(rect: Rect) -> TileRect:
    return TileRect(rect.left, rect.top, rect.width, rect.height)
