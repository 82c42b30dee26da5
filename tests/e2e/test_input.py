"""Mouse and keyboard from the console, read back at the X server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

import pytest
from playwright.async_api import Browser, Error, expect

from tests.e2e.conftest import TESS
from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import held, pointer, rest
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = pytest.mark.e2e

NOTHING = {"keys": [], "buttons": []}


@asynccontextmanager
async def connected(
    display: XDisplay,
    broker: Broker,
    browser: Browser,
    grant: str = "view,control",
    width: int = 1280,
    height: int = 800,
    **options: object,
) -> AsyncIterator[Console]:
    """A console that shows a desktop, in a window of this size."""
    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("INPUT-1")
        async with (
            running_client(broker, display, session["code"], "--grant", grant) as client,
            page_in(browser, width, height, **options) as (page, _),
        ):
            console = Console(page, broker)
            console.client = client
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            await console.size()
            yield console
            await tess.end(session["session_id"])


async def wait_until_held(display: XDisplay, *, anything: bool) -> None:
    """Wait until something, or nothing, is down."""
    async with asyncio.timeout(15):
        while (held(display) != NOTHING) is not anything:
            await asyncio.sleep(0.05)


async def hold_a_drag(console: Console, display: XDisplay) -> None:
    """Hold Control and the left button in the picture, and see that they are down."""
    await console.click_at(0.7, 0.7)
    await wait_until_held(display, anything=False)
    await console.page.keyboard.down("Control")
    await console.page.mouse.down()
    async with asyncio.timeout(15):
        while not all((held(display)).values()):
            await asyncio.sleep(0.05)


async def until_followed(console: Console, display: XDisplay) -> None:
    """Move until the remote pointer moves: nothing is done in the first moments of a session."""
    before = pointer(display)
    async with asyncio.timeout(10):
        for place in cycle([0.5, 0.55]):
            left, top, scale = await console.picture_box()
            await console.page.mouse.move(left + place * 1280 * scale, top + 400 * scale)
            await asyncio.sleep(0.1)
            if pointer(display) != before:
                return


async def wait_for_pointer(display: XDisplay, x: float, y: float, tolerance: float) -> None:
    """Wait until the pointer is here, give or take."""
    there = (-1, -1)
    try:
        async with asyncio.timeout(15):
            while True:
                there = pointer(display)
                if abs(there[0] - x) <= tolerance and abs(there[1] - y) <= tolerance:
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"the pointer is at {there}, not at {(round(x), round(y))}")


async def settled_box(console: Console) -> tuple[float, float, float]:
    """Give the picture's box once it stays: what a line above it says may move it."""
    box = await console.picture_box()
    async with asyncio.timeout(10):
        while True:
            await asyncio.sleep(0.2)
            before, box = box, await console.picture_box()
            if box == before:
                return box


async def test_the_pointer_is_where_it_points_under_any_scaling(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, width=1600, height=1000) as console:
        await until_followed(console, display)
        for width, height in [(1600, 1000), (900, 700), (700, 1100)]:
            await console.page.set_viewport_size({"width": width, "height": height})
            left, top, scale = await settled_box(console)
            for x, y in [(0.02, 0.03), (0.98, 0.05), (0.5, 0.5), (0.03, 0.97), (0.97, 0.96)]:
                await console.page.mouse.move(left + x * 1280 * scale, top + y * 800 * scale)
                await wait_for_pointer(display, x * 1280, y * 800, 1 + 1 / scale)


async def test_keys_and_buttons_are_released_when_the_console_loses_the_focus(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        await console.click_at(0.7, 0.7)
        await wait_until_held(display, anything=False)
        await console.page.keyboard.down("Control")
        await console.page.mouse.down()
        await wait_until_held(display, anything=True)
        await console.page.get_by_label("Message").focus()
        await wait_until_held(display, anything=False)


async def test_keys_are_released_when_the_console_is_closed_with_a_key_held(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        await console.click_at(0.7, 0.7)
        await console.page.keyboard.down("Shift")
        await wait_until_held(display, anything=True)
        await console.page.close(run_before_unload=False)
        await wait_until_held(display, anything=False)


async def test_keys_and_buttons_are_released_when_the_client_is_killed(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        await hold_a_drag(console, display)
        assert console.client is not None
        console.client.kill()
        await wait_until_held(display, anything=False)


async def test_keys_and_buttons_are_released_when_the_browser_dies(
    display: XDisplay, broker: Broker
) -> None:
    async with chromium() as browser, connected(display, broker, browser) as console:
        await hold_a_drag(console, display)
        line = await browser.new_browser_cdp_session()
        with pytest.raises(Error, match="closed"):
            await line.send("Browser.crash")
        await wait_until_held(display, anything=False)


async def test_with_view_alone_the_desktop_is_seen_and_not_touched(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, grant="view") as console:
        before = pointer(display)
        await console.click_at(0.1, 0.9)
        await console.page.keyboard.press("a")
        await console.say("still here")
        await expect(console.chat).to_contain_text("still here")
        assert pointer(display) == before
        assert held(display) == NOTHING


_ACTIVE = """() => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active?.getAttribute("aria-label") ?? active?.id ?? "";
}"""


async def test_by_the_keyboard_one_passes_the_picture_and_types_there_after_enter(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        page = console.page
        await rest()
        await page.get_by_role("button", name="Picture").focus()
        await page.keyboard.press("Tab")
        assert await page.evaluate(_ACTIVE) == "Remote screen"
        await page.keyboard.down("Control")
        await page.wait_for_timeout(300)
        assert held(display) == NOTHING, "it is only passed"
        await page.keyboard.up("Control")
        await page.keyboard.press("Tab")
        assert await page.evaluate(_ACTIVE) == "tab-chat"
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await page.keyboard.down("Shift")
        await wait_until_held(display, anything=True)
        await page.keyboard.up("Shift")
        await wait_until_held(display, anything=False)
        await page.keyboard.press("Control+Alt+Shift+KeyQ")
        await page.keyboard.press("Tab")
        assert await page.evaluate(_ACTIVE) == "tab-chat"
