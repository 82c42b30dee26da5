"""What the console shows of tiles and video, as a model that tests can ask.

It follows technician_console/src/tiles: ledger.js, messages.js and overlay.js.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from broker.protocol.tiles import FRAME, RESET, TILE, TileRect

Rgb = npt.NDArray[np.uint8]
"""Height × width × 3."""
Colours = npt.NDArray[np.int32]
"""Height × width, one number a pixel: 0xRRGGBB, or what the test makes of it."""
NO_TILE = -1


@dataclass(frozen=True)
class Reset:
    width: int
    height: int


@dataclass(frozen=True)
class Tile:
    captured: int
    rect: TileRect
    png: bytes


@dataclass(frozen=True)
class Told:
    """A `frame` message."""

    captured: int
    timestamp: int
    replaced: tuple[TileRect, ...]


def parse(message: bytes) -> Reset | Tile | Told:
    """Read a message of the tiles channel."""
    if message[0] == RESET:
        return Reset(*struct.unpack(">HH", message[1:]))
    if message[0] == TILE:
        captured, *place = struct.unpack_from(">IHHHH", message, 1)
        return Tile(captured, TileRect(*place), message[13:])
    assert message[0] == FRAME
    captured, timestamp, count = struct.unpack_from(">IIH", message, 1)
    rects = [TileRect(*struct.unpack_from(">HHHH", message, 11 + 8 * i)) for i in range(count)]
    assert len(message) == 11 + 8 * count
    return Told(captured, timestamp, tuple(rects))


def packed(rgb: Rgb) -> Colours:
    """Write each colour as 0xRRGGBB."""
    wide = rgb.astype(np.int32)
    return wide[:, :, 0] << 16 | wide[:, :, 1] << 8 | wide[:, :, 2]


def decode_png(png: bytes) -> Rgb:
    """Decode with FFmpeg."""
    decoder: Any = av.CodecContext.create("png", "r")
    (frame,) = decoder.decode(av.Packet(png))
    picture: Rgb = frame.to_ndarray(format="rgb24")
    return picture


def is_after(one: int, other: int) -> bool:
    """Whether an RTP timestamp is later than another."""
    return 0 < (one - other) & 0xFFFFFFFF < 1 << 31


@dataclass
class _Waiting:
    timestamp: int
    clears: npt.NDArray[np.bool_]


@dataclass
class Viewer:
    """Tiles over video. `drawn_bytes` is what the console would acknowledge."""

    value_of: Callable[[Rgb], Colours] = packed
    tiles: Colours = field(default_factory=lambda: np.empty((0, 0), np.int32))
    drawn_bytes: int = 0
    _waiting: list[_Waiting] = field(default_factory=list)
    _told: int | None = None
    _shown: int | None = None

    @property
    def hidden(self) -> bool:
        """Whether the tiles are hidden, as they may be older than the video."""
        if self._shown is None:
            return False
        return self._told is None or is_after(self._shown, self._told)

    def hear(self, raw: bytes) -> None:
        """Take a message of the tiles channel."""
        match parse(raw):
            case Reset(width, height):
                self.tiles = np.full((height, width), NO_TILE, np.int32)
                self._waiting = []
            case Tile(_, rect, png):
                self._draw(rect, self.value_of(decode_png(png)))
                self.drawn_bytes += len(png)
            case Told(_, timestamp, replaced):
                self._told = timestamp
                self._waiting.append(_Waiting(timestamp, self._mask(replaced)))
                self._clear()

    def show(self, timestamp: int) -> None:
        """A video frame is on the screen."""
        self._shown = timestamp
        self._clear()

    def over(self, video: Colours) -> Colours:
        """What the technician sees when the video below shows this."""
        if self.hidden or self.tiles.shape != video.shape:
            return video
        return np.where(self.tiles == NO_TILE, video, self.tiles)

    def _draw(self, rect: TileRect, picture: Colours) -> None:
        assert picture.shape == (rect.height, rect.width)
        height, width = self.tiles.shape
        assert rect.left + rect.width <= width
        assert rect.top + rect.height <= height
        area = _slices(rect)
        self.tiles[area] = picture
        for waiting in self._waiting:
            waiting.clears[area] = False

    def _mask(self, rects: Sequence[TileRect]) -> npt.NDArray[np.bool_]:
        mask = np.zeros(self.tiles.shape, bool)
        for rect in rects:
            mask[_slices(rect)] = True
        return mask

    def _clear(self) -> None:
        kept = []
        for waiting in self._waiting:
            if self._shown is None or is_after(waiting.timestamp, self._shown):
                kept.append(waiting)
            elif waiting.clears.shape == self.tiles.shape:
                self.tiles[waiting.clears] = NO_TILE
        self._waiting = kept


def _slices(rect: TileRect) -> tuple[slice, slice]:
    return (
        slice(rect.top, rect.top + rect.height),
        slice(rect.left, rect.left + rect.width),
    )
