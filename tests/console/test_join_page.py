"""The join page in a real browser, as wide as a phone and as a desk."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.stack import Broker, signed_in

pytestmark = pytest.mark.e2e

LINE_PX = 60
"""Higher than a button of one line, lower than one of two."""


async def check_layout(page: Page, width: int) -> None:
    """Nothing sticks out, and no button is broken into lines."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    for card in await page.locator(".card").all():
        box = await card.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        for inner in await card.locator("input, button, pre, dl").all():
            part = await inner.bounding_box()
            assert part is not None
            assert part["x"] + part["width"] <= box["x"] + box["width"]
    for button in await page.get_by_role("button").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] < LINE_PX, await button.inner_text()


async def test_the_page_fits_a_phone_and_a_desk(broker: Broker, browser: Browser) -> None:
    async with signed_in(broker, TESS) as technician:
        code = (await technician.create_session("ZD-4711"))["code"]
    for width in (360, 390, 1280):
        for locale in ("en-GB", "fr-FR"):
            async with page_in(browser, width, 800, locale) as (page, errors):
                for path, shown in (
                    ("/", page.get_by_role("textbox")),
                    ("/j/abc", page.get_by_role("alert")),
                    (f"/j/{code}", page.get_by_text("ZD-4711")),
                ):
                    await page.goto(broker.url + path)
                    await expect(shown).to_be_visible()
                    await check_layout(page, width)
                assert errors == []


@pytest.mark.parametrize("path", ["/j/abc", "/j/482109375524", "/j/%", "/j/1234"])
async def test_a_link_whose_code_is_not_valid_says_so(
    broker: Broker, browser: Browser, path: str
) -> None:
    async with page_in(browser) as (page, errors):
        await page.goto(broker.url + path)
        problem = page.get_by_role("alert")
        await expect(problem).to_contain_text("The code in this link is not valid")
        await page.get_by_label("Your code").fill("4")
        await expect(problem).to_have_count(0)
        assert errors == []


async def test_a_link_may_hold_the_code_as_people_write_it(
    broker: Broker, browser: Browser
) -> None:
    async with signed_in(broker, TESS) as technician:
        code = (await technician.create_session("ZD-4711"))["code"]
    async with page_in(browser) as (page, _):
        await page.goto(f"{broker.url}/j/{code[:4]} {code[4:8]} {code[8:]}")
        await expect(page.get_by_text("ZD-4711")).to_be_visible()
