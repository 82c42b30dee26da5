"""A number of 24 bits with 8 check bits, drawn as black and white cells. Pure.

The scenes draw it, the page reads it back as a word of 32 bits, and `decode` says whether that
word is one that was drawn: a half-painted or smeared bar code is told apart from a real one.
"""

from collections.abc import Iterator

CELL = 16
COLUMNS = 16
ROWS = 2
WIDTH, HEIGHT = CELL * COLUMNS, CELL * ROWS
"""Pixels. A cell is a macroblock of the usual codecs, so it survives strong quantisation."""

MODULUS = 1 << 24
"""Milliseconds after which a time stamp comes again: 4.6 hours."""

_CHECK_SEED = 0xA5


def encode(number: int) -> int:
    """Give the word for a number, taken modulo 2**24."""
    number %= MODULUS
    return number | _check(number) << 24


def decode(word: int) -> int | None:
    """Give the number of a word, or None when its check bits do not fit."""
    number = word % MODULUS
    return number if word == encode(number) else None


def cells(word: int) -> Iterator[tuple[int, int, bool]]:
    """Give left, top (pixels from the bar code's corner) and whether it is black, cell by cell."""
    for bit in range(ROWS * COLUMNS):
        yield bit % COLUMNS * CELL, bit // COLUMNS * CELL, bool(word >> bit & 1)


def age_ms(stamp: int, now_s: float) -> float:
    """Give how long before `now_s` (seconds since the epoch) a time stamp was drawn."""
    return (now_s * 1000 - stamp) % MODULUS


def stamp(now_s: float) -> int:
    """Give the time stamp of a moment (seconds since the epoch)."""
    return int(now_s * 1000) % MODULUS


def _check(number: int) -> int:
    return number & 0xFF ^ number >> 8 & 0xFF ^ number >> 16 ^ _CHECK_SEED
