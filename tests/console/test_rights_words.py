"""Rights in mid-session: what the page offers to ask for, and how the history tells of changes."""

from typing import Any

import pytest
from playwright.async_api import Browser

from broker.session.capabilities import AVAILABLE_CAPABILITIES, normalise
from tests.rig.browser import page_in
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e

_DETAILS = """async (details) =>
  (await import("/console/src/views/event_text.js")).detailLines(details)"""


async def test_the_page_offers_to_ask_for_what_the_broker_lets_be_asked_for(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await page.goto(f"{broker.url}/console/")
        offered = await page.evaluate(
            "async () => (await import('/console/src/rights_talk.js')).ASKABLE"
        )
        assert offered == [one.value for one in normalise(AVAILABLE_CAPABILITIES)]


async def test_a_group_is_told_of_by_its_name(broker: Broker, browser: Browser) -> None:
    async with page_in(browser) as (page, _):
        await page.goto(f"{broker.url}/console/")
        await page.get_by_label("Email").wait_for()
        named = {"group_ids": ["grp_1", "grp_2"], "group_names": ["First level", "Night shift"]}
        assert await page.evaluate(_DETAILS, named) == ["groups: First level, Night shift"]
        older = {"group_ids": ["grp_1"], "note_hash": "ab"}
        assert await page.evaluate(_DETAILS, older) == ["groups: grp_1"]


async def test_every_change_of_rights_reads_as_words_in_the_history(
    broker: Broker, browser: Browser
) -> None:
    async with page_in(browser) as (page, _):
        await page.goto(f"{broker.url}/console/")
        await page.get_by_label("Email").wait_for()

        async def read(change: str, **more: Any) -> list[str]:
            told = {"rights_change": change, "capability": "control", "capabilities": ["view"]}
            lines: list[str] = await page.evaluate(_DETAILS, {**told, **more})
            return lines

        right = "Use mouse and keyboard"
        asked = {"reason": "to close the window", "lease_minutes": 30}
        assert await read("given", **asked) == [
            "given",
            right,
            "reason: to close the window",
            "for 30 minutes",
        ]
        assert (await read("refused", **asked))[0] == "refused"
        assert await read("taken") == ["taken back", right]
        assert await read("expired") == ["time ran out", right]
