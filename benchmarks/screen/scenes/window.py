"""What the scenes share: a window above everything, pages of text, bar codes, words in and out."""

import json
import random
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from Xlib import X, display

from benchmarks.screen import barcode

LINE_HEIGHT = 13
_CHARACTER_WIDTH = 6
_RUN_LENGTH = 40
_ALPHABET = "abcdefghijklmnopqrstuvwxyz     0123456789(){}[]=+-*/.,:;_"
_INKS = (0x000000, 0x000000, 0x000000, 0x1A4F8B, 0x8B1A1A, 0x1A6B2F, 0x5A5A5A)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Pixels of the desktop."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> "Rectangle":
        """Read `WIDTHxHEIGHT+X+Y`."""
        size, x, y = text.split("+")
        width, height = size.split("x")
        return cls(int(x), int(y), int(width), int(height))

    def __str__(self) -> str:
        return f"{self.width}x{self.height}+{self.x}+{self.y}"

    @property
    def barcode(self) -> tuple[int, int]:
        """Where the bar code lies in this rectangle: left and top on the desktop."""
        return self.x + 16, self.y + self.height - barcode.HEIGHT - 16


class Window:
    """A window without a frame, above the others."""

    def __init__(self, place: Rectangle, background: int | None = None) -> None:
        self.display = display.Display()
        screen = self.display.screen()
        self.place = place
        self.depth = screen.root_depth
        self.x = screen.root.create_window(
            place.x,
            place.y,
            place.width,
            place.height,
            0,
            self.depth,
            X.InputOutput,
            X.CopyFromParent,
            background_pixel=screen.white_pixel if background is None else background,
            override_redirect=True,
            event_mask=X.KeyPressMask | X.ExposureMask,
        )
        self.white = self.x.create_gc(foreground=0xFFFFFF, graphics_exposures=False)
        self.black = self.x.create_gc(foreground=0x000000, graphics_exposures=False)

    def show(self) -> None:
        """Map it and wait until the X server has done so."""
        self.x.map()
        self.x.raise_window()
        self.display.sync()

    def park_pointer(self) -> None:
        """Put the pointer where it is not seen: at the bottom right corner of the screen."""
        screen = self.display.screen()
        screen.root.warp_pointer(screen.width_in_pixels - 1, screen.height_in_pixels - 1)
        self.display.sync()

    def draw_barcode(self, drawable: Any, left: int, top: int, word: int) -> None:
        """Draw a word; it is on its way to the X server after the next flush."""
        black, white = [], []
        for x, y, is_black in barcode.cells(word):
            (black if is_black else white).append((left + x, top + y, barcode.CELL, barcode.CELL))
        drawable.poly_fill_rectangle(self.black, black)
        drawable.poly_fill_rectangle(self.white, white)

    def text_pixmap(self, width: int, height: int, seed: int, block_every: int = 0) -> Any:
        """Draw a page of small text in some colours, with a coloured block every so many lines."""
        pixmap = self.x.create_pixmap(width, height, self.depth)
        pixmap.fill_rectangle(self.white, 0, 0, width, height)
        pen = self.x.create_gc(background=0xFFFFFF, font=self.display.open_font("fixed"))
        dice = random.Random(seed)
        for line, y in enumerate(range(LINE_HEIGHT, height, LINE_HEIGHT)):
            for x, text in _runs(dice, width):
                pen.change(foreground=dice.choice(_INKS))
                pixmap.image_text(pen, x, y, text)
            if block_every and line % block_every == 0:
                pen.change(foreground=dice.randrange(1 << 24))
                pixmap.fill_rectangle(pen, dice.randrange(width // 2), y, width // 5, 120)
        self.display.sync()
        return pixmap


def tell(**facts: object) -> None:
    """Print a line for the benchmark."""
    print(json.dumps(facts), flush=True)


def words() -> Iterator[str]:
    """Give the words of the benchmark, up to `end`."""
    for line in sys.stdin:
        if line.strip() == "end":
            return
        yield line.strip()


def ended() -> threading.Event:
    """Give an event that is set at the word `end`."""
    event = threading.Event()

    def listen() -> None:
        for _ in words():
            continue
        event.set()

    threading.Thread(target=listen, daemon=True).start()
    return event


def _runs(dice: random.Random, width: int) -> Iterator[tuple[int, bytes]]:
    for x in range(4, width, _RUN_LENGTH * _CHARACTER_WIDTH):
        yield x, "".join(dice.choices(_ALPHABET, k=_RUN_LENGTH)).encode()
