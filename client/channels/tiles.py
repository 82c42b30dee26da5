"""The tiles channel: exact pieces of the picture, no more of them than the line carries.

What is under way is bounded by a window that grows while acknowledgements come back as fast as
they can and shrinks when they come late, so that a tile never waits behind others.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from broker.protocol.channels import TILES
from broker.protocol.tiles import TileRect, pack_frame, pack_reset, pack_tile
from broker.protocol.vocabulary import Capability
from client.capture.region import Rect
from client.channels.inbox import Inbox
from client.consent import Consent
from client.path.path import Path, Urgency

FIRST_WINDOW: Final = 64 * 1024
MIN_WINDOW: Final = 16 * 1024
MAX_WINDOW: Final = 1024 * 1024
"""Bytes under way."""

REFINE_WINDOW: Final = 6 * 1024
"""What is soft is made exact only while this much of the window is free: changes come first."""

LATE_S: Final = 0.05
"""An acknowledgement this much later than the fastest one means that a queue builds up."""

_SHRINK: Final = 0.7
_FORGET: Final = 1.0005
"""The fastest time grows by this with each acknowledgement: paths change."""

Send = Callable[[str | bytes], bool]


class Window:
    """How many bytes may be under way. `reserve` is the engine's thread's, the rest the loop's."""

    def __init__(self) -> None:
        self.size = FIRST_WINDOW
        self._reserved = 0
        self._dropped = 0
        self._left = 0
        self._acknowledged = 0
        self._under_way: deque[tuple[int, float]] = deque()
        self._fastest = float("inf")
        self._growing = True
        self._shrunk_at = 0.0

    @property
    def room(self) -> int:
        """Bytes that may leave now."""
        return self.size - (self._reserved - self._dropped - self._acknowledged)

    @property
    def unsent(self) -> int:
        """Bytes that took room and have not left yet."""
        return self._reserved - self._dropped - self._left

    def reserve(self, size: int) -> None:
        """Take room."""
        self._reserved += size

    def dropped(self, size: int) -> None:
        """Something that had room never left."""
        self._dropped += size

    def sent(self, total: int, now: float) -> None:
        """Everything up to this many bytes has left."""
        self._left = total
        self._under_way.append((total, now))

    def acknowledged(self, total: int, now: float) -> None:
        """Everything up to this many bytes has arrived and is drawn."""
        took: float | None = None
        while self._under_way and self._under_way[0][0] <= total:
            took = now - self._under_way.popleft()[1]
        gained = max(0, total - self._acknowledged)
        self._acknowledged = max(total, self._acknowledged)
        if took is not None:
            self._adapt(took, gained, now)

    def _adapt(self, took: float, gained: int, now: float) -> None:
        self._fastest = min(took, self._fastest * _FORGET)
        if took > self._fastest + LATE_S:
            self._growing = False
            if now - self._shrunk_at > took:
                self._shrunk_at = now
                self.size = max(MIN_WINDOW, int(self.size * _SHRINK))
        else:
            self.size = min(MAX_WINDOW, self.size + (gained if self._growing else gained // 8))


class TilesChannel:
    """One peer's tiles channel (a `capture.contracts.TileSink`). Asks for consent each time."""

    def __init__(
        self,
        send: Send,
        consent: Callable[[], Consent],
        made_room: Callable[[], None],
        path: Path,
    ) -> None:
        self._send = send
        self._consent = consent
        self._made_room = made_room
        self._path = path
        self._inbox = Inbox(TILES)
        self._window = Window()
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
        self._send(pack_reset(width, height))

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
