"""Guide mode from end to end: drawn in the console, seen on the display, in nobody's way."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import Picture, look, press
from tests.rig.processes import output_of, running
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.clock, pytest.mark.slow]

WIDTH, HEIGHT = 1280, 800
ACCENT = (0x1D, 0x5F, 0xB4)
FADED_S = 12.0
NOT_SIGNED_IN = "status of 401"
"""What the browser notes when the console asks, at first, whether somebody is signed in."""
_LISTENER = """
from Xlib import X, display
screen = display.Display()
window = screen.screen().root.create_window(640, 200, 600, 560, 0, 24,
    event_mask=X.ButtonPressMask, background_pixel=0xffffff, override_redirect=1)
window.map()
screen.sync()
print("shown", flush=True)
while True:
    event = screen.next_event()
    print("pressed", event.root_x, event.root_y, flush=True)
"""


class Guide:
    """The technician with the guide's tools in hand."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.page = console.page

    async def take(self, tool: str) -> None:
        """Choose a tool, or put it back."""
        await self.page.get_by_role("button", name=tool, exact=True).click()

    async def drag(self, *places: tuple[float, float]) -> None:
        """Draw from the first of these pixels of the display to the last."""
        left, top, scale = await self.console.picture_box()
        mouse = self.page.mouse
        points = [(left + x * scale, top + y * scale) for x, y in places]
        await mouse.move(*points[0])
        await mouse.down()
        for point in points[1:]:
            await mouse.move(*point, steps=8)
        await mouse.up()


@asynccontextmanager
async def guiding(
    display: XDisplay, broker: Broker, browser: Browser, grant: str = "view", **page_options: object
) -> AsyncIterator[Guide]:
    """A console that sees the display."""
    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("GUIDE-1")
        async with (
            running_client(broker, display, session["code"], "--grant", grant),
            page_in(browser, **page_options) as (page, errors),
        ):
            console = Console(page, broker)
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            await console.size()
            yield Guide(console)
            await tess.end(session["session_id"])
            assert [error for error in errors if NOT_SIGNED_IN not in error] == []


def coloured(picture: Picture, x: float, y: float, reach: int = 20) -> int:
    """How many pixels around this one have the accent colour."""
    part = picture[int(y) - reach : int(y) + reach, int(x) - reach : int(x) + reach]
    return int((part == ACCENT).all(axis=2).sum())


async def until_coloured(
    display: XDisplay, *places: tuple[float, float], shown: bool = True, within_s: float = 5.0
) -> None:
    """Wait until all of these are drawn on, or none is."""
    counts: list[int] = []
    try:
        async with asyncio.timeout(within_s):
            while True:
                picture = look(display)
                counts = [coloured(picture, *place) for place in places]
                if all((count > 25) is shown for count in counts):
                    return
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"accent-coloured pixels: {dict(zip(places, counts, strict=True))}")


async def test_an_arrow_is_seen_where_it_was_drawn_lets_clicks_through_and_fades(
    display: XDisplay, broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    log = tmp_path / "listener.log"
    async with (
        running([sys.executable, "-c", _LISTENER], log, display.env),
        guiding(display, broker, browser) as guide,
    ):
        await guide.take("Draw an arrow")
        await guide.drag((700, 300), (900, 600))
        await until_coloured(display, (745, 367), (800, 450), (890, 585))
        assert coloured(look(display), 1000, 700) == 0
        await output_of(["xdotool", "mousemove", "800", "450", "click", "1"], display.env)
        async with asyncio.timeout(15):
            while "pressed 800 450" not in log.read_text():
                await asyncio.sleep(0.05)
        await until_coloured(display, (745, 367), (800, 450), shown=False, within_s=FADED_S)


async def test_marks_and_strokes_stay_when_kept_and_all_goes_at_once_when_the_end_user_pauses(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with guiding(display, broker, browser) as guide:
        await guide.take("Keep what is drawn until cleared")
        await guide.take("Place a numbered mark")
        await guide.drag((700, 300), (700, 300))
        await guide.drag((900, 300), (900, 300))
        await guide.take("Draw freely")
        await guide.drag((700, 500), (800, 600), (900, 500))
        places = ((700, 300), (900, 300), (800, 595))
        await until_coloured(display, *places)
        await guide.take("Clear everything")
        await until_coloured(display, *places, shown=False)
        await guide.take("Place a numbered mark")
        await guide.drag((700, 300), (700, 300))
        await until_coloured(display, (700, 300))
        await press(display, "Handrail – Session", "alt+p")
        await until_coloured(display, (700, 300), shown=False, within_s=2)
        await guide.console.wait_for_status("paused")
        tool = guide.page.get_by_role("button", name="Place a numbered mark")
        await expect(tool).to_be_disabled()
        await expect(tool).to_have_attribute("aria-pressed", "false")
        await press(display, "Handrail – Session", "alt+r")
        await guide.console.wait_for_status("connected")
        assert coloured(look(display), 700, 300) == 0


async def test_with_a_tool_nothing_goes_to_control_and_escape_gives_it_back(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with guiding(display, broker, browser, "view,control") as guide:
        page = guide.page
        where = ["xdotool", "getmouselocation"]
        before = await output_of(where, display.env)
        await guide.take("Point at something")
        await guide.drag((700, 300), (800, 300))
        await until_coloured(display, (800, 300))
        await page.keyboard.press("a")
        assert await output_of(where, display.env) == before
        await until_coloured(display, (800, 300), shown=False)
        await page.keyboard.press("Escape")
        tool = page.get_by_role("button", name="Point at something")
        await expect(tool).to_have_attribute("aria-pressed", "false")
        await guide.drag((1000, 300), (1000, 300))
        async with asyncio.timeout(15):
            while await output_of(where, display.env) == before:
                await asyncio.sleep(0.05)
        await until_coloured(display, (1025, 320))


async def test_an_arrow_is_drawn_with_the_keyboard_alone(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with guiding(display, broker, browser) as guide:
        page = guide.page
        await page.get_by_role("button", name="Draw an arrow").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("Draw an arrow. Arrow keys move")).to_be_focused()
        await page.keyboard.press("Enter")
        for _ in range(5):
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await until_coloured(
            display, (0.55 * WIDTH, 0.55 * HEIGHT), (0.595 * WIDTH, 0.595 * HEIGHT)
        )


FLOOD = """
() => new Promise((done) => {
  let sent = 0;
  const send = () => {
    for (let i = 0; i < 200; i += 1, sent += 1) {
      const x = (sent % 1000) / 1000;
      const arrow = { from_x: 0.5, from_y: 0.5, to_x: x, to_y: 1, pinned: true };
      window.handrailChannels.guide.send(
        JSON.stringify({ type: "guide.arrow", id: `f-${sent}`, ...arrow }));
      window.handrailChannels.pointer.send(JSON.stringify(
        { type: "guide.point", sequence: 9e15 + sent, x, y: 0.5 }));
    }
    if (sent >= 10000) return done(sent);
    setTimeout(send, 20);
  };
  send();
})
"""
CHANNELS = """
window.handrailChannels = {};
const create = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (label, options) {
  return (window.handrailChannels[label] = create.call(this, label, options));
};
"""


async def test_a_rogue_flood_of_guides_leaves_the_session_and_the_end_user_undisturbed(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("GUIDE-2")
        async with (
            running_client(broker, display, session["code"], "--grant", "view"),
            page_in(browser) as (page, _),
        ):
            await page.add_init_script(CHANNELS)
            console = Console(page, broker)
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            await console.size()
            flood = asyncio.create_task(page.evaluate(FLOOD))
            await until_coloured(display, (640, 425))
            await console.say("Still here?")
            await expect(console.chat).to_contain_text("Still here?")
            await press(display, "Handrail – Session", "alt+p")
            await until_coloured(display, (640, 425), shown=False, within_s=3)
            await console.wait_for_status("paused")
            assert await flood == 10_000
            await tess.end(session["session_id"])
