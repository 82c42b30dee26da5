"""Binary messages on the data channel `tiles`: exact pieces of the picture over the video.

The channel is ordered and reliable. All numbers are unsigned and big-endian; a rectangle is four
16-bit numbers: left, top, width, height, in pixels of the picture.

    reset   1 | width 16 | height 16
            forget every tile; the picture is this large
    tile    2 | rectangle | PNG
            these pixels are exact from now on
    frame   3 | RTP timestamp 32 | count 16 | rectangles
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

_RESET_FORMAT: Final = struct.Struct(">BHH")
_TILE_FORMAT: Final = struct.Struct(">BHHHH")
_FRAME_FORMAT: Final = struct.Struct(">BIH")
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


def pack_tile(rect: TileRect, png: bytes) -> bytes:
    """Write a `tile`."""
    return _TILE_FORMAT.pack(TILE, rect.left, rect.top, rect.width, rect.height) + png


def pack_frame(rtp_timestamp: int, replaced: Sequence[TileRect]) -> bytes:
    """Write a `frame`; the timestamp is taken modulo 2^32."""
    head = _FRAME_FORMAT.pack(FRAME, rtp_timestamp & 0xFFFFFFFF, len(replaced))
    return head + b"".join(
        _RECT_FORMAT.pack(rect.left, rect.top, rect.width, rect.height) for rect in replaced
    )
