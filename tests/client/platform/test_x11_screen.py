"""Screens of a real X server: what changed is told, and nothing is done when nothing did."""

import asyncio
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from Xlib import X
from Xlib import display as x_display
from Xlib.ext import xtest

from client.capture import picture
from client.capture.engine import ScreenEngine
from client.capture.region import Rect, bounding
from client.errors import DisplayGone, PlatformUnavailable, ScreenLost
from client.platform import x11_cursor
from client.platform.interface import Area, Changes, Cursor, Pixels, Screen
from client.platform.mss_screen import PollingScreen
from client.platform.x11_screen import X11Screen
from tests.client.capture.test_engine import Sink
from tests.client.conftest import XServer

PATIENCE_S = 10


class Brush:
    """Paints on the root window."""

    def __init__(self, display: str) -> None:
        self.display: Any = x_display.Display(display)
        self.root = self.display.screen().root

    def fill(self, rect: Rect, colour: int) -> None:
        brush = self.root.create_gc(foreground=colour)
        self.root.fill_rectangle(brush, rect.left, rect.top, rect.width, rect.height)
        brush.free()
        self.display.sync()

    def point_at(self, x: int, y: int) -> None:
        self.root.warp_pointer(x, y)
        self.display.sync()

    def wear_square(self, side: int, red: int, hot: int) -> None:
        """Give the pointer the shape of a square in the middle of 16 × 16 pixels."""
        shape = self.root.create_pixmap(16, 16, 1)
        pen = shape.create_gc(foreground=0)
        shape.fill_rectangle(pen, 0, 0, 16, 16)
        pen.change(foreground=1)
        if side:
            shape.fill_rectangle(pen, 1, 1, side, side)
        colour = (red, 0, 0)
        cursor = shape.create_cursor(shape, colour, colour, hot, hot)
        self.root.change_attributes(cursor=cursor)
        self.display.sync()

    def push_mouse_to(self, x: int, y: int) -> None:
        xtest.fake_input(self.display, X.MotionNotify, x=x, y=y)
        self.display.sync()


@pytest.fixture
def brush(display: str) -> Iterator[Brush]:
    made = Brush(display)
    made.point_at(1000, 700)
    yield made
    made.display.close()


@pytest.fixture
def screen(brush: Brush) -> Iterator[X11Screen]:
    made = X11Screen()
    quieten(made)
    yield made
    made.close()


def quieten(screen: Screen) -> None:
    """Take what changed before; the windows of other tests may still be closing."""
    while screen.wait(0.1):
        pass


@contextmanager
def soon(action: Callable[[], None]) -> Iterator[None]:
    """Act in another thread while this one waits."""
    timer = threading.Timer(0.05, action)
    timer.start()
    yield
    timer.join(PATIENCE_S)


def changes_until(screen: Screen, enough: Callable[[Sequence[Rect]], bool]) -> list[Rect]:
    """Collect changes until there are enough of them."""
    seen: list[Rect] = []
    deadline = time.monotonic() + PATIENCE_S
    while not enough(seen):
        assert time.monotonic() < deadline, seen
        seen += screen.wait(0.5).rects
    return seen


def test_a_drawing_is_told_to_the_pixel_and_reads_as_drawn(screen: X11Screen, brush: Brush) -> None:
    drawn = Rect(40, 30, 61, 47)
    brush.fill(drawn, 0x12AB56)
    assert changes_until(screen, bool) == [drawn]
    pixels = screen.read(drawn)
    assert pixels.shape == (17, 21, 4)
    assert (pixels[:, :, :3] == (0x56, 0xAB, 0x12)).all()


def test_a_drawing_wakes_at_once(screen: X11Screen, brush: Brush) -> None:
    before = time.monotonic()
    with soon(lambda: brush.fill(Rect(40, 30, 60, 40), 0x345678)):
        assert screen.wait(PATIENCE_S).rects == [Rect(40, 30, 60, 40)]
    assert time.monotonic() - before < 1


def test_what_is_drawn_again_in_the_same_place_is_told_again(
    screen: X11Screen, brush: Brush
) -> None:
    drawn = Rect(40, 30, 60, 40)
    for colour in range(1, 20):
        brush.fill(drawn, colour)
        assert bounding(changes_until(screen, bool)) == drawn
        assert screen.read(drawn)[0, 0, 0] == colour


def test_drawings_between_two_waits_are_all_told(screen: X11Screen, brush: Brush) -> None:
    drawn = [Rect(x, 10 + x, x + 9, 15 + x) for x in range(0, 600, 50)]
    for rect in drawn:
        brush.fill(rect, 0xABCDEF)
    told = changes_until(screen, lambda seen: len(seen) >= len(drawn))
    assert set(drawn) <= set(told)


def test_what_lies_outside_of_the_monitor_is_cut_off(screen: X11Screen, brush: Brush) -> None:
    brush.fill(Rect(1270, 790, 1400, 900), 0x010203)
    assert changes_until(screen, bool) == [Rect(1270, 790, 1280, 800)]


def cursor_until(screen: Screen, enough: Callable[[Cursor], bool]) -> Cursor:
    """Wait for a pointer that is like this."""
    deadline = time.monotonic() + PATIENCE_S
    while (cursor := screen.cursor) is None or not enough(cursor):
        assert time.monotonic() < deadline, cursor
        screen.wait(0.5)
    return cursor


def test_the_pointer_is_told_and_is_no_part_of_the_picture(screen: X11Screen, brush: Brush) -> None:
    brush.fill(Rect(0, 0, 1280, 800), 0)
    brush.point_at(200, 150)
    cursor_until(screen, lambda cursor: (cursor.x, cursor.y) == (200, 150))
    quieten(screen)
    brush.point_at(600, 400)
    cursor_until(screen, lambda cursor: (cursor.x, cursor.y) == (600, 400))
    assert screen.wait(0.0).rects == []
    assert not screen.read(Rect(550, 350, 650, 450))[:, :, :3].any()


def test_the_shape_of_the_pointer_has_straight_alpha_and_its_hot_spot(
    screen: X11Screen, brush: Brush
) -> None:
    before = screen.cursor
    assert before is not None
    brush.wear_square(14, 0xFFFF, 5)
    worn = cursor_until(screen, lambda cursor: cursor.shape is not before.shape).shape
    assert worn is not None
    assert (worn.hot_x, worn.hot_y) == (5, 5)
    assert worn.pixels[5, 5].tolist() == [0, 0, 255, 255]
    assert worn.pixels[0, 0, 3] == 0


def test_a_pointer_of_which_nothing_is_seen_has_no_shape(screen: X11Screen, brush: Brush) -> None:
    brush.wear_square(0, 0, 0)
    cursor_until(screen, lambda cursor: cursor.shape is None)
    brush.wear_square(14, 0xFFFF, 0)
    cursor_until(screen, lambda cursor: cursor.shape is not None)


def test_a_mouse_that_begins_to_move_is_told_without_being_asked_for(
    screen: X11Screen, brush: Brush, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.wait(2 * x11_cursor.RESTS_S)
    monkeypatch.setattr(x11_cursor, "IDLE_S", 3600.0)
    screen.wait(0.0)
    brush.push_mouse_to(400, 300)
    screen.wait(PATIENCE_S)
    assert screen.cursor is not None
    assert (screen.cursor.x, screen.cursor.y) == (400, 300)


def test_time_is_up_when_nothing_changes(screen: X11Screen) -> None:
    assert screen.wait(0.0).rects == []
    before = time.monotonic()
    assert screen.wait(0.2).rects == []
    assert 0.19 < time.monotonic() - before < 1


def test_waking_returns_at_once_and_is_remembered(screen: X11Screen) -> None:
    before = time.monotonic()
    screen.wake()
    assert screen.wait(PATIENCE_S).rects == []
    with soon(screen.wake):
        assert screen.wait(PATIENCE_S).rects == []
    assert time.monotonic() - before < 1
    assert screen.wait(0.05).rects == []


@pytest.mark.parametrize("kind", [X11Screen, PollingScreen])
def test_a_change_of_resolution_is_followed(brush: Brush, kind: Callable[[], Screen]) -> None:
    screen = kind()
    quieten(screen)
    assert screen.area == Area(0, 0, 1280, 800)
    try:
        mode("1024x768")
        changes_until(screen, lambda _: screen.area.width == 1024)
        assert screen.area == Area(0, 0, 1024, 768)
        assert screen.read(Rect(0, 0, 1024, 768)).shape == (768, 1024, 4)
        brush.fill(Rect(40, 30, 60, 40), 0x111213)
        changes_until(screen, lambda seen: bool(seen) and screen.read(Rect(50, 35, 51, 36)).any())
    finally:
        mode("1280x800")
        screen.close()


def mode(size: str) -> None:
    """Set the resolution; Xvfb knows smaller ones once they are described to it."""
    width, height = size.split("x")
    known = subprocess.run(["xrandr"], check=True, capture_output=True, text=True).stdout
    if size not in known:
        timing = ["0", width, "0", "0", width, height, "0", "0", height]
        subprocess.run(["xrandr", "--newmode", size, *timing], check=True)
        subprocess.run(["xrandr", "--addmode", "screen", size], check=True)
    subprocess.run(["xrandr", "--output", "screen", "--mode", size], check=True)


@pytest.mark.parametrize("kind", [X11Screen, PollingScreen])
def test_a_killed_x_server_is_a_lost_screen(
    display: str, monkeypatch: pytest.MonkeyPatch, kind: Callable[[], Screen]
) -> None:
    server = XServer("640x480x24")
    monkeypatch.setenv("DISPLAY", server.display)
    screen = kind()
    try:
        assert screen.area == Area(0, 0, 640, 480)
        server.process.kill()
        server.process.wait(PATIENCE_S)
        with pytest.raises(ScreenLost):
            changes_until(screen, lambda _: False)
        with pytest.raises(DisplayGone):
            kind()
    finally:
        screen.close()


def test_a_display_without_xfixes_is_refused_and_nothing_is_left_open(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = XServer("640x480x24 -extension XFIXES")
    try:
        monkeypatch.setenv("DISPLAY", server.display)
        with pytest.raises(PlatformUnavailable, match="XFIXES"):
            X11Screen()
        before = open_files()
        for _ in range(3):
            with pytest.raises(PlatformUnavailable):
                X11Screen()
        assert open_files() == before
    finally:
        server.stop()


def test_closing_leaves_nothing_open(brush: Brush) -> None:
    X11Screen().close()
    before = open_files()
    X11Screen().close()
    assert open_files() == before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


class Counting(X11Screen):
    """Counts reads, and tells when it has slept with nothing to do."""

    def __init__(self, slept: Callable[[], None]) -> None:
        super().__init__()
        self.reads = 0
        self._slept = slept

    def wait(self, timeout_s: float) -> Changes:
        changes = super().wait(timeout_s)
        if not changes:
            self._slept()
        return changes

    def read(self, rect: Rect) -> Pixels:
        self.reads += 1
        return super().read(rect)


async def test_an_idle_screen_is_not_read(brush: Brush, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "IDLE_S", 0.1)
    loop = asyncio.get_running_loop()
    slept = asyncio.Event()
    opened: list[Counting] = []

    def open_screen() -> Screen:
        opened.append(Counting(lambda: loop.call_soon_threadsafe(slept.set)))
        return opened[-1]

    engine, sink = ScreenEngine(open_screen, lambda _: None), Sink()
    engine.send_tiles_to(sink)
    engine.start()
    async with asyncio.timeout(PATIENCE_S):
        await engine.next_frame()
        waiting = asyncio.create_task(engine.next_frame())
        while not sink.covers(1280, 800):
            await sink.next_tile()
        for attempt in range(2):  # the first time, the desktop may still be settling
            reads, tiles = opened[0].reads, len(sink.tiles)
            for _ in range(5):
                slept.clear()
                await slept.wait()
            assert attempt == 0 or (opened[0].reads, len(sink.tiles)) == (reads, tiles)
        assert not waiting.done()
        brush.fill(Rect(40, 30, 60, 40), 0x777777)
        await sink.next_tile()
        assert sink.tiles[-1][0] == Rect(40, 30, 60, 40)
    waiting.cancel()
    await engine.stop()
