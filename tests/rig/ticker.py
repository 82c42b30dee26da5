"""An X program for tests: a page of text that scrolls, under a strip that tells when it was drawn.

Run as `python -m tests.rig.ticker SECONDS FPS`: it scrolls for so long, saying how many seconds it
did, and then stands still. The strip is the top row of a grid of COLUMNS × ROWS; its cells are the
bits, black for one, of the time in milliseconds and of a check, so that half a strip is not taken
for a time.
"""

import random
import sys
import time
from collections.abc import Sequence
from typing import Final

from Xlib import display
from Xlib.xobject.drawable import Pixmap, Window
from Xlib.xobject.fontable import GC

COLUMNS: Final = 32
ROWS: Final = 20
TIME_BITS: Final = 24
FIRST_S: Final = 1.5
"""For this long nothing moves, so that a viewer can be there."""
STEP: Final = 7
"""Pixels a frame."""
_LINE: Final = 15
_SEED: Final = 0xA5


def word_of(milliseconds: int) -> int:
    """Give the bits that stand for a time."""
    time_bits = milliseconds % (1 << TIME_BITS)
    return time_bits | _check(time_bits) << TIME_BITS


def read_time(strip: Sequence[Sequence[int]]) -> int | None:
    """Give the time, modulo 2^24 ms, that these colours (red, green, blue) show; None if none."""
    word = sum((sum(colour) < 3 * 128) << bit for bit, colour in enumerate(strip))
    time_bits = word % (1 << TIME_BITS)
    return time_bits if word == word_of(time_bits) else None


def age_ms(shown: int, now_ms: float) -> float:
    """Give how old what is shown was at a moment, in ms."""
    return (now_ms - shown) % (1 << TIME_BITS)


def _check(time_bits: int) -> int:
    return (time_bits ^ time_bits >> 8 ^ time_bits >> 16 ^ _SEED) & 0xFF


class Ticker:
    """The page, in a window that covers the screen."""

    def __init__(self) -> None:
        self._display = display.Display()
        screen = self._display.screen()
        self._width, self._height = screen.width_in_pixels, screen.height_in_pixels
        self._window: Window = screen.root.create_window(
            0, 0, self._width, self._height, 0, screen.root_depth, override_redirect=1
        )
        self._brush: GC = self._window.create_gc(font=self._display.open_font("fixed"))
        self._page = self._make_page(3 * self._height, screen.root_depth)
        self._window.map()
        self._frame = 0

    def _make_page(self, height: int, depth: int) -> Pixmap:
        page: Pixmap = self._window.create_pixmap(self._width, height, depth)
        self._brush.change(foreground=0xFFFFFF)
        page.fill_rectangle(self._brush, 0, 0, self._width, height)
        dice = random.Random(3)
        self._brush.change(background=0xFFFFFF)
        for y in range(_LINE, height, _LINE):
            self._brush.change(foreground=dice.choice((0, 0, 0, 0x1040A0, 0xA02010)))
            words = ("".join(chr(dice.randrange(97, 123)) for _ in range(6)) for _ in range(14))
            page.image_text(self._brush, 10, y, " ".join(words))
        return page

    def advance(self) -> None:
        """Scroll by a step, and tell the time."""
        top = self._height // ROWS
        offset = self._frame * STEP % (2 * self._height)
        self._frame += 1
        self._window.copy_area(
            self._brush, self._page, 0, offset, self._width, self._height - top, 0, top
        )
        word, width = word_of(int(time.time() * 1000)), self._width // COLUMNS
        for bit in range(COLUMNS):
            self._brush.change(foreground=0 if word >> bit & 1 else 0xFFFFFF)
            self._window.fill_rectangle(self._brush, bit * width, 0, width, top)
        self._display.sync()


def main() -> None:
    """Scroll for a while, then stand still until the process is stopped."""
    seconds, fps = float(sys.argv[1]), float(sys.argv[2])
    ticker = Ticker()
    ticker.advance()
    time.sleep(FIRST_S)
    print("begins", flush=True)
    began = time.monotonic()
    for frame in range(int(seconds * fps)):
        time.sleep(max(0.0, began + frame / fps - time.monotonic()))
        ticker.advance()
        if (frame + 1) % int(fps) == 0:
            print(f"second {(frame + 1) // int(fps)}", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
