"""Two technicians in two browsers, one end user at a real desktop who is asked about each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from client.ui.question import ARMING_MS
from tests.e2e.conftest import TESS
from tests.e2e.test_input import connected, wait_until_held
from tests.rig.browser import page_in, tab_to
from tests.rig.console import PICTURE_TIMEOUT_MS, Console
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, press, rest
from tests.rig.processes import output_of
from tests.rig.stack import Broker, Login, signed_in

pytestmark = pytest.mark.e2e

BEN = Login("ben@example.org", "Ben Example")
QUESTION = "Handrail – Another technician"
MOST_TABS = 80


@asynccontextmanager
async def colleague(broker: Broker, browser: Browser) -> AsyncIterator[Console]:
    """Ben, signed in in a browser of his own."""
    await broker.add_account(BEN, "technician")
    async with page_in(browser, 1280, 800) as (page, _):
        console = Console(page, broker)
        await console.sign_in(BEN)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()
        yield console


async def people(page: Page) -> Locator:
    """Open the list of who is here."""
    await page.get_by_role("tab", name="People").click()
    return page.get_by_role("tabpanel", name="People")


async def answer(display: XDisplay, page: Page, keys: str) -> None:
    """The end user reads the question and answers it."""
    await find_window(display, QUESTION)
    if keys == "alt+a":  # there is something to compare first
        await expect(page.locator("hr-trust #digits")).to_be_visible(timeout=PICTURE_TIMEOUT_MS)
    await page.wait_for_timeout(ARMING_MS + 300)
    await press(display, QUESTION, keys)


async def come_in(console: Console, button: str) -> None:
    """Find the session in the list, and ask to come in."""
    await console.page.goto(f"{console.broker.url}/console/#/")
    await console.page.reload()
    await console.page.get_by_role("button", name=button).click(timeout=PICTURE_TIMEOUT_MS)


async def invite(tess: Console) -> None:
    """By the keyboard alone, once the list is open."""
    panel = await people(tess.page)
    await tab_to(tess.page, panel.get_by_label("Colleague"), MOST_TABS)
    await tess.page.keyboard.type("Ben")
    await tab_to(tess.page, panel.get_by_role("button", name="Invite to look"), MOST_TABS)
    await tess.page.keyboard.press("Enter")
    await expect(panel.get_by_text("invited", exact=True)).to_be_visible()


async def let_in(display: XDisplay, tess: Console, ben: Console, ticket: str = "INPUT-1") -> None:
    """Ben is invited, comes, and the end user lets him in."""
    await invite(tess)
    await come_in(ben, f"Join: {ticket}")
    await expect(ben.page.get_by_text("Waiting for the end user")).to_be_visible()
    await answer(display, ben.page, "alt+a")
    await ben.wait_for_status("connected")
    await ben.size()


async def test_a_guest_looks_and_has_control_only_while_it_is_passed_to_them(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as tess, colleague(broker, browser) as ben:
        await let_in(display, tess, ben)
        await rest()
        await ben.click_at(0.7, 0.7)
        await ben.page.keyboard.down("Control")
        await ben.page.wait_for_timeout(500)
        await wait_until_held(display, anything=False)
        await ben.page.keyboard.up("Control")
        panel = await people(tess.page)
        await tab_to(
            tess.page, panel.get_by_role("button", name="Give control: Ben Example"), MOST_TABS
        )
        await tess.page.keyboard.press("Space")
        await expect(tess.page.get_by_text("Ben Example has control")).to_be_visible()
        await ben.click_at(0.7, 0.7)
        await ben.page.keyboard.down("Control")
        await wait_until_held(display, anything=True)
        await tab_to(tess.page, panel.get_by_role("button", name="Take control back"), MOST_TABS)
        await tess.page.keyboard.press("Space")
        await wait_until_held(display, anything=False)
        await expect(tess.page.get_by_text("Ben Example has control")).to_be_hidden()
        await tess.click_at(0.7, 0.7)
        await tess.page.keyboard.down("Control")
        await wait_until_held(display, anything=True)
        await tess.page.keyboard.up("Control")


async def test_the_end_user_refuses_one_and_sends_another_away(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as tess, colleague(broker, browser) as ben:
        await invite(tess)
        await come_in(ben, "Join: INPUT-1")
        await answer(display, ben.page, "Escape")
        gone = ben.page.get_by_text("You are not in this session")
        await expect(gone).to_be_visible(timeout=PICTURE_TIMEOUT_MS)
        await let_in(display, tess, ben)
        await press(display, "Handrail – Session", "alt+g")
        await find_window(display, "Handrail – Rights")
        # Opened with the focus on the first switch, which comes after the button that removes.
        await output_of(["xdotool", "key", "shift+Tab", "space"], display.env)
        await expect(gone).to_be_visible(timeout=PICTURE_TIMEOUT_MS)
        await tess.wait_for_status("connected")


async def test_a_session_is_handed_over_put_back_and_taken_without_the_end_user_typing_again(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as tess, colleague(broker, browser) as ben:
        session_id = tess.session_id
        await tess.say("Please leave it on")
        panel = await people(tess.page)
        await panel.get_by_label("Colleague").select_option(label="Ben Example")
        await panel.get_by_label("New note").fill("Driver from 2009")
        await panel.get_by_role("button", name="Hand over").click()
        await come_in(ben, "Take over: INPUT-1")
        await answer(display, ben.page, "alt+a")
        await ben.wait_for_status("connected")
        await ben.size()
        await expect(tess.page.get_by_text("not in this session any more")).to_be_visible()
        await expect(tess.page.locator("hr-trust")).to_have_count(0)
        await expect(ben.chat).to_contain_text("Please leave it on")
        await expect(ben.chat).to_contain_text("Tess Example")
        panel = await people(ben.page)
        await expect(panel.get_by_text("Driver from 2009")).to_be_visible()
        await expect(panel.get_by_text("Tess Example, Ben Example")).to_be_visible()
        await ben.page.reload()
        await ben.wait_for_status("connected")
        await broker.kill()
        await broker.start()
        await ben.page.wait_for_timeout(3000)
        await ben.wait_for_status("connected")
        panel = await people(ben.page)
        await panel.get_by_role("button", name="Put back into the queue").click()
        await come_in(tess, "Take over: INPUT-1")
        await answer(display, tess.page, "alt+a")
        await tess.wait_for_status("connected")
        await tess.size()
        async with signed_in(broker, TESS) as api:
            actions = [event["action"] for event in await api.events(session_id)]
        for action in ("hand_over_offered", "handed_over", "put_back", "taken", "note_added"):
            assert f"session.{action}" in actions
