"""Pointer, fingers, zoom and monitors from the console, read back at the X server."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.test_input import connected, settled_box, until_followed, wait_for_pointer
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import pointer
from tests.rig.processes import output_of, running
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e


@asynccontextmanager
async def target(display: XDisplay, folder: Path) -> AsyncIterator[Path]:
    """A window over the whole display; the file says which buttons went down and up in it."""
    log = folder / "target.log"
    async with running([sys.executable, "-m", "tests.rig.target"], log, display.env):
        await wait_for_lines(log, 1)
        yield log


async def wait_for_lines(log: Path, count: int) -> list[list[int | str]]:
    """Wait until so many lines are there, and give all but the first: what, button, x, y."""
    lines: list[str] = []
    try:
        async with asyncio.timeout(10):
            while len(lines := log.read_text().splitlines() if log.exists() else []) < count:
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"only these came: {lines}")
    words = [line.split() for line in lines[1:]]
    return [[what, *map(int, numbers)] for what, *numbers in words]


async def box(console: Console) -> tuple[float, float, float, float]:
    """Where the picture lies on the page: left, top, width, height."""
    found = await console.screen.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["width"], found["height"]


# ---- the end user's pointer


async def test_the_mouse_takes_the_shape_of_the_pointer_and_the_end_user_s_moves_are_seen(
    display: XDisplay, broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    async with target(display, tmp_path), connected(display, broker, browser) as console:
        drawn = console.page.locator("img.remote-pointer")
        left, top, width, height = await box(console)
        await output_of(["xdotool", "mousemove", "900", "600"], display.env)
        await expect(drawn).to_have_css("visibility", "visible")
        await wait_for_image_at(drawn, left + 900.5 / 1280 * width, top + 600.5 / 800 * height)
        await console.page.mouse.move(left + width / 4, top + height / 4)
        await wait_for_pointer(display, 320, 200, 2)
        await expect(drawn).to_have_css("visibility", "hidden")
        hot = int(5.5 * max(0.6, width / 1280))
        shape = re.compile(rf"^image-set\(url\(.*\) {hot} {hot}, crosshair$")
        await expect(console.screen).to_have_css("cursor", shape)
        await output_of(["xdotool", "mousemove", "100", "700"], display.env)
        await expect(drawn).to_have_css("visibility", "visible")


async def wait_for_image_at(image: Locator, x: float, y: float) -> None:
    """Wait until the hot spot of the pointer, 5.5 of its 16 pixels, lies here."""
    async with asyncio.timeout(15):
        while True:
            found = await image.bounding_box()
            if found is not None:
                hot = found["width"] * 5.5 / 16
                if abs(found["x"] + hot - x) < 1 and abs(found["y"] + hot - y) < 1:
                    return
            await asyncio.sleep(0.02)


async def test_without_control_the_own_arrow_stays_and_the_remote_pointer_is_drawn(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, grant="view") as console:
        await output_of(["xdotool", "mousemove", "900", "600"], display.env)
        await expect(console.page.locator("img.remote-pointer")).to_have_css(
            "visibility", "visible"
        )
        await expect(console.screen).to_have_css("cursor", "auto")


# ---- zoom


async def test_the_pointer_is_where_it_points_at_any_zoom_and_wherever_it_is_scrolled_to(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser) as console:
        page, stage = console.page, console.page.locator("hr-remote-screen .stage")
        larger = page.get_by_role("button", name="Larger")
        await until_followed(console, display)
        for ratio in (1, 1.5, 2):
            await on_monitor(page, ratio)
            for step in range(3):
                await page.get_by_role("button", name="1:1").click()
                for _ in range(3 * step):
                    await larger.click()
                await settled_box(console)
                for scrolled in (-10_000, 10_000):
                    await stage.evaluate(f"stage => stage.scrollBy({scrolled}, {scrolled})")
                    await check_corners(console, display, stage)


async def on_monitor(page: Page, ratio: float) -> None:
    """Put the window on a monitor of so many device pixels a pixel."""
    line = await page.context.new_cdp_session(page)
    size = {"width": 1280, "height": 800, "deviceScaleFactor": ratio, "mobile": False}
    await line.send("Emulation.setDeviceMetricsOverride", size)
    await page.wait_for_function("ratio => devicePixelRatio === ratio", arg=ratio)


async def check_corners(console: Console, display: XDisplay, stage: Locator) -> None:
    """Point near the corners of what is seen of the picture."""
    left, top, width, height = await box(console)
    seen = await stage.bounding_box()
    assert seen is not None
    for x, y in [(0.1, 0.1), (0.85, 0.15), (0.5, 0.5), (0.2, 0.85)]:
        across = max(left, seen["x"]) + x * min(width, seen["width"])
        down = max(top, seen["y"]) + y * min(height, seen["height"])
        await console.page.mouse.move(across, down)
        scale = width / 1280
        await wait_for_pointer(
            display, (across - left) / scale, (down - top) / scale, 1 + 1 / scale
        )


async def test_the_wheel_with_control_held_zooms_a_picture_that_is_only_looked_at(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    async with connected(display, broker, browser, grant="view") as console:
        left, top, width, height = await box(console)
        await console.page.mouse.move(left + width * 0.75, top + height * 0.25)
        await console.page.keyboard.down("Control")
        await console.page.mouse.wheel(0, -400)
        await console.page.keyboard.up("Control")
        async with asyncio.timeout(15):
            while abs((grown := await box(console))[2] - 2 * width) > 2:
                await asyncio.sleep(0.02)
        assert abs(grown[0] + grown[2] * 0.75 - (left + width * 0.75)) < 2
        assert abs(grown[1] + grown[3] * 0.25 - (top + height * 0.25)) < 2


# ---- fingers


class Fingers:
    """Touches a page as the browser's own protocol lets a test do with many fingers."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._line: Any = None

    async def put(self, kind: str, *points: tuple[float, float]) -> None:
        """Tell where the fingers are: `touchStart`, `touchMove`, or `touchEnd` without any."""
        if self._line is None:
            self._line = await self._page.context.new_cdp_session(self._page)
        fingers = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        await self._line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


async def test_fingers_work_the_remote_pointer(
    display: XDisplay, broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    async with (
        target(display, tmp_path) as log,
        connected(display, broker, browser, has_touch=True) as console,
    ):
        fingers = Fingers(console.page)
        left, top, width, height = await box(console)

        def at(x: float, y: float) -> tuple[float, float]:
            return left + x * width, top + y * height

        await console.page.touchscreen.tap(*at(0.25, 0.5))
        tap = await wait_for_lines(log, 3)
        assert [line[:2] for line in tap] == [["down", 1], ["up", 1]]
        assert abs(int(tap[0][2]) - 320) <= 2
        assert abs(int(tap[0][3]) - 400) <= 2

        await fingers.put("touchStart", at(0.6, 0.6))
        pressed = await wait_for_lines(log, 5)
        assert [line[:2] for line in pressed[2:]] == [["down", 3], ["up", 3]]
        await fingers.put("touchEnd")

        await fingers.put("touchStart", at(0.3, 0.3))
        await fingers.put("touchMove", at(0.4, 0.3))
        await fingers.put("touchMove", at(0.5, 0.4))
        await wait_for_pointer(display, 640, 320, 2)
        await fingers.put("touchEnd")
        drag = (await wait_for_lines(log, 7))[4:]
        assert [line[:2] for line in drag] == [["down", 1], ["up", 1]]
        assert abs(int(drag[0][2]) - 384) <= 2
        assert abs(int(drag[1][2]) - 640) <= 2

        one, two = at(0.5, 0.7), at(0.6, 0.7)
        await fingers.put("touchStart", one, two)
        for step in range(1, 9):
            moved = [(x, y - 15 * step) for x, y in (one, two)]
            await fingers.put("touchMove", *moved)
        await fingers.put("touchEnd")
        turned = (await wait_for_lines(log, 13))[6:]
        assert {line[1] for line in turned} == {5}, "the content follows the fingers: down"

        before = pointer(display)
        middle = at(0.5, 0.5)
        await fingers.put("touchStart", (middle[0] - 40, middle[1]), (middle[0] + 40, middle[1]))
        for step in range(1, 5):
            spread = 40 + 20 * step
            await fingers.put(
                "touchMove", (middle[0] - spread, middle[1]), (middle[0] + spread, middle[1])
            )
        await fingers.put("touchEnd")
        async with asyncio.timeout(15):
            while (await box(console))[2] < 2.5 * width:
                await asyncio.sleep(0.02)
        assert pointer(display) == before


# ---- monitors


async def test_monitors_of_different_size_are_switched_unplugged_and_remembered(
    display: XDisplay, broker: Broker, browser: Browser
) -> None:
    await output_of(
        ["xrandr", "--setmonitor", "*LEFT", "800/200x800/200+0+0", "screen"], display.env
    )
    await output_of(
        ["xrandr", "--setmonitor", "RIGHT", "480/160x600/160+800+100", "none"], display.env
    )
    async with connected(display, broker, browser) as console:
        choice = console.page.get_by_label("Monitor shown")
        await expect(choice).to_have_value("LEFT")
        assert await console.size() == (800, 800)
        await choice.select_option("RIGHT")
        await wait_for_size(console, 480, 600)
        await points_at(console, display, (800, 100, 480, 600))
        await choice.select_option("all")
        await wait_for_size(console, 1280, 800)
        await points_at(console, display, (0, 0, 1280, 800))
        await choice.select_option("RIGHT")
        await wait_for_size(console, 480, 600)
        await console.page.reload()
        await wait_for_size(console, 480, 600)
        await expect(choice).to_have_value("RIGHT")
        await output_of(["xrandr", "--delmonitor", "RIGHT"], display.env)
        await wait_for_size(console, 800, 800)
        await expect(choice).to_be_hidden()
        await points_at(console, display, (0, 0, 800, 800))


async def wait_for_size(console: Console, width: int, height: int) -> None:
    """Wait until the picture has this size."""
    size = (0, 0)
    try:
        async with asyncio.timeout(15):
            while (size := await console.size()) != (width, height):
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"the picture is {size}")


async def points_at(console: Console, display: XDisplay, area: tuple[int, int, int, int]) -> None:
    """The pointer lands where it points, on this part of the desktop."""
    left, top, width, height = area
    for x, y in [(0.05, 0.07), (0.5, 0.5), (0.93, 0.9)]:
        page_left, page_top, across, down = await box(console)
        await console.page.mouse.move(page_left + x * across, page_top + y * down)
        tolerance = 1 + width / across
        await wait_for_pointer(display, left + x * width, top + y * height, tolerance)
