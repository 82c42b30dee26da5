"""axe over every page: no finding that is serious or critical, and nothing sticks out.

Every page of somebody who is signed in has a name in its tab.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final, Literal

import pytest
from playwright.async_api import Browser, Page

from tests.rig.browser import in_shared_loop, page_in
from tests.rig.console_pages import TESS, be, desk, visit
from tests.rig.stack import Broker, running_broker_of

pytestmark = pytest.mark.e2e

AXE: Final = Path("technician_console/node_modules/axe-core/axe.min.js")
Colours = Literal["light", "dark"]
DESK: Final = (1280, 800)
PHONE: Final = (390, 844)
_LOOK: Final = """
async () => {
  const ended = document.getAnimations().map((one) => one.finished.catch(() => {}));
  await Promise.race([Promise.all(ended), new Promise((done) => setTimeout(done, 500))]);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ` + nodes.map(
      ({ target, failureSummary }) => `${target.flat().join(" ")} (${failureSummary})`
    ).join("; "));
}
"""
_WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

LOOKS: Final = [
    ("en-GB", "light", DESK),
    ("fr-FR", "dark", PHONE),
]
OTHER_LOOKS: Final = [
    (locale, colours, size)
    for locale in ("en-GB", "fr-FR")
    for colours in ("light", "dark")
    for size in (DESK, PHONE)
    if (locale, colours, size) not in LOOKS
]


@in_shared_loop
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker_of(TESS, tmp_path) as broker:
        yield broker


async def _findings(page: Page) -> list[str]:
    found: list[Any] = await page.evaluate(_LOOK)
    wider = await page.evaluate(_WIDER)
    return [*map(str, found), *([f"sticks out by {wider} px"] if wider > 0 else [])]


@pytest.mark.parametrize(
    ("locale", "colours", "size"),
    [*LOOKS, *(pytest.param(*look, marks=pytest.mark.slow) for look in OTHER_LOOKS)],
)
async def test_no_page_has_a_serious_finding(
    broker: Broker, browser: Browser, locale: str, colours: Colours, size: tuple[int, int]
) -> None:
    found: dict[str, list[str]] = {}
    async with (
        desk(broker) as there,
        page_in(browser, *size, locale, bypass_csp=True, color_scheme=colours) as (page, _),
    ):
        await page.add_init_script(path=AXE)
        reader = None
        for place in there.places():
            if place.reader != reader:
                reader = place.reader
                await be(page, broker, reader)
            await visit(page, broker, place)
            findings = await _findings(page)
            if place.reader is not None and " · " not in await page.title():
                findings.append("its tab does not say which page it is")
            if findings:
                found[place.name] = findings
    assert found == {}
