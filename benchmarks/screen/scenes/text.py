"""A screen of dense text that appears at once, and its pixels in a file before it does."""

import sys
import time
from pathlib import Path
from typing import Any

from Xlib import X

from benchmarks.screen import barcode
from benchmarks.screen.scenes.window import Rectangle, Window, tell, words

_STRIP = 60
"""Rows asked of the X server at a time."""


def main() -> None:
    """Draw the page `argv[1]` in the rectangle `argv[2]`; show it at the word `go`.

    `argv[3]` takes its pixels, BGRX. They come from a pixmap: nothing is on the screen before.
    """
    seed, window = int(sys.argv[1]), Window(Rectangle.parse(sys.argv[2]))
    place = window.place
    page = window.text_pixmap(place.width, place.height, seed)
    left, top = place.barcode
    window.draw_barcode(page, left - place.x, top - place.y, barcode.encode(seed))
    window.x.change_attributes(background_pixmap=page)
    Path(sys.argv[3]).write_bytes(_pixels(page, place))
    window.park_pointer()
    tell(ready=True)
    for word in words():
        if word == "go":
            window.show()
            tell(shown_at=time.time())


def _pixels(page: Any, place: Rectangle) -> bytes:
    strips = [
        page.get_image(0, y, place.width, min(_STRIP, place.height - y), X.ZPixmap, 0xFFFFFFFF).data
        for y in range(0, place.height, _STRIP)
    ]
    return b"".join(strips)


if __name__ == "__main__":
    main()
