"""One viewer of the encoded pictures: those that wait for it, and what it needs."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.capture.region import Rect
from client.path.path import Path
from client.rtc.streams import Encoded

MOST_QUEUED: Final = 2
"""A viewer with this many pictures still to be sent lags: it misses some, until a key frame."""
KEY_SPACING_S: Final = 0.25
"""Key frames that viewers ask for come not more often than this."""
KEY_PAUSE_S: Final = 1.0
"""A viewer that lags gets a key frame this long after the last one, not sooner."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture on its way to viewers."""

    encoded: Encoded
    pts: int
    """In 1/90000 s since the hub began."""
    replaced: list[Rect]
    """As `capture.contracts.Frame.replaced`: for the viewer that tells of it."""
    captured_at: float
    """As `capture.contracts.Frame.captured_at`."""


Tell = Callable[[Picture], bool]
"""Gets a picture before it leaves; False while its viewer cannot be told of it yet."""


class Viewer:
    """What one peer connection takes from the hub. Belongs to the event loop."""

    def __init__(self, codec: str, path: Path, tell: Tell, changed: Callable[[], None]) -> None:
        self.codec = codec
        self.path = path
        self.needs_key = True
        self.lags = False
        self.begun = False
        """Whether it has had a key frame."""
        self.watching = True
        """Whether its page is seen: while it is not, nothing is made for it."""
        self._tell = tell
        self._changed = changed
        self._queue: deque[Picture] = deque()
        self._came = asyncio.Event()
        self._asks = False
        self._left = False

    @property
    def waits(self) -> bool:
        """Whether it has sent everything it was given and asks for more."""
        return self.watching and self._asks and not self._queue

    def key_due_in(self, age_s: float) -> float | None:
        """In how many seconds it is due a key frame, when the last is this old; None when never."""
        if not self.needs_key:
            return None
        pause = KEY_PAUSE_S if self.lags else KEY_SPACING_S
        return max(0.0, pause - age_s) if self.begun else 0.0

    async def next(self) -> Picture | None:
        """Wait for the next picture; None once the viewer has left."""
        self._asks = True
        self._changed()
        try:
            while not self._queue and not self._left:
                self._came.clear()
                await self._came.wait()
            return None if self._left else self._queue.popleft()
        finally:
            self._asks = False

    def leave(self) -> None:
        """There are no more pictures for it."""
        self._left = True
        self._came.set()

    def ask_key(self) -> None:
        """It has lost the picture: a key frame, please."""
        self.needs_key = True
        self._changed()

    def watch(self, watching: bool) -> None:
        """Its page is seen, or is not; once it is again, it begins with a key frame."""
        if watching and not self.watching:
            self.needs_key = True
        self.watching = watching
        self._changed()

    def offer(self, picture: Picture) -> bool:
        """Give it a picture, and tell it of it; False when it could not be told. What it has no
        room for it misses, unless it is a key frame: one that missed something goes on at the next
        of these."""
        told = self._tell(picture)
        if len(self._queue) >= MOST_QUEUED:
            self._queue.clear()
            self.needs_key = self.lags = True
        if picture.encoded.is_key:
            self.begun = True
            self.needs_key = self.lags = False
        if self.begun and not self.lags:
            self._queue.append(picture)
            self._came.set()
        return told
