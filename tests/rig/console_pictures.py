"""The pictures of `docs/console.md`: every page of the console, as its reader sees it.

In English and light for the docs; for those who look whether something is ugly, also in French and
dark, and as narrow as a phone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, Page

from tests.rig.browser import page_in
from tests.rig.console_pages import ADA, TESS, Place, be, desk, visit
from tests.rig.console_past import write_past
from tests.rig.small_png import shrink
from tests.rig.stack import Broker, Login, signed_in

OMAR: Final = Login("omar@example.org", "Omar Petit")
SETTLED_MS: Final = 400
Colours = Literal["light", "dark"]
WIDE: Final = (1280, 800)
PHONE: Final = (390, 844)
LOOKS: Final[dict[str, tuple[str, Colours, tuple[int, int]]]] = {
    "fr-dark": ("fr-FR", "dark", WIDE),
    "phone": ("en-GB", "light", PHONE),
    "phone-fr-dark": ("fr-FR", "dark", PHONE),
}
OF_THE_DOCS: Final = (
    "join",
    "sign-in",
    "sessions",
    "new-session",
    "waiting",
    "asking",
    "ended",
    "tokens",
    "live",
    "end",
    "audit",
    "story",
    "accounts",
    "groups",
    "branding",
    "system",
    "measures",
)


async def photograph_pages(broker: Broker, browser: Browser, images: Path, others: Path) -> None:
    """Write the pictures of the docs to `images`, those in other looks to `others`."""
    await broker.add_account(OMAR, "technician")
    async with desk(broker) as there:
        await _write_past(broker)
        places = there.places()
        async with _page(browser, "en-GB", "light", WIDE) as page:
            wanted = [place for place in places if place.name in OF_THE_DOCS]
            await _take(page, broker, wanted, images, "console-{}.png")
        for name, look in LOOKS.items():
            async with _page(browser, *look) as page:
                await _take(page, broker, places, others, f"{{}}-{name}.png")


@asynccontextmanager
async def _page(
    browser: Browser, locale: str, colours: Colours, size: tuple[int, int]
) -> AsyncIterator[Page]:
    async with page_in(browser, *size, locale, color_scheme=colours) as (page, _):
        yield page


async def _write_past(broker: Broker) -> None:
    async with signed_in(broker, ADA) as admin:
        accounts = (await admin._call("GET", "/api/v1/accounts"))["accounts"]
    who = [
        (one["account_id"], one["name"])
        for one in accounts
        if one["email"] in (TESS.email, OMAR.email)
    ]
    await write_past(broker.folder, who)


async def _take(
    page: Page, broker: Broker, places: list[Place] | tuple[Place, ...], folder: Path, name: str
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    reader = None
    for place in places:
        if place.reader != reader:
            reader = place.reader
            await be(page, broker, reader)
        await visit(page, broker, place)
        await page.wait_for_timeout(SETTLED_MS)
        file = folder / name.format(place.name)
        await page.screenshot(path=file)
        shrink(file)
