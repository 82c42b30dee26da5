"""What a desktop does, in random order: text that scrolls, windows, noise like a film, rest."""

import random
import sys
import time
from collections.abc import Callable
from threading import Event

from Xlib import X

from benchmarks.screen.scenes.window import Rectangle, Window, ended, tell

PAGE_HEIGHT = 3000
FRAME_S = 1 / 30
NOISES, NOISE_WIDTH, NOISE_HEIGHT = 8, 480, 270
_STRIP = 64
"""Rows put into a pixmap by one request, which the X protocol bounds."""


class Mixture:
    """A window over the whole screen and what may happen in it, for some seconds each."""

    def __init__(self, place: Rectangle, seed: int, end: Event) -> None:
        self._dice = random.Random(seed)
        self._end = end
        self._turns: list[Callable[[float], None]] = []
        self._window = Window(place)
        self._page = self._window.text_pixmap(place.width, PAGE_HEIGHT, seed, block_every=11)
        self._noises = [self._noise() for _ in range(NOISES)]
        self._window.show()

    def happen(self) -> str:
        """Do one thing and give its name; each comes once before any comes again."""
        if not self._turns:
            self._turns = [self._scroll, self._pop_up, self._film, self._type, self._rest]
            self._dice.shuffle(self._turns)
        act = self._turns.pop()
        act(self._dice.uniform(0.3, 2.0))
        return act.__name__.strip("_")

    def _frames(self, seconds: float) -> int:
        return max(1, int(seconds / FRAME_S))

    def _pause(self, seconds: float) -> bool:
        """Sleep; True when the scene is over."""
        self._window.display.sync()
        return self._end.wait(seconds)

    def _scroll(self, seconds: float) -> None:
        place = self._window.place
        begin = self._dice.randrange(PAGE_HEIGHT - place.height - 8 * self._frames(3.0))
        for frame in range(self._frames(seconds)):
            self._window.x.copy_area(
                self._window.black,
                self._page,
                0,
                begin + 8 * frame,
                place.width,
                place.height,
                0,
                0,
            )
            if self._pause(FRAME_S):
                return

    def _pop_up(self, seconds: float) -> None:
        place, dice = self._window.place, self._dice
        width, height = dice.randrange(100, 700), dice.randrange(60, 500)
        window = self._window.x.create_window(
            dice.randrange(place.width - 700), dice.randrange(place.height - 500), width, height, 1,
            X.CopyFromParent, background_pixel=dice.randrange(1 << 24),
        )  # fmt: skip
        window.map()
        for _ in range(self._frames(seconds / 3)):
            window.configure(x=dice.randrange(place.width), y=dice.randrange(place.height))
            if self._pause(3 * FRAME_S):
                break
        window.destroy()
        self._pause(0)

    def _film(self, seconds: float) -> None:
        left, top = self._corner(NOISE_WIDTH, NOISE_HEIGHT)
        for frame in range(self._frames(seconds)):
            noise = self._noises[frame % NOISES]
            self._window.x.copy_area(
                self._window.black, noise, 0, 0, NOISE_WIDTH, NOISE_HEIGHT, left, top
            )
            if self._pause(FRAME_S):
                return

    def _type(self, seconds: float) -> None:
        left, top = self._corner(600, 20)
        for key in range(self._frames(seconds / 3)):
            pen = self._dice.choice([self._window.black, self._window.white])
            self._window.x.fill_rectangle(pen, left + 8 * key % 600, top, 7, 12)
            if self._pause(3 * FRAME_S):
                return

    def _rest(self, seconds: float) -> None:
        self._pause(seconds)

    def _corner(self, width: int, height: int) -> tuple[int, int]:
        place = self._window.place
        return self._dice.randrange(place.width - width), self._dice.randrange(
            place.height - height
        )

    def _noise(self) -> object:
        pixmap = self._window.x.create_pixmap(NOISE_WIDTH, NOISE_HEIGHT, self._window.depth)
        for top in range(0, NOISE_HEIGHT, _STRIP):
            rows = min(_STRIP, NOISE_HEIGHT - top)
            data = self._dice.randbytes(NOISE_WIDTH * rows * 4)
            pixmap.put_image(
                self._window.black,
                0,
                top,
                NOISE_WIDTH,
                rows,
                X.ZPixmap,
                self._window.depth,
                0,
                data,
            )
        return pixmap


def main() -> None:
    """Let things happen in the rectangle `argv[1]`, with the seed `argv[2]`, until the end."""
    end = ended()
    mixture = Mixture(Rectangle.parse(sys.argv[1]), int(sys.argv[2]), end)
    tell(ready=True)
    happened: dict[str, int] = {}
    began = time.monotonic()
    while not end.is_set():
        name = mixture.happen()
        happened[name] = happened.get(name, 0) + 1
    tell(seconds=time.monotonic() - began, **happened)


if __name__ == "__main__":
    main()
