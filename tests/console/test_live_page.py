"""The page of live sessions in a real browser, by keyboard alone."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in, tab_to
from tests.rig.console import Console
from tests.rig.console_pages import join
from tests.rig.stack import Broker, Login, signed_in

pytestmark = pytest.mark.e2e

ADA = Login("ada@example.org", "Ada Admin")
SHOTS = os.environ.get("LIVE_SHOTS")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def test_an_admin_ends_a_session_by_keyboard_and_says_why(
    broker: Broker, browser: Browser
) -> None:
    await broker.add_account(ADA, "admin")
    async with page_in(browser) as (page, _), signed_in(broker, TESS) as technician:
        await Console(page, broker).sign_in(ADA)
        await tab_to(page, page.get_by_role("link", name="Live sessions"))
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nothing goes on now")).to_be_visible()
        await shot(page, "live-empty")

        session = await technician.create_session("ZD-77")
        other = await technician.create_session("ZD-77")
        await join(technician, session["code"], "<b>Kitchen</b>-PC")
        row = page.get_by_role("row").filter(has_text="<b>Kitchen</b>-PC")
        await expect(row).to_contain_text("ZD-77")
        await shot(page, "live")
        await page.set_viewport_size({"width": 390, "height": 800})
        await shot(page, "live-phone")
        await page.set_viewport_size({"width": 1280, "height": 800})

        ours = page.get_by_role("button", name="End the session for ZD-77 on <b>Kitchen</b>-PC")
        await tab_to(page, ours)
        await page.keyboard.press("Enter")
        await expect(page.get_by_text(f"{TESS.name} on <b>Kitchen</b>-PC, since ")).to_be_visible()
        await expect(page.get_by_label("Reason")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Say why: both sides read it.")).to_be_visible()
        await page.keyboard.type("Wrong customer")
        await shot(page, "live-end")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("The session for ZD-77 was ended.")).to_be_visible()
        await expect(row).to_have_count(0)
        await expect(page.get_by_role("heading", name="Live sessions")).to_be_focused()
        (end,) = [
            one
            for one in await technician.events(session["session_id"])
            if one["action"] == "session.ended"
        ]
        assert end["details"]["reason"] == "Wrong customer"

        await tab_to(page, page.get_by_role("button", name="End all sessions of Tess"))
        await page.keyboard.press("Enter")
        await page.keyboard.type("All of them")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Nothing goes on now")).to_be_visible()
        assert await technician.wait_for_state(other["session_id"], "ended") == "ended"
