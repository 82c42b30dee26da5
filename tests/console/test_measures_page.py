"""The measures page in a real browser, by keyboard alone."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.console_pages import join
from tests.rig.stack import Broker, Login, signed_in

pytestmark = pytest.mark.e2e

LENA = Login("lena@example.org", "Lena Lead")
SHOTS = os.environ.get("MEASURES_SHOTS")


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


async def test_a_lead_sees_what_was_measured_as_charts_and_as_tables(
    broker: Broker, browser: Browser
) -> None:
    await broker.add_account(LENA, "lead")
    async with page_in(browser) as (page, _):
        await Console(page, broker).sign_in(LENA)
        await page.get_by_role("link", name="Measures").press("Enter")
        await expect(page.get_by_text("No session was opened in this time.")).to_be_visible()
        await shot(page, "measures-empty")
        async with signed_in(broker, TESS) as technician:
            session = await technician.create_session("ZD-77")
            await join(technician, session["code"], "Kitchen-PC")
            await technician.end(session["session_id"])
            await technician.create_session("ZD-77")
        await page.reload()
        chart = page.get_by_role("region", name="Sessions", exact=True)
        await expect(chart.locator("canvas")).to_be_visible()
        await chart.get_by_text("The same as a table").press("Enter")
        cells = chart.get_by_role("table").locator("tbody td")
        await expect(cells).to_have_text(["2", "1"])
        await shot(page, "measures")

        await page.get_by_label("Put together by").select_option("technician")
        await expect(chart.get_by_role("rowheader")).to_have_text([TESS.name])
        await shot(page, "measures-technician")
        async with page.expect_download() as saving:
            await page.get_by_role("button", name="Save as CSV").press("Enter")
        file = Path(await (await saving.value).path())
        assert f'"{TESS.name}","2","1"' in file.read_text("utf-8-sig")

        await page.get_by_role("button", name="Français").press("Enter")
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.emulate_media(color_scheme="dark")
        await expect(page.get_by_role("heading", name="Mesures")).to_be_visible()
        await shot(page, "measures-phone-fr-dark")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not await page.evaluate(wide)
