"""A page of text that scrolls, with the time of each step drawn on it as a bar code."""

import sys
import time

from benchmarks.screen import barcode
from benchmarks.screen.scenes.window import Rectangle, Window, ended, tell

PAGE_HEIGHT = 3000
STEP = 8
"""Pixels a frame."""
_BLOCK_EVERY = 11


def main() -> None:
    """Scroll at `argv[1]` frames per second in the rectangle `argv[2]`, until the end."""
    fps, window = float(sys.argv[1]), Window(Rectangle.parse(sys.argv[2]))
    page = window.text_pixmap(window.place.width, PAGE_HEIGHT, seed=3, block_every=_BLOCK_EVERY)
    window.show()
    end = ended()
    tell(ready=True)
    began = time.monotonic()
    frames = 0
    while not end.wait(max(0.0, began + frames / fps - time.monotonic())):
        _draw(window, page, frames)
        frames += 1
    tell(fps=frames / (time.monotonic() - began))


def _draw(window: Window, page: object, frame: int) -> None:
    place = window.place
    offset = frame * STEP % (PAGE_HEIGHT - place.height)
    window.x.copy_area(window.black, page, 0, offset, place.width, place.height, 0, 0)
    left, top = place.barcode
    word = barcode.encode(barcode.stamp(time.time()))
    window.draw_barcode(window.x, left - place.x, top - place.y, word)
    window.display.flush()


if __name__ == "__main__":
    main()
