"""Debian's Chromium, headless, driven by Playwright."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """Run a browser, with these arguments besides those that every run has."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments]
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
