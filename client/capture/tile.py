"""Encodes a rectangle of the screen without loss, as PNG made for speed.

Few colours (text, windows) become a palette of 8 bits or 1 bit a pixel: a third to a thirtieth of
the bytes to compress. More become RGB with the Up filter, under which flat areas are zeros.
"""

import struct
import zlib
from typing import Final

import numpy as np
import numpy.typing as npt

from client.platform.interface import Pixels

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HASH_BITS: Final = 15
_MULTIPLIER: Final = np.uint32(0x9E3779B1)
_COLOUR_MASK: Final = np.uint32(0x00FFFFFF)

_RGB: Final = 2
_INDEXED: Final = 3
_RGBA: Final = 6

FAST: Final = 1
SMALL: Final = 6
"""zlib levels: for a picture that somebody waits for, and for a slow line."""

Indices = npt.NDArray[np.uint8]


def encode(pixels: Pixels, level: int = FAST) -> bytes:
    """Give a PNG (ISO/IEC 15948) of BGRX pixels, height × width × 4, exact in every colour."""
    palette = _palette(pixels)
    if palette is None:
        return _png(_header(pixels, 8, _RGB), b"", _rgb_rows(pixels), level)
    colours, indices = palette
    chunk = _chunk(b"PLTE", _rgb_bytes(colours))
    if len(colours) <= 2:
        rows = _plain_rows(np.packbits(indices, axis=1))
        return _png(_header(pixels, 1, _INDEXED), chunk, rows, level)
    return _png(_header(pixels, 8, _INDEXED), chunk, _plain_rows(indices), level)


def encode_with_alpha(pixels: Pixels) -> bytes:
    """Give a PNG of BGRA pixels, height × width × 4."""
    rows = _plain_rows(pixels[:, :, [2, 1, 0, 3]].reshape(len(pixels), -1))
    return _png(_header(pixels, 8, _RGBA), b"", rows, SMALL)


def _header(pixels: Pixels, depth: int, colour_type: int) -> bytes:
    height, width = pixels.shape[:2]
    return struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)


def _palette(pixels: Pixels) -> tuple[npt.NDArray[np.uint32], Indices] | None:
    """Give up to 256 colours and each pixel's index among them; None when there are more.

    Colours are found by hashing instead of sorting; two that collide count as too many.
    """
    colour = np.ascontiguousarray(pixels).view(np.uint32)[:, :, 0] & _COLOUR_MASK
    slots = (colour * _MULTIPLIER) >> np.uint32(32 - _HASH_BITS)
    holder = np.zeros(1 << _HASH_BITS, np.uint32)
    holder[slots] = colour
    if not np.array_equal(holder[slots], colour):
        return None
    used = np.zeros(1 << _HASH_BITS, bool)
    used[slots] = True
    taken = np.flatnonzero(used)
    if len(taken) > 256:
        return None
    number = np.zeros(1 << _HASH_BITS, np.uint8)
    number[taken] = np.arange(len(taken), dtype=np.uint8)
    return holder[taken], number[slots]


def _rgb_bytes(colours: npt.NDArray[np.uint32]) -> bytes:
    as_bytes = colours.astype("<u4").view(np.uint8).reshape(-1, 4)
    return as_bytes[:, 2::-1].tobytes()


def _rgb_rows(pixels: Pixels) -> bytes:
    """RGB rows with the Up filter (2) but for the first."""
    height, width = pixels.shape[:2]
    rgb = pixels[:, :, 2::-1].reshape(height, width * 3)
    rows = np.zeros((height, width * 3 + 1), np.uint8)
    rows[0, 1:] = rgb[0]
    rows[1:, 0] = 2
    np.subtract(rgb[1:], rgb[:-1], out=rows[1:, 1:])
    return rows.tobytes()


def _plain_rows(values: Indices) -> bytes:
    height, width = values.shape
    rows = np.zeros((height, width + 1), np.uint8)
    rows[:, 1:] = values
    return rows.tobytes()


def _png(header: bytes, palette: bytes, rows: bytes, level: int) -> bytes:
    data = zlib.compress(rows, level)
    chunks = (_chunk(b"IHDR", header), palette, _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return _SIGNATURE + b"".join(chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)
