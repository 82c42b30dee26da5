"""The audit log's page in a real browser, by keyboard alone."""

import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in, tab_to
from tests.rig.console import Console
from tests.rig.console_pages import join
from tests.rig.stack import Broker, Login, signed_in

pytestmark = pytest.mark.e2e

OTTO = Login("otto@example.org", "Otto Auditor")
SHOTS = os.environ.get("AUDIT_SHOTS")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def test_an_auditor_finds_a_session_by_its_computer_with_the_keyboard_alone(
    broker: Broker, browser: Browser
) -> None:
    await broker.add_account(OTTO, "auditor")
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-77")
        await join(technician, session["code"], "<b>Kitchen</b>-PC")
        await technician.end(session["session_id"])
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(OTTO)
        await tab_to(page, page.get_by_role("link", name="Audit log"))
        await page.keyboard.press("Enter")
        machine = page.get_by_label("Computer")
        await tab_to(page, machine)
        await page.keyboard.type("kitchen")
        await page.keyboard.press("Enter")
        await expect(page).to_have_url(re.compile(r"#/audit\?machine=kitchen$"))
        rows = page.locator("tbody tr")
        came = rows.filter(has_text="end user joined with the code")
        await expect(came).to_contain_text("<b>Kitchen</b>-PC")
        await shot(page, "audit")
        await page.reload()
        await expect(rows.filter(has_text="session ended")).to_have_count(1)
        await expect(machine).to_have_value("kitchen")

        name = page.get_by_label("Name for this filter")
        await name.fill("Kitchen")
        await name.press("Enter")
        await expect(page.get_by_role("link", name="Kitchen", exact=True)).to_be_visible()
        await name.fill("W" * 60)  # wider than a telephone, in one word
        await name.press("Enter")
        await page.get_by_label("Address").fill("not an address")
        await page.get_by_label("Address").press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("Enter an IP address")
        await shot(page, "audit-fault")
        await page.get_by_label("Address").fill("203.0.113.77")
        await page.get_by_label("Address").press("Enter")
        await expect(page.get_by_text("No record fits")).to_be_visible()
        await shot(page, "audit-empty")
        await page.get_by_role("link", name="Kitchen", exact=True).press("Enter")
        await expect(rows.filter(has_text="session ended")).to_have_count(1)

        await tab_to(page, rows.get_by_role("link", name="ZD-77").first)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="ZD-77")).to_be_visible()
        await expect(page.get_by_role("img", name=re.compile("[Ww]aiting"))).to_have_count(1)
        await expect(page.get_by_text("session ended")).to_have_count(1)
        await shot(page, "story")
        await page.emulate_media(media="print")
        await expect(page.get_by_role("button", name="Print")).to_be_hidden()
        await shot(page, "story-print")
        await page.emulate_media(media="screen")
        await page.go_back()
        await tab_to(page, page.get_by_role("button", name="CSV"))
        async with page.expect_download() as saving:
            await page.keyboard.press("Enter")
        file = Path(await (await saving.value).path())
        assert "session.ended" in file.read_text("utf-8-sig")
        await page.goto(f"{broker.url}/console/#/audit?since=zzz")
        await expect(page.get_by_role("alert")).to_contain_text("needs a date and a time")
        await expect(page.get_by_label("Computer")).to_be_visible()
        await page.goto(f"{broker.url}/console/#/audit")

        await page.get_by_role("button", name="Français").press("Enter")
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.emulate_media(color_scheme="dark")
        await expect(page.get_by_role("heading", name="Journal d’audit")).to_be_visible()
        await shot(page, "audit-phone-fr-dark")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(wide)
