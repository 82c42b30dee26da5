"""What the technician is told of the picture, and what follows from looking away."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.test_picture import wait_until_exact, watched
from tests.rig.browser import in_shared_loop
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.processes import running
from tests.rig.stack import Broker

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

MOTION = [sys.executable, "-m", "tests.rig.blocks", "60", "7"]

OBSERVED = """
globalThis.connections = [];
globalThis.wishes = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...options) {
    super(...options);
    connections.push(this);
  }
};
const send = RTCDataChannel.prototype.send;
RTCDataChannel.prototype.send = function (data) {
  if (this.label === "control") {
    const message = JSON.parse(data);
    if (message.type === "picture.wish") wishes.push(message);
  }
  return send.call(this, data);
};
"""
"""Keeps the page's peer connections, and what it says of the picture, where a test can look."""

LOOK = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""
"""Headless Chromium never hides a page: this tells it so as another tab in front would."""

PICTURE_BYTES = """
async () => {
  let bytes = 0;
  for (const report of (await connections.at(-1).getStats()).values()) {
    const isPicture = report.type === "inbound-rtp" || report.label === "tiles";
    if (isPicture) bytes += report.bytesReceived;
  }
  return bytes;
}
"""


@in_shared_loop
async def console(display: XDisplay, broker: Broker, browser: Browser) -> AsyncIterator[Console]:
    """A console that shows the display."""
    async with watched(display, broker, browser, OBSERVED) as console:
        yield console


def figure(page: Page, name: str) -> Locator:
    """The value beside this name in the list of all figures."""
    term = page.locator("dt", has_text=re.compile(f"^{name}$"))
    return (
        page.get_by_role("dialog", name="Picture").locator("dl > div", has=term).locator(".value")
    )


async def until(good: Callable[[], Awaitable[bool]]) -> None:
    """Wait until this is so."""
    async with asyncio.timeout(20):
        while not await good():
            await asyncio.sleep(0.1)


async def picture_bytes_in(page: Page, seconds: float) -> int:
    """How many bytes of video and tiles come in meanwhile."""
    before: int = await page.evaluate(PICTURE_BYTES)
    await asyncio.sleep(seconds)
    after: int = await page.evaluate(PICTURE_BYTES)
    return after - before


async def test_the_figures_move_with_the_picture_and_are_silent_when_it_is_still(
    console: Console, display: XDisplay, broker: Broker
) -> None:
    page = console.page
    await page.get_by_role("button", name="Picture").click()
    async with running(MOTION, broker.folder / "blocks.log", display.env):
        await expect(figure(page, "Delay of the picture")).to_have_text(
            re.compile(r"^\d{1,3} ms$"), timeout=20_000
        )
        await expect(figure(page, "Bitrate")).to_have_text(re.compile(r"bit/s$"))
        await expect(figure(page, "Frames per second")).to_have_text(re.compile(r"^[1-9]\d? fps$"))
    await expect(figure(page, "Round trip")).to_have_text(re.compile(r"^\d{1,3} ms$"))
    await expect(figure(page, "Remote screen")).to_have_text("1280 × 800")
    await expect(figure(page, "Codec and encoder")).to_have_text(re.compile(r"^H264 · \w+"))
    await expect(figure(page, "Exact pixels")).to_have_text("100%", timeout=20_000)
    await expect(figure(page, "Path")).to_have_text("direct")
    await expect(figure(page, "Delay of the picture")).to_have_text("–", timeout=20_000)


async def test_a_page_out_of_sight_gets_no_picture_and_an_exact_one_when_it_is_seen_again(
    console: Console, display: XDisplay, broker: Broker
) -> None:
    page = console.page
    async with running(MOTION, broker.folder / "blocks.log", display.env):

        async def something_comes() -> bool:
            return await picture_bytes_in(page, 0.5) > 1000

        async def nothing_comes() -> bool:
            return await picture_bytes_in(page, 2) == 0

        await until(something_comes)
        await page.evaluate(LOOK, True)
        await until(nothing_comes)
        await page.evaluate(LOOK, False)
        await until(something_comes)
    await wait_until_exact(console, display)
    await console.wait_for_status("connected")


async def test_the_choice_is_told_to_the_client_by_keyboard_and_remembered_by_the_browser(
    console: Console,
) -> None:
    page = console.page
    await page.get_by_role("button", name="Picture").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await expect(page.get_by_label("Automatic")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_label("Sharp")).to_be_checked()
    wishes = await page.evaluate("wishes")
    assert [(w["watching"], w["preference"]) for w in wishes] == [
        (True, "automatic"),
        (True, "sharp"),
    ]
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Picture")).to_be_hidden()
    await expect(page.get_by_role("button", name="Picture")).to_be_focused()
    await page.reload()
    await console.wait_for_status("connected")
    await page.wait_for_function("wishes.length > 0")
    assert (await page.evaluate("wishes"))[0]["preference"] == "sharp"
