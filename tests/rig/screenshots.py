"""`make screenshots`: takes pictures on a real display, in a real browser.

The README's and those of `docs/console.md` go to `docs/images`, those of every window of the end
user to `var/screenshots`, those of the console in its states and of its pages in other looks to
folders in there; with `windows`, `console`, `pages` or `readme` as its argument it takes these
alone.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.console_pages import TESS
from tests.rig.console_pictures import photograph_pages
from tests.rig.console_screens import photograph_console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.end_user_windows import photograph
from tests.rig.hands import find_window, look, press, save
from tests.rig.processes import output_of, running
from tests.rig.stack import running_broker, running_broker_of, running_client

IMAGES = Path("docs/images")
WINDOWS = Path("var/screenshots")
CONSOLE = WINDOWS / "console"
PAGES = WINDOWS / "pages"
GREETING = "PS1='ines@kitchen-pc:~$ ' sh"


async def main() -> None:
    """Write all pictures, or those that are asked for."""
    wanted = sys.argv[1:] or ["windows", "console", "pages", "readme"]
    with tempfile.TemporaryDirectory() as name:
        if "windows" in wanted:
            await _photograph_windows(Path(name))
            print(f"The end user's windows are in {WINDOWS}")
        if "console" in wanted:
            await _photograph_console(Path(name))
            print(f"The console's states are in {CONSOLE}")
        if "pages" in wanted:
            await _photograph_pages(Path(name) / "pages")
            print(f"The console's pages are in {IMAGES} and {PAGES}")
    if "readme" in wanted:
        await _photograph_session()
        print(f"The README's pictures are in {IMAGES}")


async def _photograph_windows(folder: Path) -> None:
    async with virtual_display(folder, 1280, 1024) as display:
        await output_of(["xsetroot", "-solid", "#2f4858"], display.env)
        await photograph(display, WINDOWS)
    async with virtual_display(folder, 640, 480) as display:
        await output_of(["xsetroot", "-solid", "#2f4858"], display.env)
        await photograph(display, WINDOWS / "small")


async def _photograph_console(folder: Path) -> None:
    async with running_broker(folder) as broker, chromium() as browser:
        await broker.add_account(TESS, "technician")
        await photograph_console(broker, browser, TESS, folder, CONSOLE)


async def _photograph_pages(folder: Path) -> None:
    async with running_broker_of(TESS, folder) as broker, chromium() as browser:
        await photograph_pages(broker, browser, IMAGES, PAGES)


async def _photograph_session() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            display = await stack.enter_async_context(virtual_display(folder))
            await output_of(["xsetroot", "-solid", "#2f4858"], display.env)
            broker = await stack.enter_async_context(running_broker(folder))
            await broker.add_account(TESS, "technician")
            browser = await stack.enter_async_context(chromium())
            page, _ = await stack.enter_async_context(page_in(browser, 1360, 800))
            console = Console(page, broker)
            await console.sign_in(TESS)
            code = await console.create_code("ZD-4711")
            await page.screenshot(path=IMAGES / "code.png")
            await stack.enter_async_context(running_client(broker, display, code))
            await find_window(display, "Allow access")
            await console.wait_for_status("asking for consent")
            await console.digits.wait_for()
            await asyncio.sleep(1)  # the window manager draws the frame
            save(look(display), IMAGES / "client.png")
            await press(display, "Allow access", "shift+Tab", "space", "alt+a")
            await console.wait_for_status("connected")
            await page.get_by_role("button", name="They are the same").click()
            await _fill_desktop(stack, display, folder)
            await console.say("Hello Ines, I can see the error now. One moment.")
            await asyncio.sleep(3)  # for the picture and the figures to settle
            await page.screenshot(path=IMAGES / "console.png")


async def _fill_desktop(stack: AsyncExitStack, display: XDisplay, folder: Path) -> None:
    font = ["-fa", "DejaVu Sans Mono", "-fs", "12"]
    terminal = ["xterm", *font, "-geometry", "76x22+60+130", "-e", "sh", "-c", GREETING]
    await stack.enter_async_context(running(terminal, folder / "xterm.log", display.env, folder))
    await find_window(display, "sh")


if __name__ == "__main__":
    asyncio.run(main())
