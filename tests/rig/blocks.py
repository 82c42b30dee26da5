"""An X program for tests: a wall of coloured blocks, each of which tells the step it shows.

Run as `python -m tests.rig.blocks SECONDS SEED`: it changes one block, a few or all of them at
random times, and then stands still. A block's colour is its step modulo 64, in four levels of red,
green and blue, so it can be read off even a soft picture.
"""

import random
import sys
import time
from collections.abc import Sequence
from typing import Final

from Xlib import X, display
from Xlib.xobject.drawable import Window
from Xlib.xobject.fontable import GC

COLUMNS: Final = 8
ROWS: Final = 5
CYCLE: Final = 64
FIRST_STEP_S: Final = 2.0
"""For this long all blocks show step 1, so that a viewer can be seen to be there."""
_LEVELS: Final = (20, 90, 160, 235)
_BACKGROUND: Final = 0x101010


def colour(step: int) -> tuple[int, int, int]:
    """Give the colour of a step."""
    red, green, blue = _LEVELS[step & 3], _LEVELS[step >> 2 & 3], _LEVELS[step >> 4 & 3]
    return red, green, blue


def read_step(shown: Sequence[int]) -> int:
    """Give the step modulo CYCLE that a block of this colour (red, green, blue) shows."""
    digits = [min(range(4), key=lambda i: abs(_LEVELS[i] - value)) for value in shown]
    return digits[0] | digits[1] << 2 | digits[2] << 4


class Wall:
    """The blocks, in a window that covers the screen."""

    def __init__(self) -> None:
        self._display = display.Display()
        screen = self._display.screen()
        self._width, self._height = screen.width_in_pixels, screen.height_in_pixels
        self._window: Window = screen.root.create_window(
            0, 0, self._width, self._height, 0, screen.root_depth,
            background_pixel=_BACKGROUND, override_redirect=1, event_mask=X.ExposureMask,
        )  # fmt: skip
        self._window.map()
        self._brush: GC = self._window.create_gc()
        self.step = 0

    def advance(self, blocks: list[int]) -> None:
        """Let these blocks show the next step."""
        self.step += 1
        red, green, blue = colour(self.step % CYCLE)
        self._brush.change(foreground=red << 16 | green << 8 | blue)
        width, height = self._width // COLUMNS, self._height // ROWS
        for block in blocks:
            row, column = divmod(block, COLUMNS)
            self._window.fill_rectangle(self._brush, column * width, row * height, width, height)
        self._display.sync()


def main() -> None:
    """Change blocks for a while, then stand still until the process is stopped."""
    seconds, chance = float(sys.argv[1]), random.Random(sys.argv[2])
    wall, everything = Wall(), list(range(COLUMNS * ROWS))
    wall.advance(everything)
    time.sleep(FIRST_STEP_S)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        count = chance.choice([1, 1, 1, 2, 5, len(everything)])
        wall.advance(chance.sample(everything, count))
        time.sleep(chance.choice([0.0, 0.01, 0.03, 0.1, 0.3]))
    wall.advance(everything[::2])
    print("still", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
