"""The viewer: a page in headless Chromium, and what it shows of the remote desktop.

All readings are taken in the page by `viewer.js`, the same way for every system; the clock is the
machine's, in seconds since the epoch.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import BrowserContext, Page, Playwright, async_playwright

from benchmarks.screen import barcode
from benchmarks.screen.figures import Picture
from benchmarks.screen.stage import DESKTOP
from tests.rig.browser import ARGUMENTS, CHROMIUM
from tests.rig.processes import ProcessFailed

VIEWPORT = {"width": 1280, "height": 800}
"""CSS pixels; the desktop is shown smaller than it is, as on most technicians' screens."""

POINTER_CORNER = 32
"""Pixels at the bottom right where the pointer is parked: not compared."""

Spot = tuple[int, int]
"""Pixels of the desktop, left and top."""

_SCRIPT = Path(__file__).with_name("viewer.js")
_POLL_S = 0.02
_PLAIN_CANDIDATES = "--disable-features=WebRtcHideLocalIpsWithMdns"
"""Nothing resolves mDNS names in a namespace, and aioice waits seconds for each."""


@dataclass(slots=True)
class SettleReading:
    """What was seen of a screen that settled."""

    looks: list[tuple[float, int]]
    """When, and how many pixels were wrong then."""
    kept: Picture | None
    """The picture at the moment that was asked for, if there was one."""


@dataclass(slots=True)
class Viewer:
    """A page with the reading script in it."""

    page: Page

    async def watch_first(self, spot: Spot, number: int) -> None:
        """Look for this number's bar code from now on, in this page and in those it becomes."""
        call = f"globalThis.bench?.watchFirst({_spot(spot)}, {barcode.encode(number)})"
        await self.page.add_init_script(call)
        await self.page.evaluate(f"() => {{ {call} }}")

    async def first_seen_at(self, timeout_s: float) -> float:
        """Wait until `watch_first` has seen what it looks for. Raises ProcessFailed."""
        try:
            async with asyncio.timeout(timeout_s):
                while (at := await self._first()) is None:  # noqa: ASYNC110 - a page
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise ProcessFailed(f"no picture within {timeout_s:g} s") from error
        return at

    async def flip_ms(self, spot: Spot, key: str, timeout_s: float) -> float | None:
        """Press a key and give the time until the pixel at `spot` changed; None when it did not."""
        armed = f"() => bench.armKey({_spot(spot)}, {timeout_s * 1000})"
        if not await self.page.evaluate(armed):
            raise ProcessFailed("there is no picture any more")
        await self.page.keyboard.press(key)
        passed: float | None = await self.page.evaluate("() => bench.flipped")
        return passed

    async def words(self, spot: Spot, seconds: float) -> list[tuple[float, int]]:
        """Give every change of the bar code at `spot`: when it was seen, and its word."""
        await self.page.evaluate(f"() => bench.watchWords({_spot(spot)})")
        await asyncio.sleep(seconds)
        samples: list[list[Any]] = await self.page.evaluate("() => bench.takeWords()")
        return [(seen_at, word) for seen_at, word in samples]

    async def watch_settle(self, expected: Picture, every_s: float) -> None:
        """Compare the whole picture with this one every so often from now on."""
        padded = np.dstack([expected, np.full(expected.shape[:2], 255, np.uint8)])
        options = {"corner": POINTER_CORNER, "everyMs": every_s * 1000}
        await self.page.evaluate(
            "([text, options]) => bench.watchSettle(text, options)",
            [base64.b64encode(padded.tobytes()).decode(), options],
        )

    async def keep_settle_at(self, at: float) -> None:
        """Keep the first picture that is compared at this moment or later."""
        await self.page.evaluate(f"() => bench.keepSettleAt({at!r})")

    async def take_settle(self) -> SettleReading:
        """Stop comparing and give what was seen."""
        seen = await self.page.evaluate("() => bench.takeSettle()")
        looks = [(at, wrong) for at, wrong in seen["looks"]]
        return SettleReading(looks, _picture(seen["kept"]) if seen["kept"] else None)

    async def _first(self) -> float | None:
        at: float | None = await self.page.evaluate("() => globalThis.bench?.firstSeenAt ?? null")
        return at


@asynccontextmanager
async def viewer(
    picture_script: str, origin: str, profile: Path | None = None
) -> AsyncIterator[Viewer]:
    """Open an empty page in a browser of its own that trusts `origin` like an https one.

    With a folder for its profile it keeps what a page keeps on the disk; else in memory.
    """
    arguments = [
        *ARGUMENTS,
        _PLAIN_CANDIDATES,
        f"--unsafely-treat-insecure-origin-as-secure={origin}",
    ]
    async with async_playwright() as playwright, AsyncExitStack() as stack:
        page = await (await _context(playwright, arguments, profile, stack)).new_page()
        await page.add_init_script(f"globalThis.benchPicture = {picture_script};")
        await page.add_init_script(path=_SCRIPT)
        yield Viewer(page)


async def _context(
    playwright: Playwright, arguments: list[str], profile: Path | None, stack: AsyncExitStack
) -> BrowserContext:
    options: dict[str, Any] = {"viewport": VIEWPORT, "locale": "en-GB", "ignore_https_errors": True}
    program: dict[str, Any] = {"executable_path": CHROMIUM, "args": arguments}
    if profile is not None:
        launch = playwright.chromium.launch_persistent_context
        context = await launch(profile, **program, **options)
        stack.push_async_callback(context.close)
        return context
    browser = await playwright.chromium.launch(**program)
    stack.push_async_callback(browser.close)
    return await browser.new_context(**options)


def _spot(spot: Spot) -> str:
    return f"{{ x: {spot[0]}, y: {spot[1]} }}"


def _picture(text: str) -> Picture:
    pixels = np.frombuffer(base64.b64decode(text), np.uint8)
    return pixels.reshape(DESKTOP.height, DESKTOP.width, 4)[:, :, :3]
