"""The video track of one viewer: the hub's pictures, each told of before it leaves.

Nothing leaves before `release`. The pictures come encoded; aiortc only sends them.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from client.capture.region import Rect
from client.path.path import Path
from client.rtc.hub import Hub
from client.rtc.viewer import Picture, Viewer

_WRAP: Final = 1 << 32


class FrameTold(Protocol):
    """Who is told of each video frame before it leaves."""

    def frame(self, rtp_timestamp: int, replaced: Sequence[Rect], captured_at: float) -> None:
        """This frame, of the screen as it was then, is newer than the tiles in these rectangles."""


class ScreenTrack(MediaStreamTrack):
    """What the console sees, from `release` on."""

    kind = "video"

    def __init__(self, hub: Hub, path: Path, tiles: Callable[[], FrameTold | None]) -> None:
        super().__init__()
        self.codec: Callable[[], str] = lambda: ""
        """Gives the negotiated MIME type, in small letters, once it is asked."""
        self.last_rtp_timestamp: Callable[[], int | None] = lambda: None
        self._hub = hub
        self._path = path
        self._tiles = tiles
        self._released = asyncio.Event()
        self._viewer: Viewer | None = None
        self._watching = True
        self._rtp_origin: int | None = None
        self._untold: list[Picture] = []
        self._first_pts: int | None = None

    def release(self) -> None:
        """Begin: the peer stands and was reported."""
        self._released.set()

    def lost(self) -> None:
        """The viewer has lost the picture and needs a key frame."""
        if self._viewer is not None:
            self._hub.key_wanted(self._viewer)

    def watch(self, watching: bool) -> None:
        """The viewer's page is seen, or is not."""
        self._watching = watching
        if self._viewer is not None:
            self._hub.watch(self._viewer, watching)

    def stop(self) -> None:
        """End the track; the hub makes nothing for it any more."""
        super().stop()
        if self._viewer is not None:
            self._hub.leave(self._viewer)

    async def recv(self) -> Any:
        """Give the next picture; aiortc calls this when it has sent the one before.

        What it gets is not a frame, so it hands it to `upstream.PassOn.pack`.
        """
        await self._released.wait()
        self._learn_origin()
        if self._viewer is None:
            self._viewer = self._hub.join(self.codec(), self._path, self._tell)
            self._viewer.watch(self._watching)
        picture = await self._viewer.next() if self.readyState == "live" else None
        if picture is None:
            raise MediaStreamError
        self._path.video_sent(self._clock(picture.pts), picture.encoded.size, time.monotonic())
        return picture

    # ---- telling of frames

    def _learn_origin(self) -> None:
        """Once the first frame has left, its RTP timestamp tells where they begin."""
        last = self.last_rtp_timestamp()
        if self._rtp_origin is None and last is not None and self._first_pts is not None:
            self._rtp_origin = last - self._first_pts
            untold, self._untold = self._untold, []
            for picture in untold:
                self._tell(picture)

    def _clock(self, pts: int) -> int | None:
        """Give a picture's RTP timestamp; None for the first, which nobody knows yet."""
        if self._rtp_origin is None:
            self._first_pts = pts
            return None
        return (self._rtp_origin + pts) % _WRAP

    def _tell(self, picture: Picture) -> bool:
        if self._rtp_origin is None:
            self._untold.append(picture)
            return False
        tiles = self._tiles()
        if tiles is not None:
            timestamp = self._rtp_origin + picture.pts
            tiles.frame(timestamp, picture.replaced, picture.captured_at)
        return tiles is not None
