"""Binary messages on the data channel `tiles`: exact pieces of the picture over the video.

The channel is ordered and reliable. All numbers are unsigned and big-endian; a rectangle is four
16-bit numbers: left, top, width, height, in pixels of the picture. `captured` is the time of what
is shown, in milliseconds of the clock by which the client's heartbeats are sent, modulo 2^32.

    reset   1 | width 16 | height 16
            forget every tile; the picture is this large
    tile    2 | captured 32 | rectangle | PNG
            these pixels are exact from now on
    frame   3 | captured 32 | RTP timestamp 32 | count 16 | rectangles
            this video frame is newer than the tiles in these rectangles

The video alone is always a correct picture, only softer. A `frame` is sent before its video
frame; a viewer that shows a video frame of which it has not been told hides all tiles until it is,
so a tile that is late or lost can never hide something newer.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

RESET: Final = 1
TILE: Final = 2
FRAME: Final = 3

MAX_TILE_BYTES: Final = 48 * 1024
"""Larger pieces are cut: a long message would hold up everything behind it."""

MAX_PIXELS: Final = 100_000_000
"""A viewer makes no room for a larger picture or tile: twelve screens of 3840×2160 are one."""

_32_BITS: Final = 0xFFFFFFFF
_RESET_FORMAT: Final = struct.Struct(">BHH")
_TILE_FORMAT: Final = struct.Struct(">BIHHHH")
_FRAME_FORMAT: Final = struct.Struct(">BIIH")
_RECT_FORMAT: Final = struct.Struct(">HHHH")


@dataclass(frozen=True, slots=True)
class TileRect:
    """A rectangle of the picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


def pack_reset(width: int, height: int) -> bytes:
    """Write a `reset`."""
    return _RESET_FORMAT.pack(RESET, width, height)


def pack_tile(captured_ms: int, rect: TileRect, png: bytes) -> bytes:
    """Write a `tile`; the time is taken modulo 2^32."""
    place = rect.left, rect.top, rect.width, rect.height
    return _TILE_FORMAT.pack(TILE, captured_ms & _32_BITS, *place) + png


def pack_frame(captured_ms: int, rtp_timestamp: int, replaced: Sequence[TileRect]) -> bytes:
    """Write a `frame`; time and timestamp are taken modulo 2^32."""
    head = _FRAME_FORMAT.pack(
        FRAME, captured_ms & _32_BITS, rtp_timestamp & _32_BITS, len(replaced)
    )
    return head + b"".join(
        _RECT_FORMAT.pack(rect.left, rect.top, rect.width, rect.height) for rect in replaced
    )
