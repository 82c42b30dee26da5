"""Debian's Chromium, headless or on a display, driven by Playwright.

Starting it is two seconds of a processor, so the tests marked `e2e` share one, and the loop that it
is driven from. Each has a context of its own: cookies, storage, permissions.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright

from tests.rig.display import XDisplay

CHROMIUM = "/usr/bin/chromium"
HEADLESS = "/usr/bin/chromium-headless-shell"
"""The same browser without a window to be drawn, which costs a test a second of a processor."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

in_shared_loop = pytest_asyncio.fixture(loop_scope="session")
"""What makes the fixtures of the tests that share the browser."""

NO_WAY = """
  window.noWay = true;
  const { prototype } = RTCPeerConnection;
  const { addIceCandidate } = prototype;
  const { set } = Object.getOwnPropertyDescriptor(prototype, "onicecandidate");
  prototype.addIceCandidate = async function (...given) {
    if (!window.noWay) await addIceCandidate.apply(this, given);
  };
  Object.defineProperty(prototype, "onicecandidate", {
    set(handler) {
      if (!window.noWay) set.call(this, handler);
    },
  });
"""
"""Neither side learns where the other is, as where a firewall lets nothing of it through, until
`window.noWay` is false: connections that are made then do."""


@asynccontextmanager
async def chromium(*arguments: str, display: XDisplay | None = None) -> AsyncIterator[Browser]:
    """Run a browser, with these arguments besides those that every run has.

    On a display it takes keys from there, as a person presses them.
    """
    shown = ["--ozone-platform=x11"] if display else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM if display else HEADLESS,
            args=[*ARGUMENTS, *arguments, *shown],
            headless=display is None,
            env={**os.environ, **display.env} if display else None,
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def page_in(
    browser: Browser, width: int = 1280, height: int = 800, locale: str = "en-GB", **options: object
) -> AsyncIterator[tuple[Page, list[str]]]:
    """Open a page with cookies of its own; the list collects its errors and CSP violations."""
    context = await browser.new_context(
        viewport={"width": width, "height": height}, locale=locale, **options
    )
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    try:
        yield page, errors
    finally:
        await context.close()


async def tab_to(page: Page, target: Locator, most: int = 100) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    await target.wait_for()
    for _ in range(most):
        if await target.evaluate("(element) => element.matches(':focus')"):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached within {most} presses of Tab")
