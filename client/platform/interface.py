"""What the rest of the client may ask of a desktop. Pixels are physical, in desktop coordinates."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from broker.protocol.channels import MouseButton, ScreenCondition
from broker.protocol.keyboard import KeyBy
from broker.protocol.monitors import Monitor
from client.capture.region import Rect
from client.hot_key import Combination

Pixels = npt.NDArray[np.uint8]
"""A picture: height × width × 4 bytes, blue green red and one to ignore (a pointer's: alpha)."""


@dataclass(frozen=True)
class Area:
    """What is shown: where it lies on the desktop and how large it is, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def cropped_even(self) -> "Area":
        """Less a last odd column and row: 4:2:0 video has even sizes only."""
        return Area(self.left, self.top, self.width & ~1, self.height & ~1)

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Give the desktop pixel at these fractions of the area; 1.0 is its last pixel."""
        across = min(int(x * self.width), self.width - 1)
        down = min(int(y * self.height), self.height - 1)
        return self.left + max(across, 0), self.top + max(down, 0)

    def holds(self, x: int, y: int) -> bool:
        """Whether this desktop pixel is one of the area's."""
        return 0 <= x - self.left < self.width and 0 <= y - self.top < self.height

    def fractions(self, x: int, y: int) -> tuple[float, float]:
        """Give the middle of this desktop pixel as fractions of the area, none beyond its edges."""
        across = (x - self.left + 0.5) / self.width
        down = (y - self.top + 0.5) / self.height
        return min(max(across, 0.0), 1.0), min(max(down, 0.0), 1.0)


@dataclass(frozen=True, eq=False, slots=True)
class CursorShape:
    """What a pointer looks like: straight alpha, and the pixel of it that points."""

    pixels: Pixels
    hot_x: int
    hot_y: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The pointer: the desktop pixel it is on, and its shape; None while it is hidden."""

    x: int
    y: int
    shape: CursorShape | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed on a screen, in pixels of the picture, and until when that is known."""

    rects: Sequence[Rect]
    """Each holds a change; empty when nothing did."""
    at: float
    """`time.monotonic()` seconds: what is read next is the screen as it was then, or newer; what
    changed later is told by a later call. A system that stamps its pictures gives that time."""

    def __bool__(self) -> bool:
        return bool(self.rects)


class Screen(Protocol):
    """The primary monitor, until another is chosen.

    Used from one thread only, which opened it, but for `wake`.
    """

    @property
    def area(self) -> Area:
        """Where the monitor is now, of even size; it may be another one after a `wait`."""

    @property
    def conditions(self) -> tuple[ScreenCondition, ...]:
        """What the viewer should know of the picture; it may be others after a `wait`."""

    @property
    def monitors(self) -> tuple[Monitor, ...]:
        """Every monitor there is; they may be others after a `wait`."""

    @property
    def shown(self) -> str | None:
        """The id of the monitor that is shown, or `all`; it may be another one after a `wait`."""

    def choose(self, monitor: str | None) -> None:
        """Show this monitor from now on, or `all` of them; the primary one for None, and while
        there is none of this id. What it shows is told by `area` at once."""

    @property
    def cursor(self) -> Cursor | None:
        """The pointer, which is no part of the picture; it may be another one after a `wait`.

        None where the system does not tell.
        """

    def wait(self, timeout_s: float) -> Changes:
        """Wait until the picture changes: what changed since the last call.

        Empty when the time is over, the pointer changed or `wake` was called. Follows changes of
        resolution and monitors by itself. Raises ScreenLost.
        """

    def read(self, rect: Rect) -> Pixels:
        """Read these pixels as they are now (or were at the last `wait`), without the pointer.

        Raises ScreenLost.
        """

    def wake(self) -> None:
        """Let `wait` return now; from any thread."""

    def close(self) -> None:
        """Let go of the display."""


class HeldKey(Protocol):
    """A key that is down; only the injector that pressed it knows what is inside."""


@dataclass(frozen=True, slots=True)
class Typed:
    """How far `type_text` came: the rest is for another call, `wait_s` seconds later."""

    count: int
    """Characters that are done with, from the beginning; those that cannot be typed count too."""
    wait_s: float


class Injector(Protocol):
    """Presses keys and moves the pointer. All methods raise InputLost when the desktop is gone."""

    def move(self, x: int, y: int) -> None:
        """Put the pointer on this desktop pixel."""

    def button(self, button: MouseButton, down: bool) -> None:
        """Press or release a button where the pointer is."""

    def wheel(self, dx: float, dy: float) -> None:
        """Turn the wheel by notches; positive is right and down. Fractions add up."""

    def keys_reach(self, windows: Collection[int]) -> bool | None:
        """Whether a key pressed now reaches one of these native windows; None: cannot be told."""

    def press(self, key: str, code: str, by: KeyBy = KeyBy.KEY) -> HeldKey | None:
        """Press a key (`key` and `code` as in W3C UI Events); None when there is no such key here.

        By `key`: the one that gives `key` on this keyboard, else the one at the place `code`.
        By `code`: the one at the place `code`, whatever it gives.
        """

    def type_text(self, text: str) -> Typed:
        """Type the beginning of a text, as much as can be typed without waiting.

        Whatever modifiers and locks are in force, these characters come out.
        """

    def repeat(self, held: HeldKey) -> None:
        """The key is still down and repeats."""

    def release(self, held: HeldKey) -> None:
        """Release what `press` gave."""

    def close(self) -> None:
        """Let go of the display."""


Told = Callable[[Literal["used", "pause", "stop"]], None]
"""Takes what the person at this computer does, in any thread: uses keyboard or mouse, or presses
the hot key, by which the session pauses or stops."""


class Activity(Protocol):
    """Tells of the end user's own input for as long as it is open."""

    def close(self) -> None:
        """Stop telling."""


class Platform(Protocol):
    """One kind of desktop."""

    def open_screen(self) -> Screen:
        """Open the screen, in the thread that will read it. Raises PlatformUnavailable."""

    def open_injector(self) -> Injector:
        """Open keyboard and pointer. Raises PlatformUnavailable."""

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        """Begin to tell of the end user's own input. Raises PlatformUnavailable."""
