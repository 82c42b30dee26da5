"""What the event loop wants of the engine's thread, and how it wakes it."""

import threading
import time
from collections import deque
from collections.abc import Iterable

from client.capture.contracts import TileSink
from client.capture.region import Rect
from client.platform.interface import Screen


class Demand:
    """What the loop wants of the thread. Setters are called in the loop and wake the thread."""

    def __init__(self, sink: TileSink | None, *, frame_wanted: bool) -> None:
        self.ended = False
        self.sink = sink
        self.frame_wanted = frame_wanted
        self.picture_wanted = True
        self.watching = True
        self.monitor: str | None = None
        """Which one to show, or `all`; None for the primary one."""
        self.exact_share = 0.0
        """Which part of the picture was sent exactly; the thread tells it."""
        self.alive_at = time.monotonic()
        self._screen: Screen | None = None
        self._lock = threading.Lock()
        self._returned: deque[Rect] = deque()
        self._changed = threading.Event()

    def end(self) -> None:
        """Let the thread end."""
        self.ended = True
        self.wake()

    def use_sink(self, sink: TileSink | None) -> None:
        """Tiles go here from now on, or nowhere."""
        self.sink = sink
        self.wake()

    def attach(self, screen: Screen) -> None:
        """This screen is the one to wake; in the thread."""
        with self._lock:
            self._screen = screen

    def detach(self) -> None:
        """The screen is about to close; in the thread."""
        with self._lock:
            self._screen = None

    def beat(self) -> None:
        """The thread came by, which it does every second; where it hangs, the display does."""
        self.alive_at = time.monotonic()

    def ask(self) -> None:
        """Somebody waits for a frame."""
        self.frame_wanted = True
        self.wake()

    def withdraw(self) -> None:
        """Nobody waits for a frame any more."""
        self.frame_wanted = False

    def want_picture(self) -> None:
        """Give a frame as the picture is, changed or not."""
        self.picture_wanted = True
        self.wake()

    def watch(self, watching: bool) -> None:
        """Somebody looks, or nobody does."""
        self.watching = watching
        self.wake()

    def choose(self, monitor: str | None) -> None:
        """This monitor is wanted."""
        self.monitor = monitor
        self.wake()

    @property
    def anybody(self) -> bool:
        """Whether anybody looks."""
        return self.watching and (self.frame_wanted or self.sink is not None)

    def give_back(self, rects: Iterable[Rect]) -> None:
        """A frame never left: what it replaced is still to be told."""
        self._returned.extend(rects)
        self.want_picture()

    def returned(self) -> list[Rect]:
        """Take what was given back."""
        return [self._returned.popleft() for _ in range(len(self._returned))]

    def wake(self) -> None:
        """Let the thread look again; from any thread."""
        self._changed.set()
        with self._lock:
            if self._screen is not None:
                self._screen.wake()

    def sleep(self, seconds: float) -> None:
        """Sleep until something is wanted (for when there is no screen to wait on)."""
        self._changed.wait(seconds)
        self._changed.clear()
