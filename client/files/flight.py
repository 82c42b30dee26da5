"""One file on its way to the console: how much of it has left, and what the console says of it."""

from typing import Final

from broker.protocol.files import (
    CHUNK_BYTES,
    RELAY_CHUNK_BYTES,
    FileDone,
    FileFailed,
    FileGot,
    FileReady,
    FileRoad,
)
from client.channels.rate_window import RateWindow
from client.channels.window import Bounds
from client.files.choice import RoadChoice
from client.files.tree import Found

WINDOW: Final = Bounds(first=64 * 1024, least=32 * 1024, most=2 * 1024 * 1024, late_s=0.02)
"""Little, so that a key press and its answer never wait behind a file."""
RELAY_WINDOW: Final = Bounds(
    first=1024 * 1024, least=512 * 1024, most=16 * 1024 * 1024, late_s=0.05
)
"""What is under way there is on a connection of its own."""

_BOUNDS: Final = {FileRoad.DIRECT: WINDOW, FileRoad.RELAY: RELAY_WINDOW}
_CHUNK: Final = {FileRoad.DIRECT: CHUNK_BYTES, FileRoad.RELAY: RELAY_CHUNK_BYTES}


class Flight:
    """One file on its way, and what the console says of it. Offsets are of the file."""

    def __init__(self, number: int, found: Found, choice: RoadChoice) -> None:
        self.number = number
        self.found = found
        self.choice = choice
        self.road = FileRoad.DIRECT
        self.relayed = False
        """Whether any of it went over the relay."""
        self.lost = False
        """What was under way is lost with the relay; the console is asked where to go on."""
        self.sent = 0
        self.got = 0
        self.ready: int | None = None
        """The console needs it from here."""
        self.over: FileDone | FileFailed | None = None
        self._window = RateWindow(_BOUNDS[self.road])
        self._base = 0

    @property
    def turned(self) -> bool:
        """Whether the console wants no more from here on: it is over, or is to go on elsewhere."""
        return self.over is not None or self.ready is not None

    @property
    def landed(self) -> bool:
        """Whether nothing is under way."""
        return self.got >= self.sent

    @property
    def room(self) -> int:
        """Bytes that may leave now."""
        return 0 if self.lost else self._window.room

    @property
    def chunk_bytes(self) -> int:
        """Of the file, in one message."""
        return _CHUNK[self.road]

    def begin_at(self, offset: int) -> int:
        """Count from this offset on, with nothing under way; gives by how much that is a step."""
        step = offset - self.sent
        self.sent = self.got = offset
        self.ready, self.lost = None, False
        self.take_road()
        return step

    def take_road(self) -> None:
        """Go on as was chosen. Nothing may be under way."""
        self.road = self.choice.road
        self.relayed = self.relayed or self.road is FileRoad.RELAY
        self._window, self._base = RateWindow(_BOUNDS[self.road]), self.sent

    def left(self, size: int, now: float) -> None:
        """So many more bytes leave now."""
        self.sent += size
        self._window.reserve(size)
        self._window.sent(self.sent - self._base, now)

    def hear(self, message: FileReady | FileGot | FileDone | FileFailed, now: float) -> None:
        """Take what the console says of this file."""
        match message:
            case FileReady(offset=offset):
                self.ready = min(offset, self.found.size)
            case FileGot(bytes=count):
                before, self.got = self.got, max(self.got, min(count, self.sent))
                self.choice.arrived(self.got - before, now)
                self._window.acknowledged(self.got - self._base, now)
            case _:
                self.over = message
