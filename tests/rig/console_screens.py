"""Every state of the technician's console, as it looks: in each language, light and dark.

One real session a language is led through its states; nothing is found by its words. Look at the
pictures: no test says that something is ugly.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, Page

from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.hands import find_window, press, rest
from tests.rig.processes import kill_group, output_of
from tests.rig.stack import Broker, Login, Technician, running_client, signed_in

LOCALES: Final = {"en": "en-GB", "fr": "fr-FR"}
COLOURS: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
WIDE: Final = (1360, 800)
NARROW: Final = (1024, 700)
SETTLED_MS: Final = 700
"""Transitions are over, and a picture has been drawn, by then."""
ALMOST_ALL: Final = ("view", "control", "clipboard.send", "files.send", "files.receive")
"""Something is left to be asked for."""


class Camera:
    """A page of the console in one language, photographed light and dark, wide and narrow."""

    def __init__(self, page: Page, language: str, folder: Path) -> None:
        self.page = page
        self._language = language
        self._folder = folder

    async def take(self, name: str, *, narrow: bool = False) -> None:
        """Photograph what is there now."""
        for colours in COLOURS:
            await self.page.emulate_media(color_scheme=colours)
            await self._save(f"{name}-{self._language}-{colours}.png")
        await self.page.emulate_media(color_scheme="light")
        if narrow:
            await self._in_size(NARROW, f"{name}-{self._language}-narrow.png")

    async def _in_size(self, size: tuple[int, int], name: str) -> None:
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})
        await self._save(name)
        await self.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})

    async def _save(self, name: str) -> None:
        await self.page.wait_for_timeout(SETTLED_MS)
        await self.page.screenshot(path=self._folder / name)


async def photograph_console(
    broker: Broker, browser: Browser, login: Login, home: Path, folder: Path
) -> None:
    """Write pictures of the console in all languages, in these states and more."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, locale in LOCALES.items():
        async with AsyncExitStack() as stack:
            display = await stack.enter_async_context(virtual_display(home))
            await output_of(["xsetroot", "-solid", "#2f4858"], display.env)
            page, _ = await stack.enter_async_context(page_in(browser, *WIDE, locale=locale))
            technician = await stack.enter_async_context(signed_in(broker, login))
            camera = Camera(page, language, folder)
            await _before_a_session(camera, broker, login)
            await _a_session(stack, camera, technician, display)


async def _before_a_session(camera: Camera, broker: Broker, login: Login) -> None:
    page = camera.page
    await page.goto(f"{broker.url}/console/")
    await page.locator("hr-sign-in").wait_for()
    await camera.take("sign-in")
    await page.locator("hr-sign-in input[type=email]").fill(login.email)
    await page.locator("hr-sign-in input[type=password]").fill("wrong")
    await page.locator("hr-sign-in input[type=password]").press("Enter")
    await camera.take("sign-in-refused")
    await page.locator("hr-sign-in input[type=password]").fill(login.password)
    await page.locator("hr-sign-in input[type=password]").press("Enter")
    await page.locator("hr-sessions").wait_for()
    await camera.take("sessions", narrow=True)


async def _a_session(
    stack: AsyncExitStack, camera: Camera, technician: Technician, display: XDisplay
) -> None:
    page, broker = camera.page, technician.broker
    session = await technician.create_session("ZD-4711", ALMOST_ALL)
    await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
    await page.locator("hr-code-card").wait_for()
    await camera.take("waiting", narrow=True)
    client = await stack.enter_async_context(running_client(broker, display, session["code"]))
    await find_window(display, "Allow access")
    await technician.wait_for_state(session["session_id"], "joined")
    console = Console(page, broker)
    await console.digits.wait_for()
    await camera.take("asking", narrow=True)
    ticked = ("shift+Tab", "space") * (len(ALMOST_ALL) - 1)  # the screen is already
    await press(display, "Allow access", *ticked, "alt+a")
    await technician.wait_for_state(session["session_id"], "connected")
    await console.size()
    await camera.take("local-use")
    await rest()
    await page.locator("hr-trust #differ").click()
    await camera.take("differ", narrow=True)
    await page.locator("hr-trust .choices button").first.click()
    await page.locator("hr-trust #same").click()
    await camera.take("connected", narrow=True)
    for name, show in _TOOLS.items():
        await show(page)
        await camera.take(name, narrow=name == "files")
        await page.keyboard.press("Escape")
    await output_of(["xdotool", "key", "ctrl+shift+F12"], display.env)
    await camera.take("paused")
    kill_group(client)
    await client.wait()
    await page.wait_for_timeout(6000)  # the heart is missed, and the peer said to be lost
    await camera.take("lost")
    await technician.end(session["session_id"])
    await page.locator("hr-session-summary").wait_for()
    await camera.take("ended", narrow=True)
    await page.goto(f"{broker.url}/console/#/")
    await page.locator("hr-sessions").wait_for()
    await camera.take("sessions-one")


def _click(selector: str) -> Callable[[Page], Awaitable[None]]:
    async def click(page: Page) -> None:
        await page.locator(selector).first.click()

    return click


_TOOLS: Final = {
    "guide": _click("hr-guide-tools button >> nth=1"),
    "palette": _click("hr-keyboard-tools #open"),
    "clipboard": _click("hr-clipboard button"),
    "figures": _click("hr-quality button"),
    "ask": _click("hr-rights button"),
    "chat": _click("#tab-chat"),
    "history": _click("#tab-history"),
    "files": _click("#tab-files"),
}
