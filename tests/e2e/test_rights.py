"""Rights in mid-session, and the local user who wins: xdotool is the end user's hand."""

import time

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from client.hot_key import HELD_S
from client.ui.question import ARMING_MS
from tests.e2e.test_input import connected, wait_until_held
from tests.rig.console import PICTURE_TIMEOUT_MS
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, press
from tests.rig.processes import output_of
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e

IN_USE = "The end user is using the computer"


async def use_mouse(display: XDisplay) -> None:
    """The end user moves the mouse a little."""
    await output_of(["xdotool", "mousemove_relative", "3", "2"], display.env)


async def test_the_end_users_mouse_lets_go_of_held_keys_and_holds_input_back_for_two_seconds(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        note = console.page.get_by_text(IN_USE)
        await console.click_at(0.7, 0.7)
        await console.page.keyboard.down("Control")
        await wait_until_held(display, anything=True)
        await use_mouse(display)
        began = time.monotonic()
        await wait_until_held(display, anything=False)
        await expect(note).to_be_visible()
        await console.page.keyboard.up("Control")
        await console.page.keyboard.down("Shift")
        await expect(note).to_be_hidden(timeout=5000)
        assert 1.5 < time.monotonic() - began < 4
        await console.page.keyboard.up("Shift")
        await wait_until_held(display, anything=False)
        await console.page.keyboard.down("Control")
        await wait_until_held(display, anything=True)
        await console.page.keyboard.up("Control")
        await wait_until_held(display, anything=False)


async def test_the_hot_key_pauses_at_once_and_a_second_time_stops(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        await console.click_at(0.7, 0.7)
        await console.page.keyboard.down("Alt")
        await wait_until_held(display, anything=True)
        await output_of(["xdotool", "key", "ctrl+shift+F12"], display.env)
        await console.wait_for_status("paused by the end user")
        await wait_until_held(display, anything=False)
        await console.page.wait_for_timeout((HELD_S + 1) * 1000)
        await console.wait_for_status("paused by the end user")
        twice = ["xdotool", "key", "ctrl+shift+F12", "key", "ctrl+shift+F12"]
        await output_of(twice, display.env)
        await console.wait_for_status("the end user stopped it")


async def ask_for_control(page: Page, reason: str) -> Locator:
    """The technician asks; gives where the answer is said."""
    await page.get_by_role("button", name="Ask for…").click(timeout=PICTURE_TIMEOUT_MS)
    form = page.get_by_role("dialog", name="Ask the end user for a right")
    await form.get_by_role("radio", name="Use mouse and keyboard").check()
    await form.get_by_label("Why").fill(reason)
    await form.get_by_role("button", name="Ask", exact=True).click()
    await expect(form).to_be_hidden()
    return page.get_by_role("status", name="News of your rights")


async def ask_by_keyboard_and_think_better_of_it(page: Page) -> None:
    """Without a reason nothing is sent; Escape leaves, and the focus is where it was."""
    opener = page.get_by_role("button", name="Ask for…")
    await opener.focus()
    await page.keyboard.press("Enter")
    reason = page.get_by_label("Why")
    await expect(reason).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Say why")).to_be_visible()
    await expect(reason).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(reason).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_an_ask_reaches_the_end_users_side_and_a_second_one_waits_for_it(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, grant="view") as console:
        page = console.page
        await ask_by_keyboard_and_think_better_of_it(page)
        said = await ask_for_control(page, "to close the window of the printer")
        await expect(said).to_contain_text("Waiting for the end user’s answer: Use mouse and")
        await expect(page.get_by_role("button", name="Ask for…")).to_be_disabled()
        # Loaded anew the page knows nothing of its question, which the end user still sees.
        await page.reload()
        await console.wait_for_status("connected")
        said = await ask_for_control(page, "to close the window of the printer")
        await expect(said).to_contain_text("Another question to the end user is still open")
        await expect(page.get_by_role("button", name="Ask again…")).to_be_visible()


async def test_what_is_asked_for_and_allowed_can_be_used_until_it_is_taken_back(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, grant="view") as console:
        page = console.page
        said = await ask_for_control(page, "to close the window of the printer")
        await find_window(display, "Handrail – Allow this too")
        await page.wait_for_timeout(ARMING_MS + 200)
        await press(display, "Handrail – Allow this too", "alt+a")
        await expect(said).to_contain_text("Use mouse and keyboard")
        await expect(
            page.get_by_role("list", name="Allowed by the end user").get_by_text("30 min left")
        ).to_be_visible()
        await expect(page.get_by_text(IN_USE)).to_be_hidden(timeout=5000)
        await console.click_at(0.7, 0.7)
        await page.keyboard.down("Control")
        await wait_until_held(display, anything=True)
        await page.keyboard.up("Control")
        await wait_until_held(display, anything=False)
        await press(display, "Handrail – Session", "alt+g")
        await find_window(display, "Handrail – Rights")
        await output_of(["xdotool", "key", "Tab", "space"], display.env)
        await expect(said).to_contain_text("took back: Use mouse and keyboard")
        await page.keyboard.down("Control")
        await page.wait_for_timeout(500)
        await wait_until_held(display, anything=False)
