"""Screens on their hard days and of unusual sizes, as the technician sees them."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from benchmarks.screen.load import memory_mb
from client.rtc.hub import REST_S
from tests.e2e.conftest import TESS
from tests.e2e.test_picture import since_the_wall_is_shown, wait_until_exact
from tests.rig.blocks import COLUMNS, ROWS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.processes import output_of, running
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.clock, pytest.mark.slow]

GONE = "the end user’s desktop is gone"
ASLEEP = "The end user’s screen is asleep"
WALL_S = 1.0
SIZES = [(3840, 2160), pytest.param(5120, 1440, marks=pytest.mark.slow)]
BASE_MB, BYTES_PER_PIXEL = 130, 30
"""What a support client may take: its programs, and for each pixel the frame store (4 + 1.5), the
shared memory it is read through (4), a reading (4) and x264's own frames and tables."""


@asynccontextmanager
async def watched(
    display: XDisplay, broker: Broker, browser: Browser
) -> AsyncIterator[tuple[Console, int]]:
    """A console that shows the display, and the support client's process."""
    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("HARD-1")
        async with (
            running_client(broker, display, session["code"], "--grant", "view,control") as client,
            page_in(browser) as (page, _),
        ):
            console = Console(page, broker)
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            await console.size()
            yield console, client.pid
            await tess.end(session["session_id"])


async def test_the_hard_days_of_a_screen_are_told_and_got_over(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with watched(display, broker, browser) as (console, _):
        await falls_asleep_and_is_woken(console, display)
        await takes_another_resolution(console, display)
        os.kill(display.server_pid, signal.SIGKILL)
        await expect(console.screen).to_contain_text(GONE, timeout=2000)


async def falls_asleep_and_is_woken(console: Console, display: XDisplay) -> None:
    """The picture is still shown, and the technician's pointer wakes the screen."""
    await output_of(["xset", "s", "activate"], display.env)
    note = console.page.get_by_text(ASLEEP)
    await expect(note).to_be_visible()
    assert (await console.frame()).shape == (800, 1280, 3)
    await console.click_at(0.7, 0.7)
    await expect(note).to_be_hidden()


async def takes_another_resolution(console: Console, display: XDisplay) -> None:
    """The picture has the new size, and every pixel of it."""
    timing = ["0", "900", "0", "0", "900", "720", "0", "0", "720"]
    await output_of(["xrandr", "--newmode", "small", *timing], display.env)
    await output_of(["xrandr", "--addmode", "screen", "small"], display.env)
    await output_of(["xrandr", "--output", "screen", "--mode", "small"], display.env)
    await wait_until_exact(console, display)
    assert (await console.frame()).shape == (720, 900, 3)


async def gives_memory_back(client: int, most_mb: float) -> None:
    """The encoder of a picture that stands still is let go of, some seconds later."""
    try:
        async with asyncio.timeout(REST_S + 20):
            while memory_mb([client]) >= most_mb:
                await asyncio.sleep(0.5)
    except TimeoutError:
        pytest.fail(f"{memory_mb([client]):.0f} MB are held, {most_mb:.0f} may be")


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_very_large_screens_move_and_become_exact(
    tmp_path: Path, broker: Broker, browser: Browser, width: int, height: int
) -> None:
    """The level that is negotiated (3.1) is below what such pictures need: they are decoded."""
    async with (
        virtual_display(tmp_path, width, height) as display,
        watched(display, broker, browser) as (console, client),
    ):
        log = broker.folder / "blocks.log"
        wall = [sys.executable, "-m", "tests.rig.blocks", str(WALL_S), "7"]
        async with running(wall, log, display.env):
            await console.watch(COLUMNS, ROWS)
            async with asyncio.timeout(60):
                while "still" not in log.read_text():
                    await asyncio.sleep(0.05)
            steps = since_the_wall_is_shown(await console.watched())
            assert len({tuple(frame) for frame in steps}) > 5
            await wait_until_exact(console, display)
            await gives_memory_back(client, BASE_MB + width * height * BYTES_PER_PIXEL / 1e6)
