"""Reads the screen in a thread of its own and hands out pictures on demand, newest only.

A picture is grabbed when somebody waits for one, so it is as fresh as it can be and nothing
queues. Unchanged pictures are not handed out, but for one now and then that repairs losses. The
next engine, driven by damage, takes this class's place behind `FrameSource`.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from client.errors import PlatformUnavailable
from client.platform.interface import Area, Pixels, Screen

MAX_FPS: Final = 30.0
SETTLE_S: Final = 0.25
"""After a change, the same picture once more: the encoder spends its bits on sharpness."""
REFRESH_S: Final = 1.0
"""An unchanged picture goes out this often, for late joiners and lost frames."""
RETRY_S: Final = 1.0
"""How long to wait after the screen was lost."""


@dataclass(frozen=True)
class Frame:
    """One picture of the shared monitor, with even width and height."""

    area: Area
    pixels: Pixels
    captured_at: float
    """`time.monotonic()` seconds."""


class FrameSource(Protocol):
    """Where the video track gets its pictures."""

    async def next_frame(self) -> Frame:
        """Wait for a picture that is worth sending."""


@dataclass(frozen=True)
class ScreenReport:
    """The shared area, or what is wrong with the screen."""

    area: Area | None
    problem: str | None = None


class ScreenCapture:
    """Owns the capture thread. All methods are called in the event loop's thread."""

    def __init__(
        self, open_screen: Callable[[], Screen], report: Callable[[ScreenReport], None]
    ) -> None:
        self._open_screen = open_screen
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[Frame] | None = None
        self._demand = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._reported: ScreenReport | None = None

    def start(self) -> None:
        """Begin to read the screen; nothing happens when it is being read already."""
        if self._thread is None:
            self._stopping = threading.Event()
            pace = _Pace(self._demand, self._stopping)
            self._thread = threading.Thread(
                target=self._run, args=(pace,), name="screen-capture", daemon=True
            )
            self._thread.start()

    async def stop(self) -> None:
        """Stop reading the screen and wait until the thread has let go of it."""
        thread, self._thread = self._thread, None
        self._stopping.set()
        self._demand.set()
        if thread is not None:
            await asyncio.to_thread(thread.join)

    async def next_frame(self) -> Frame:
        """Wait for the next picture worth sending. One caller at a time; a new one replaces it."""
        self._waiting = self._loop.create_future()
        self._demand.set()
        try:
            return await self._waiting
        finally:
            self._waiting = None

    # ---- in the loop

    def _deliver(self, frame: Frame) -> None:
        self._tell(ScreenReport(frame.area))
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(frame)
        else:
            self._demand.set()

    def _tell(self, report: ScreenReport) -> None:
        if report != self._reported:
            self._reported = report
            self._report(report)

    # ---- in the thread

    def _run(self, pace: "_Pace") -> None:
        while not pace.stopping.is_set():
            try:
                self._watch(pace)
            except PlatformUnavailable as error:
                self._post(self._tell, ScreenReport(None, str(error)))
                pace.stopping.wait(RETRY_S)

    def _watch(self, pace: "_Pace") -> None:
        screen = self._open_screen()
        changes = ChangeDetector()
        try:
            while pace.wait():
                shot = screen.grab()
                now = time.monotonic()
                if changes.worth_sending(shot.pixels, now):
                    pace.demand.clear()
                    self._post(self._deliver, Frame(shot.area, shot.pixels, now))
        finally:
            screen.close()

    def _post(self, call: Callable[..., None], argument: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, argument)


class _Pace:
    """Lets the thread through when a picture is wanted, at most MAX_FPS times a second."""

    def __init__(self, demand: threading.Event, stopping: threading.Event) -> None:
        self.demand = demand
        self.stopping = stopping
        self._next = 0.0

    def wait(self) -> bool:
        """Wait for demand and the next slot; False when it is time to stop."""
        self.demand.wait()
        delay = self._next - time.monotonic()
        if delay > 0:
            self.stopping.wait(delay)
        self._next = time.monotonic() + 1 / MAX_FPS
        return not self.stopping.is_set()


class ChangeDetector:
    """Tells whether a picture is worth sending after those before it."""

    def __init__(self) -> None:
        self._last: Pixels | None = None
        self._resend_at = 0.0

    def worth_sending(self, pixels: Pixels, now: float) -> bool:
        """True for a changed picture, and for an unchanged one when its refresh is due."""
        if self._last is None or not same_picture(self._last, pixels):
            self._last = pixels
            self._resend_at = now + SETTLE_S
            return True
        if now < self._resend_at:
            return False
        self._resend_at = now + REFRESH_S
        return True


def same_picture(one: Pixels, other: Pixels) -> bool:
    """Compare two pictures eight bytes at a time (about 1 ms for 1080p)."""
    if one.shape != other.shape:
        return False
    if one.flags.c_contiguous and other.flags.c_contiguous and one.nbytes % 8 == 0:
        return bool(np.array_equal(_as_words(one), _as_words(other)))
    return bool(np.array_equal(one, other))


def _as_words(pixels: Pixels) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return pixels.reshape(-1).view(np.uint64)
