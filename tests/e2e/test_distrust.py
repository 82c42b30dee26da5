""" "I don't trust this", from the bar on a real desktop and from the join page, up to the admin."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, press, type_text
from tests.rig.stack import Broker, Login, running_client

pytestmark = pytest.mark.e2e

ADA = Login("ada@example.org", "Ada Admin")
ENDED = "Handrail – Session ended"


async def check_told(page: Page, ticket: str) -> None:
    """The admin sees the report, and notes it as seen."""
    await page.reload()
    row = page.get_by_role("listitem").filter(has_text=ticket)
    await expect(row).to_contain_text("Tess Example")
    await row.get_by_role("button", name="I have seen this").click()
    await expect(page.get_by_role("alert")).to_have_count(0)


async def check_noted(page: Page, ticket: str, sentence: str) -> None:
    """The session's own page says that it was reported, and why."""
    await page.get_by_text("2 reports that were seen").click()
    await page.get_by_role("link", name=f"Open: {ticket}").click()
    note = page.get_by_role("region", name="Sessions that are not trusted")
    await expect(note).to_contain_text(sentence)
    await page.reload()
    await expect(note).to_contain_text(sentence)


async def test_a_report_ends_the_session_at_once_and_reaches_the_admin_alone(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    await broker.add_account(ADA, "admin")
    async with AsyncExitStack() as stack:
        (theirs, _), (hers, _), (end_users, errors) = [
            await stack.enter_async_context(page_in(browser)) for _ in range(3)
        ]
        tess, ada = Console(theirs, broker), Console(hers, broker)
        await tess.sign_in(TESS)
        await ada.sign_in(ADA)

        code = await tess.create_code("SCAM-1")
        await stack.enter_async_context(running_client(broker, display, code, "--grant", "view"))
        await tess.wait_for_status("connected")
        await press(display, "Handrail – Session$", "alt+d")
        await tess.wait_for_status("ended: the end user stopped it")
        await find_window(display, ENDED)
        await type_text(display, ENDED, "They asked for my card")
        await expect(hers.get_by_role("alert")).to_contain_text(
            "does not trust this session", timeout=15_000
        )
        await press(display, ENDED, "Return")
        await expect(hers.get_by_text("“They asked for my card”")).to_be_visible(timeout=15_000)
        await check_told(hers, "SCAM-1")

        await theirs.goto(f"{broker.url}/console/#/")
        code = await tess.create_code("SCAM-2")
        await end_users.goto(f"{broker.url}/j/{code}")
        await end_users.get_by_role("button", name="I don’t trust this").click()
        await expect(end_users.get_by_role("heading", name="It is over")).to_be_focused()
        await tess.wait_for_status("ended: it was stopped on the join page")
        await end_users.get_by_label("What happened?").fill("Nobody told me their name")
        await end_users.get_by_role("button", name="Send").click()
        await expect(end_users.get_by_text("Your sentence was added")).to_be_visible()
        await check_told(hers, "SCAM-2")
        await check_noted(hers, "SCAM-2", "Nobody told me their name")
        assert errors == []
