"""The join page in a flood of wrong codes, and what never leaves it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Request, expect

from broker.protocol.join_code import complete
from broker.web.alarm import BEARABLE
from tests.rig.browser import in_shared_loop, page_in
from tests.rig.stack import Broker, Login, running_broker_of, signed_in

pytestmark = pytest.mark.e2e

TESS = Login("tess@example.org", "Tess Example")


@in_shared_loop
async def flooded(tmp_path: Path) -> AsyncIterator[tuple[Broker, str]]:
    """A broker whose alarm rings, and the code of a session that waits."""
    env = {"HANDRAIL_TRUSTED_PROXIES": "127.0.0.0/8"}
    async with running_broker_of(TESS, tmp_path, env) as broker:
        async with signed_in(broker, TESS) as technician:
            code = (await technician.create_session("ZD-4711"))["code"]
        async with aiohttp.ClientSession() as http:
            for number in range(BEARABLE + 1):
                wrong = {"code": complete(f"{number:011d}")}
                source = {"X-Forwarded-For": f"192.0.2.{number}"}
                async with http.post(f"{broker.url}/api/v1/join", json=wrong, headers=source) as no:
                    assert no.status == 404
        yield broker, code


@pytest.mark.parametrize(
    ("locale", "words"), [("en-GB", "short computation first"), ("fr-FR", "un petit calcul")]
)
async def test_the_page_computes_says_so_and_goes_on(
    flooded: tuple[Broker, str], browser: Browser, locale: str, words: str, tmp_path: Path
) -> None:
    broker, code = flooded
    async with page_in(browser, 390, 800, locale) as (page, errors):
        await page.goto(f"{broker.url}/j/{code}", wait_until="commit")
        await expect(page.locator("#hint")).to_contain_text(words)
        await page.screenshot(path=tmp_path / f"proving-{locale}.png")
        await expect(page.get_by_text("ZD-4711")).to_be_visible(timeout=30_000)
        # The browser itself notes the answer 428; there is nothing else, and no CSP violation.
        assert [text for text in errors if "428" not in text] == []


async def test_a_typing_error_never_leaves_the_page(
    flooded: tuple[Broker, str], browser: Browser
) -> None:
    broker, code = flooded
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            asked.append(request.url)

    async with page_in(browser) as (page, errors):
        page.on("request", note)
        await page.goto(broker.url)
        await page.get_by_label("Your code").fill(wrong)
        await expect(page.locator("#hint")).to_contain_text("There is a typing error")
        await page.get_by_role("button", name="Continue").click()
        await page.goto(f"{broker.url}/j/{wrong}")
        await expect(page.get_by_role("alert")).to_contain_text("not valid")
        assert asked == []
        assert errors == []
