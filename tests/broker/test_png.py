"""What is left of a picture that somebody chose as the logo."""

import struct
import zlib

import pytest

from broker.png import cleaned

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def head(width: int = 2, height: int = 2, depth: int = 8, colour: int = 6, how: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, how))


ROWS = (b"\0" + b"\xaa" * 8) * 2
DATA = chunk(b"IDAT", zlib.compress(ROWS))
END = chunk(b"IEND", b"")


def test_only_pixels_are_left() -> None:
    hidden = chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")
    whole = SIGNATURE + head() + hidden + DATA[:0] + DATA + END + b"<script>"
    clean = cleaned(whole, 512)
    assert b"script" not in clean
    assert cleaned(clean, 512) == clean
    assert zlib.decompress(clean[clean.index(b"IDAT") + 4 : -16]) == ROWS


def test_a_palette_and_its_transparency_are_kept() -> None:
    palette, clear = chunk(b"PLTE", b"\1\2\3"), chunk(b"tRNS", b"\0")
    data = chunk(b"IDAT", zlib.compress(b"\0\0\0" * 2))
    clean = cleaned(SIGNATURE + head(colour=3) + palette + clear + data + END, 512)
    assert palette in clean
    assert clear in clean


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"GIF89a", "this is no PNG"),
        (SIGNATURE, "damaged"),
        (SIGNATURE + END, "no head"),
        (SIGNATURE + head()[:-1] + b"x" + DATA + END, "damaged"),
        (SIGNATURE + head() + DATA, "damaged"),
        (SIGNATURE + b"\xff\xff\xff\xffIHDR" + b"\0" * 20, "damaged"),
        (SIGNATURE + head(width=513) + DATA + END, "512 × 512"),
        (SIGNATURE + head(height=0) + DATA + END, "512 × 512"),
        (SIGNATURE + head(depth=16) + DATA + END, "8 bits"),
        (SIGNATURE + head(colour=5) + DATA + END, "8 bits"),
        (SIGNATURE + head(how=1) + DATA + END, "not interlaced"),
        (SIGNATURE + head(colour=3) + DATA + END, "no palette"),
        (SIGNATURE + head() + chunk(b"PLTE", b"\0" * 769) + DATA + END, "too large"),
        (SIGNATURE + head() + chunk(b"IDAT", b"no deflate") + END, "damaged"),
        (SIGNATURE + head() + chunk(b"IDAT", zlib.compress(ROWS + b"\0")) + END, "damaged"),
        (SIGNATURE + head() + chunk(b"IDAT", zlib.compress(b"\x05" + ROWS[1:])) + END, "damaged"),
        (SIGNATURE + head() + chunk(b"IDAT", zlib.compress(b"\0" * 10_000_000)) + END, "damaged"),
    ],
)
def test_what_is_no_plain_picture_is_refused_with_what_to_do(data: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        cleaned(data, 512)
