"""The picture as it is now: once as pixels, once as the planes that encoders take.

Only what changed is read and converted; the buffers are made once and reused.
"""

from collections.abc import Iterable
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from client.capture.region import Rect
from client.platform.interface import Pixels

BAND_ROWS: Final = 4
"""Rows are converted by fours: swscale gets the colours of a picture of two rows wrong."""


class FrameStore:
    """Pixels (BGRX, height × width × 4) and a yuv420p frame of the same even size."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels: Pixels = np.zeros((height, width, 4), np.uint8)
        self._frame = av.VideoFrame(width, height, "yuv420p")
        self._planes = [_plane(plane) for plane in self._frame.planes]
        self._converter = VideoReformatter()

    @property
    def whole(self) -> Rect:
        """The whole picture."""
        return Rect(0, 0, self.width, self.height)

    def write(self, rect: Rect, pixels: Pixels) -> None:
        """Take over what was read from the screen."""
        self.pixels[rect.top : rect.bottom, rect.left : rect.right] = pixels

    def frame(self, stale: Iterable[Rect]) -> av.VideoFrame:
        """Give the video frame, with these rectangles brought up to date.

        It is the same object each time: whoever encodes it must be done before the next call.
        """
        for top, bottom in _bands(stale):
            end = min(bottom, self.height)
            self._convert(max(0, min(top, end - BAND_ROWS)), end)
        return self._frame

    def _convert(self, top: int, bottom: int) -> None:
        """Convert whole rows: swscale is fastest on them, and they lie together in memory."""
        band = av.VideoFrame.from_numpy_buffer(self.pixels[top:bottom], "bgra")  # no copy
        # swscale's default filter mixes in the rows above and below, which a band does not have.
        planes = self._converter.reformat(band, format="yuv420p", interpolation="AREA").planes
        for target, plane, shrink in zip(self._planes, planes, (1, 2, 2), strict=True):
            rows, columns = (bottom - top) // shrink, self.width // shrink
            begin = top // shrink
            target[begin : begin + rows, :columns] = _plane(plane)[:rows, :columns]


def _plane(plane: Any) -> Pixels:
    """See a plane as rows of bytes, padding included; av's planes speak the buffer protocol."""
    values: Pixels = np.frombuffer(plane, np.uint8)
    return values.reshape(-1, plane.line_size)


def _bands(rects: Iterable[Rect]) -> list[tuple[int, int]]:
    """Give the rows that these rectangles touch, in bands of BAND_ROWS, joined where they meet."""
    rows = sorted(
        (rect.top // BAND_ROWS * BAND_ROWS, -(-rect.bottom // BAND_ROWS) * BAND_ROWS)
        for rect in rects
        if rect
    )
    bands: list[tuple[int, int]] = []
    for top, bottom in rows:
        if bands and top <= bands[-1][1]:
            bands[-1] = (bands[-1][0], max(bands[-1][1], bottom))
        else:
            bands.append((top, bottom))
    return bands
