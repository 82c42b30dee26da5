"""The admin's pages in a real browser, by keyboard: a person, a group and a token."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.stack import Broker, Login

pytestmark = pytest.mark.e2e

ADA = Login("ada@example.org", "Ada Admin")
NORA = "Nora New · nora@example.org"


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).press("Enter")


async def test_an_admin_invites_a_technician_bounds_their_sessions_and_makes_a_token(
    broker: Broker, browser: Browser
) -> None:
    await broker.add_account(ADA, "admin")
    async with page_in(browser) as (page, _), page_in(browser) as (theirs, _):
        await Console(page, broker).sign_in(ADA)
        await page.get_by_role("link", name="Accounts").press("Enter")
        await _press(page, "New account")
        await expect(page.get_by_label("Name")).to_be_focused()
        await page.get_by_label("Name").fill("Nora New")
        await page.get_by_label("Email").fill("nora@example.org")
        await page.keyboard.press("Enter")
        link = await page.locator(".secret").inner_text()
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("nora@example.org")).to_be_visible()

        await theirs.goto(link)
        await theirs.get_by_label("Password").fill("a sentence of my own")
        await theirs.keyboard.press("Enter")
        await expect(theirs.get_by_role("heading", name="My sessions")).to_be_visible()

        await page.get_by_role("link", name="Groups").press("Enter")
        await expect(page.get_by_text("No groups yet")).to_be_visible()
        await _press(page, "New group")
        await page.get_by_label("Name").fill("First level")
        await page.get_by_label("Use mouse and keyboard").press("Space")
        await page.get_by_label("Longest session, in minutes").fill("30")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Sessions of 30 minutes at most")).to_be_visible()
        await page.get_by_label("Whom to add to First level").select_option(label=NORA)
        await _press(page, "Add")
        await expect(page.get_by_role("button", name="Take Nora New out")).to_be_visible()

        await _press(theirs, "New session")
        await expect(theirs.get_by_label("Use mouse and keyboard")).to_be_disabled()
        await expect(theirs.get_by_text("(First level)")).to_be_visible()
        await theirs.get_by_label("Ticket").fill("T-1")
        await theirs.keyboard.press("Enter")
        await expect(theirs.get_by_role("heading", name="T-1")).to_be_visible()

        await page.get_by_role("link", name="Accounts").press("Enter")
        await page.get_by_role("button", name="Change the account of Nora New").press("Enter")
        await _press(page, "Disable")
        await _press(page, "Yes, disable")
        await expect(page.get_by_text("disabled", exact=True)).to_be_visible()
        await theirs.reload()  # it shows the session's end, or the sign-in, whichever came first
        await expect(theirs.get_by_label("Password")).to_be_visible()

        await page.get_by_role("link", name="API tokens").press("Enter")
        await _press(page, "New token")
        await page.get_by_label("What it is for").fill("Ticket system")
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("Tick at least one.")).to_be_visible()
        await page.get_by_label("Read sessions").press("Space")
        await _press(page, "Make the token")
        token = await page.locator("#secret").inner_text()
        await page.keyboard.press("Escape")
        await expect(page.get_by_text("never used")).to_be_visible()
        headers = {"Authorization": f"Bearer {token}"}
        answer = await theirs.request.get(f"{broker.url}/api/v1/sessions", headers=headers)
        assert [one["ticket_id"] for one in (await answer.json())["sessions"]] == ["T-1"]
        assert TESS.email in await (await page.request.get(f"{broker.url}/api/v1/accounts")).text()
