"""The picture on a path that gets slow, or loses packets: never old, and exact again soon."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import look
from tests.rig.processes import running
from tests.rig.relay import Line, Relay, relaying
from tests.rig.stack import Broker, running_client, signed_in
from tests.rig.ticker import COLUMNS, ROWS, age_ms, read_time

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

FAST, SLOW = 50e6, 300e3
"""Bits per second."""
DELAY_S = 0.01
OLDEST_MS = 1000
EXACT_WITHIN_S = 3.0
FPS = 30
WIDTH = 1280
"""Pixels of the display."""

_VIDEO_WIDTH = """() => {
  const find = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element instanceof HTMLVideoElement) return element;
      const inside = element.shadowRoot && find(element.shadowRoot);
      if (inside) return inside;
    }
  };
  return find(document).videoWidth;
}"""


@asynccontextmanager
async def watched_over(
    relay: Relay, display: XDisplay, broker: Broker, browser: Browser
) -> AsyncIterator[Console]:
    """A console that shows the display through a relay."""
    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("PATH-1", ["view"])
        async with (
            running_client(broker, display, session["code"], "--grant", "view"),
            page_in(browser) as (page, _),
        ):
            await relay.put_before(page)
            console = Console(page, broker)
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            yield console
            await tess.end(session["session_id"])


async def told(log: Path, word: str, timeout_s: float) -> None:
    """Wait until the ticker says this."""
    async with asyncio.timeout(timeout_s):
        while word not in log.read_text():
            await asyncio.sleep(0.02)


async def ages(console: Console, since: float, until: float) -> list[tuple[float, float]]:
    """Give when (s) each change was seen, and how old (ms) the picture was until then, and then."""
    frames, times = await console.watched(), await console.watched_at()
    seen: list[tuple[float, float]] = []
    for frame, at_ms in zip(frames, times, strict=True):
        shown = read_time(frame[:COLUMNS])
        if shown is not None and since <= at_ms / 1000 <= until:
            seen.append((at_ms / 1000, age_ms(shown, at_ms)))
    return seen


async def test_a_path_that_falls_to_300_kbit_and_recovers_never_shows_an_old_picture(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    slow_s = 10.0
    async with (
        relaying(Line(FAST, DELAY_S), Line(FAST, DELAY_S)) as relay,
        watched_over(relay, display, broker, browser) as console,
    ):
        log = broker.folder / "ticker.log"
        ticker = [sys.executable, "-m", "tests.rig.ticker", str(2 + slow_s), str(FPS)]
        async with running(ticker, log, display.env):
            await console.watch(COLUMNS, ROWS)
            await told(log, "begins", 20)
            began, place = time.time() + 1, await console.screen.bounding_box()
            await told(log, "second 2", 10)
            relay.down.bits_per_second = SLOW
            await told(log, f"second {2 + slow_s:.0f}", 30)
            ended = time.time()
            smaller = await console.page.evaluate(_VIDEO_WIDTH) < WIDTH
            assert await console.screen.bounding_box() == place
            relay.down.bits_per_second = FAST
            exact_s = await console.shown_at(look(display), 15) - ended
            seen = await ages(console, began, ended)
    assert smaller  # and yet it took the place of the whole screen
    assert max(age for _, age in seen) < OLDEST_MS
    assert exact_s < EXACT_WITHIN_S
    slow = [age for at, age in seen if at > began + 4]
    assert sorted(slow)[len(slow) // 2] < OLDEST_MS / 2


@pytest.mark.slow
async def test_a_tenth_of_the_packets_lost_leaves_a_picture_that_moves_and_becomes_exact(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    seconds = 5.0
    down, up = (Line(10e6, DELAY_S) for _ in range(2))
    async with (
        relaying(down, up) as relay,
        watched_over(relay, display, broker, browser) as console,
    ):
        log = broker.folder / "ticker.log"
        ticker = [sys.executable, "-m", "tests.rig.ticker", str(seconds), str(FPS)]
        async with running(ticker, log, display.env):
            await console.watch(COLUMNS, ROWS)
            await told(log, "begins", 20)
            began = time.time()
            down.loss = up.loss = 0.1
            await told(log, f"second {seconds:.0f}", 30)
            ended = time.time()
            await console.shown_at(look(display), 15)
            seen = await ages(console, began + 1, ended)
    assert max(age for _, age in seen) < 2 * OLDEST_MS
    assert len({round(at * 1000 - age) for at, age in seen}) > 5 * seconds
