"""The video track: pictures of the screen while the end user allows it, else a neutral picture.

The last gate before the encoder. It asks for consent before and after it waits for a picture, so
none that was grabbed before a pause leaves after it.
"""

import asyncio
import fractions
import time
from collections.abc import Callable
from typing import Final

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError

from broker.protocol.vocabulary import Capability
from client.capture.screen_capture import FrameSource
from client.consent import Consent
from client.platform.interface import Pixels

CLOCK_RATE: Final = 90_000
NEUTRAL_INTERVAL_S: Final = 1.0
NEUTRAL_GREY: Final = 0x30
_DEFAULT_SIZE: Final = (720, 1280)


class ScreenTrack(MediaStreamTrack):
    """What the console sees. `consent_changed` makes a pause felt at once."""

    kind = "video"

    def __init__(self, source: FrameSource, consent: Callable[[], Consent]) -> None:
        super().__init__()
        self._source = source
        self._consent = consent
        self._changed = asyncio.Event()
        self._size = _DEFAULT_SIZE
        self._started = time.monotonic()
        self._last_pts = -1
        self._neutral_due = True

    def consent_changed(self) -> None:
        """Look at the consent again now."""
        self._neutral_due = True
        self._changed.set()

    async def recv(self) -> av.VideoFrame:
        """Give the next picture; aiortc calls this when it has sent the one before."""
        while self.readyState == "live":
            self._changed.clear()
            pixels = await (self._picture() if self._may_show() else self._neutral())
            if pixels is not None:
                return self._frame(pixels)
        raise MediaStreamError

    def _may_show(self) -> bool:
        return self._consent().allows(Capability.VIEW)

    async def _picture(self) -> Pixels | None:
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
        pixels = picture.result().pixels
        self._size = pixels.shape[0], pixels.shape[1]
        return pixels

    async def _neutral(self) -> Pixels | None:
        """Give a picture of nothing at once, and again now and then."""
        if not self._neutral_due:
            try:
                async with asyncio.timeout(NEUTRAL_INTERVAL_S):
                    await self._changed.wait()
            except TimeoutError:
                self._neutral_due = True
            return None
        self._neutral_due = False
        return np.full((*self._size, 4), NEUTRAL_GREY, np.uint8)

    def _frame(self, pixels: Pixels) -> av.VideoFrame:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="bgra")
        pts = int((time.monotonic() - self._started) * CLOCK_RATE)
        self._last_pts = max(pts, self._last_pts + 1)
        frame.pts = self._last_pts
        frame.time_base = fractions.Fraction(1, CLOCK_RATE)
        return frame
