"""The local user wins: xdotool is the end user's hand, the console the technician's."""

import time

import pytest
from playwright.async_api import Browser, expect

from client.hot_key import HELD_S
from tests.e2e.test_input import connected, wait_until_held
from tests.rig.display import XDisplay
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
