"""The video track: pictures of the screen while the end user allows it, else a neutral picture.

The last gate before the encoder. Nothing at all leaves before `release`. From then on it asks for
consent before and after it waits for a picture, so none that was grabbed before a pause leaves
after it.
"""

import asyncio
import fractions
import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import av
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from broker.protocol.vocabulary import Capability
from client.capture.contracts import Frame, FrameSource
from client.capture.region import Rect
from client.consent import Consent

CLOCK_RATE: Final = 90_000
NEUTRAL_INTERVAL_S: Final = 1.0
NEUTRAL_LUMA: Final = 0x38
_DEFAULT_SIZE: Final = (1280, 720)


class FrameTold(Protocol):
    """Who is told of each video frame before it leaves."""

    def frame(self, rtp_timestamp: int, replaced: Sequence[Rect], captured_at: float) -> None:
        """This frame, of the screen as it was then, is newer than the tiles in these rectangles."""


class ScreenTrack(MediaStreamTrack):
    """What the console sees, from `release` on. `consent_changed` makes a pause felt at once."""

    kind = "video"

    def __init__(
        self,
        source: FrameSource,
        consent: Callable[[], Consent],
        tiles: Callable[[], FrameTold | None],
    ) -> None:
        super().__init__()
        self.last_rtp_timestamp: Callable[[], int | None] = lambda: None
        self._source = source
        self._consent = consent
        self._tiles = tiles
        self._released = asyncio.Event()
        self._changed = asyncio.Event()
        self._size = _DEFAULT_SIZE
        self._started = time.monotonic()
        self._last_pts = -1
        self._rtp_origin: int | None = None
        self._untold: list[tuple[int, list[Rect], float]] = []
        self._neutral_due = True

    def release(self) -> None:
        """Begin: the peer stands and was reported."""
        self._released.set()

    def consent_changed(self) -> None:
        """Look at the consent again now."""
        self._neutral_due = True
        self._changed.set()

    async def recv(self) -> av.VideoFrame:
        """Give the next picture; aiortc calls this when it has sent the one before."""
        await self._released.wait()
        self._learn_origin()
        self._source.want_picture() if self._last_pts < 0 else None
        while self.readyState == "live":
            self._changed.clear()
            frame = await (self._picture() if self._may_show() else self._neutral())
            if frame is not None:
                return frame
        raise MediaStreamError

    def _may_show(self) -> bool:
        return self._consent().allows(Capability.VIEW)

    async def _picture(self) -> av.VideoFrame | None:
        """Wait for a picture or a change of consent, whichever comes first."""
        picture = asyncio.ensure_future(self._source.next_frame())
        changed = asyncio.ensure_future(self._changed.wait())
        try:
            await asyncio.wait({picture, changed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()
            if not picture.done():
                picture.cancel()
        if not picture.done() or picture.cancelled() or not self._may_show():
            return None
        return self._stamped(picture.result())

    def _stamped(self, frame: Frame) -> av.VideoFrame:
        self._size = frame.area.width, frame.area.height
        self._stamp(frame.video)
        self._tell(self._last_pts, frame.replaced, frame.captured_at)
        return frame.video

    async def _neutral(self) -> av.VideoFrame | None:
        """Give a picture of nothing at once, and again now and then."""
        if not self._neutral_due:
            try:
                async with asyncio.timeout(NEUTRAL_INTERVAL_S):
                    await self._changed.wait()
            except TimeoutError:
                self._neutral_due = True
            return None
        self._neutral_due = False
        frame = neutral_frame(*self._size)
        self._stamp(frame)
        self._tell(self._last_pts, [Rect(0, 0, *self._size)], time.monotonic())
        return frame

    def _stamp(self, frame: av.VideoFrame) -> None:
        pts = int((time.monotonic() - self._started) * CLOCK_RATE)
        self._last_pts = max(pts, self._last_pts + 1)
        frame.pts = self._last_pts
        frame.time_base = fractions.Fraction(1, CLOCK_RATE)

    # ---- telling of frames

    def _learn_origin(self) -> None:
        """Once the first frame has left, its RTP timestamp tells where they begin."""
        last = self.last_rtp_timestamp()
        if self._rtp_origin is None and last is not None and self._last_pts >= 0:
            self._rtp_origin = last - self._last_pts
            untold, self._untold = self._untold, []
            for one in untold:
                self._tell(*one)

    def _tell(self, pts: int, replaced: list[Rect], captured_at: float) -> None:
        if self._rtp_origin is None:
            self._untold.append((pts, replaced, captured_at))
            return
        tiles = self._tiles()
        if tiles is not None:
            tiles.frame(self._rtp_origin + pts, replaced, captured_at)
        replaced.clear()


def neutral_frame(width: int, height: int) -> av.VideoFrame:
    """Give a picture of nothing: one dark grey."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (NEUTRAL_LUMA, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame
