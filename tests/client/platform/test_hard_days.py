"""Real X servers on their hard days: monitors come and go, screens sleep, changes are hidden, and
the server itself hangs or dies."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from broker.protocol.channels import ScreenCondition, ScreenProblem
from client.capture import engine
from client.capture.contracts import ScreenReport
from client.capture.engine import ScreenEngine
from client.capture.region import Rect
from client.platform import x11_presence, x11_unnoticed
from client.platform.interface import Area, Screen
from client.platform.mss_screen import PollingScreen
from client.platform.x11_screen import X11Screen
from tests.client.capture.test_engine import Sink
from tests.client.conftest import XServer
from tests.client.platform.test_x11_screen import Brush, changes_until, mode, quieten

WIDTH, HEIGHT = 800, 600
KINDS = pytest.mark.parametrize("kind", [X11Screen, PollingScreen])


@pytest.fixture
def server(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[XServer]:
    """An X server that a test may do anything to."""
    made = XServer(f"{WIDTH}x{HEIGHT}x24")
    monkeypatch.setenv("DISPLAY", made.display)
    yield made
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGCONT)
        made.stop()


@pytest.fixture
def paint(server: XServer) -> Iterator[Brush]:
    made = Brush(server.display)
    made.point_at(WIDTH - 1, HEIGHT - 1)
    yield made
    made.display.close()


def xrandr(*arguments: str) -> None:
    subprocess.run(["xrandr", *arguments], check=True, capture_output=True)


# ---- monitors


@KINDS
def test_a_screen_that_is_turned_on_its_side_is_followed(
    paint: Brush, kind: Callable[[], Screen]
) -> None:
    """Xvfb cannot rotate: as far as a client sees, a rotation is the other size."""
    screen = kind()
    try:
        mode("400x600")
        changes_until(screen, lambda _: screen.area == Area(0, 0, 400, 600))
        paint.fill(Rect(380, 520, 400, 570), 0x00FF00)
        changes_until(screen, lambda seen: Rect(380, 520, 400, 570) in seen)
        assert screen.read(Rect(390, 560, 391, 561))[0, 0, 1] == 0xFF
    finally:
        screen.close()


@KINDS
def test_the_primary_monitor_is_shared_and_the_next_one_when_it_is_unplugged(
    paint: Brush, kind: Callable[[], Screen]
) -> None:
    xrandr("--setmonitor", "LEFT", "300/80x600/160+0+0", "screen")
    xrandr("--setmonitor", "*RIGHT", "500/130x600/160+300+0", "none")
    screen = kind()
    try:
        assert screen.area == Area(300, 0, 500, 600)
        quieten(screen)
        paint.fill(Rect(310, 20, 320, 30), 0x0000FF)
        paint.fill(Rect(10, 20, 20, 30), 0x0000FF)
        assert changes_until(screen, bool) == [Rect(10, 20, 20, 30)]
        xrandr("--delmonitor", "RIGHT")
        changes_until(screen, lambda _: screen.area == Area(0, 0, 300, 600))
        paint.fill(Rect(10, 20, 20, 30), 0x00FFFF)
        changes_until(screen, lambda seen: Rect(10, 20, 20, 30) in seen)
    finally:
        screen.close()


@KINDS
def test_another_monitor_or_all_of_them_can_be_chosen_while_it_is_there(
    paint: Brush, kind: Callable[[], Screen]
) -> None:
    xrandr("--setmonitor", "*LEFT", "300/80x600/160+0+0", "screen")
    xrandr("--setmonitor", "RIGHT", "400/130x500/160+300+20", "none")
    screen = kind()
    try:
        first, right = screen.monitors
        assert (first.primary, right.primary, screen.shown) == (True, False, first.id)
        screen.choose(right.id)
        assert (screen.shown, screen.area) == (right.id, Area(300, 20, 400, 500))
        quieten(screen)
        paint.fill(Rect(310, 30, 320, 40), 0x0000FF)
        changes_until(screen, lambda seen: Rect(10, 10, 20, 20) in seen)
        screen.choose("all")
        assert (screen.shown, screen.area) == ("all", Area(0, 0, WIDTH, HEIGHT))
        screen.choose(right.id)
        xrandr("--delmonitor", "RIGHT")
        changes_until(screen, lambda _: screen.shown == first.id)
        assert screen.area == Area(0, 0, 300, 600)
        assert len(screen.monitors) == 1
        xrandr("--setmonitor", "RIGHT", "400/130x500/160+300+20", "none")
        changes_until(screen, lambda _: screen.shown == right.id)
    finally:
        screen.close()


def test_x_monitors_are_known_by_their_names(paint: Brush) -> None:
    xrandr("--setmonitor", "*LEFT", "300/80x600/160+0+0", "screen")
    xrandr("--setmonitor", "RIGHT", "400/130x500/160+300+20", "none")
    screen = X11Screen()
    try:
        assert [(one.id, one.name) for one in screen.monitors] == [("LEFT",) * 2, ("RIGHT",) * 2]
    finally:
        screen.close()


def test_a_monitor_of_odd_size_is_shared_but_for_its_last_column_and_row(paint: Brush) -> None:
    xrandr("--setmonitor", "*ODD", "301/80x401/160+11+13", "screen")
    screen = X11Screen()
    try:
        assert screen.area == Area(11, 13, 300, 400)
        assert screen.read(Rect(0, 0, 300, 400)).shape == (400, 300, 4)
    finally:
        screen.close()


# ---- asleep


def test_a_screen_saver_is_told_and_its_end_too(
    paint: Brush, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x11_presence, "LOOK_S", 0.05)
    screen = X11Screen()
    try:
        assert screen.wait(0.0).rects is not None
        assert screen.conditions == ()
        subprocess.run(["xset", "s", "activate"], check=True)
        changes_until(screen, lambda _: screen.conditions == (ScreenCondition.ASLEEP,))
        subprocess.run(["xset", "s", "reset"], check=True)
        changes_until(screen, lambda _: screen.conditions == ())
    finally:
        screen.close()


# ---- changes that are not told


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for hidden changes more often."""
    monkeypatch.setattr(x11_unnoticed, "CHECK_S", 0.1)
    monkeypatch.setattr(x11_unnoticed, "CONFIRM_S", 0.6)
    monkeypatch.setattr(x11_presence, "LOOK_S", 0.05)


def test_changes_that_are_hidden_are_found_once_somebody_does_something(
    paint: Brush, hasty: None
) -> None:
    screen = X11Screen()
    try:
        quieten(screen)
        screen._display.damage_destroy(screen._damage)  # as with drivers that tell of none
        time_is_up = time.monotonic() + 10
        colour = 0
        while ScreenCondition.COMPARED not in screen.conditions:
            assert time.monotonic() < time_is_up
            colour += 1
            paint.push_mouse_to(WIDTH - 1 - colour % 2, HEIGHT - 1)
            paint.fill(Rect(0, 0, WIDTH, HEIGHT), colour)
            screen.wait(0.05)
        quieten(screen)
        paint.fill(Rect(40, 30, 60, 40), 0xABCDEF)
        assert changes_until(screen, bool) == [Rect(40, 30, 60, 40)]
    finally:
        screen.close()


def test_honest_notices_stay_trusted_however_much_goes_on(paint: Brush, hasty: None) -> None:
    screen = X11Screen()
    try:
        for step in range(400):
            place = step * 37 % 500
            paint.fill(Rect(place, place, place + 90, place + 60), step)
            paint.push_mouse_to(place, HEIGHT - place)
            if step % 3 == 0:
                paint.point_at(place, place)
            screen.wait(0.005)
        assert screen.conditions == ()
    finally:
        screen.close()


def test_a_display_that_nobody_uses_is_not_looked_at(
    paint: Brush, hasty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = X11Screen()
    try:
        looked: list[int] = []
        read = screen._unnoticed._read
        monkeypatch.setattr(screen._unnoticed, "_read", lambda row: looked.append(row) or read(row))
        quieten(screen)
        screen.wait(0.8)
        looked.clear()
        screen.wait(0.5)
        assert looked == []
    finally:
        screen.close()


def test_a_display_that_tells_no_changes_at_all_is_compared(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = XServer("640x480x24 -extension DAMAGE")
    monkeypatch.setenv("DISPLAY", server.display)
    try:
        screen = X11Screen()
        assert screen.conditions == (ScreenCondition.COMPARED,)
        quieten(screen)
        brush = Brush(server.display)
        brush.fill(Rect(40, 30, 60, 40), 0xABCDEF)
        assert changes_until(screen, bool) == [Rect(40, 30, 60, 40)]
        brush.display.close()
        screen.close()
    finally:
        server.stop()


# ---- the server hangs or dies


@asynccontextmanager
async def watching() -> AsyncIterator[tuple[Sink, asyncio.Queue[ScreenReport]]]:
    """An engine that shows the display to somebody."""
    reports: asyncio.Queue[ScreenReport] = asyncio.Queue()
    made, sink = ScreenEngine(X11Screen, reports.put_nowait), Sink()
    made.send_tiles_to(sink)
    made.start()
    asking = asyncio.create_task(_take_frames(made))
    try:
        async with asyncio.timeout(30):
            assert (await reports.get()).area == Area(0, 0, WIDTH, HEIGHT)
            yield sink, reports
    finally:
        asking.cancel()
        await made.stop()


async def _take_frames(made: ScreenEngine) -> None:
    while True:
        await made.next_frame()


async def test_a_killed_server_is_told_within_two_seconds_and_the_next_one_is_shown(
    server: XServer,
) -> None:
    async with watching() as (sink, reports):
        server.process.kill()
        killed_at = time.monotonic()
        assert await reports.get() == ScreenReport(None, ScreenProblem.DISPLAY_GONE)
        assert time.monotonic() - killed_at < 2
        await asyncio.to_thread(server.process.wait, 10)
        number = server.display
        again = subprocess.Popen(
            ["Xvfb", number, *["-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]],
            stderr=subprocess.DEVNULL,
        )
        try:
            back = await reports.get()
            assert (back.area, back.problem) == (Area(0, 0, 640, 480), None)
            while not sink.covers(640, 480):
                await sink.next_tile()
        finally:
            again.terminate()
            await asyncio.to_thread(again.wait, 10)


async def test_a_server_that_hangs_is_told_and_shown_again_when_it_does_not(
    server: XServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "CHECK_S", 0.1)
    monkeypatch.setattr(engine, "STALLED_S", 1.5)
    async with watching() as (_, reports):
        os.kill(server.process.pid, signal.SIGSTOP)
        assert await reports.get() == ScreenReport(None, ScreenProblem.DISPLAY_GONE)
        os.kill(server.process.pid, signal.SIGCONT)
        back = await reports.get()
        assert (back.area, back.problem) == (Area(0, 0, WIDTH, HEIGHT), None)


async def test_a_change_of_resolution_is_told_without_an_alarm(paint: Brush) -> None:
    async with watching() as (sink, reports):
        mode("640x480")
        smaller = await reports.get()
        assert (smaller.area, smaller.problem) == (Area(0, 0, 640, 480), None)
        while not sink.covers(640, 480):
            await sink.next_tile()
        assert sink.resets[-1] == (640, 480)
