"""Takes a PNG apart and writes it anew (PNG, third edition), so that nothing but pixels is left.

Whatever a file hides in texts, unknown chunks or after its end is not in the new one. Pure.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples a pixel, by colour type."""
_INDEXED: Final = 3
_FILTERS: Final = 5
_KEPT: Final = (b"PLTE", b"tRNS")


def cleaned(data: bytes, max_side: int) -> bytes:
    """Give the same picture, written anew. ValueError, saying what to do."""
    if not data.startswith(_SIGNATURE):
        raise ValueError("this is no PNG: save the picture as PNG")
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise ValueError("this PNG has no head: save the picture anew")
    head = chunks[0][1]
    length = _length(head, max_side)
    kept = [(kind, body) for kind, body in chunks if kind in _KEPT]
    if head[9] == _INDEXED and b"PLTE" not in dict(kept):
        raise ValueError("this PNG has no palette: save the picture anew")
    if any(len(body) > 768 for _, body in kept):
        raise ValueError("this PNG's palette is too large: save the picture anew")
    rows = _rows(b"".join(body for kind, body in chunks if kind == b"IDAT"), length, head)
    parts = [(b"IHDR", head), *kept, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length].rjust(4, b"\0"))
        if len(body) != length or zlib.crc32(kind + body) != crc:
            break
        yield kind, body
        if kind == b"IEND":
            return
        at += 12 + length
    raise ValueError("this PNG is damaged: save the picture anew")


def _length(head: bytes, max_side: int) -> int:
    """Give how many bytes the rows have."""
    width, height, depth, colour, *how = struct.unpack(">IIBBBBB", head)
    if not (0 < width <= max_side and 0 < height <= max_side):
        raise ValueError(f"the picture has to be {max_side} × {max_side} pixels at most")
    if depth != 8 or colour not in _SAMPLES or any(how):  # unknown methods, or interlaced
        raise ValueError("save the picture as PNG with 8 bits a channel, and not interlaced")
    return int(height * (1 + width * _SAMPLES[colour]))


def _rows(packed: bytes, length: int, head: bytes) -> bytes:
    unpack = zlib.decompressobj()
    try:
        rows = unpack.decompress(packed, length + 1)
    except zlib.error as error:
        raise ValueError("this PNG is damaged: save the picture anew") from error
    (height,) = struct.unpack_from(">I", head, 4)
    if len(rows) != length or any(one >= _FILTERS for one in rows[:: length // height]):
        raise ValueError("this PNG is damaged: save the picture anew")
    return rows


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
