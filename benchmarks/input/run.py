"""One run: a desktop, a client, a console; events from the page, stamps from the display."""

import asyncio
import json
import os
import string
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

from benchmarks.input.sequence import Tally, tally, unwrap
from benchmarks.screen import stage
from benchmarks.screen.run import desktop, opened
from benchmarks.screen.systems.handrail import Handrail
from benchmarks.screen.systems.interface import Place
from benchmarks.screen.viewer import Viewer
from tests.rig.hands import find_window, press, rest

KEYS_PER_S: Final = 100
MOVES_PER_S: Final = 1000
CHARACTERS: Final = string.ascii_lowercase
_LEFT, _TOP, _ACROSS, _ROW = 100, 300, 1600, 40
"""Pixels: moves go along rows from here, a pixel each, below the session bar."""
_WARM_UP_S: Final = 1.0
_SETTLE_S: Final = 2.0
"""After this long nothing is on its way any more."""
_LOAD_FPS: Final = 60
_FILE_BYTES: Final = 8_000_000_000
_OFFER, _WINDOW = "Handrail – Take these files", "Handrail – Files"
_READING_S: Final = 1.5
"""An offer cannot be accepted before it can have been read."""
_SCRIPT: Final = Path(__file__).with_name("hands.js")


@dataclass(slots=True)
class Bench:
    """Everything that one run needs."""

    place: Place
    watcher: Viewer
    system: Handrail
    seconds: float

    async def call(self, call: str, *arguments: object) -> Any:
        """Call one of the hands with the picture's element and these."""
        script = f"(given) => hands.{call}(({self.system.picture})(), ...given)"
        return await self.watcher.page.evaluate(script, list(arguments))


async def run(network: str, seconds: float, say: Callable[[str], None]) -> dict[str, Tally]:
    """Type and point, with a still screen and with one that scrolls: the tally of each scene."""
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory(prefix="bench-input-") as name:
        async with AsyncExitStack() as stack:
            bench = await _open(stack, Path(name), network, seconds)
            for scene, (measure, load) in SCENES.items():
                say(scene)
                async with load(bench), _witness(bench) as witness:
                    await bench.system.focus(bench.watcher.page)
                    await asyncio.sleep(_WARM_UP_S)
                    found[scene] = await measure(bench, witness)
    return found


async def _open(stack: AsyncExitStack, folder: Path, network: str, seconds: float) -> Bench:
    place = await stack.enter_async_context(desktop(folder, network))
    system = Handrail()
    watcher = await opened(stack, place, system, _SCRIPT)
    return Bench(place, watcher, system, seconds)


@asynccontextmanager
async def _witness(bench: Bench) -> AsyncIterator[stage.Scene]:
    """A witness above all that is on the desktop."""
    async with stage.scene(bench.place.display, "witness", _notes(bench)) as witness:
        yield witness


@asynccontextmanager
async def _still(_: Bench) -> AsyncIterator[None]:
    """Nothing else happens."""
    yield


@asynccontextmanager
async def _scroll(bench: Bench) -> AsyncIterator[None]:
    """A page scrolls all over the desktop."""
    async with stage.scene(bench.place.display, "motion", _LOAD_FPS, stage.DESKTOP):
        yield


@asynccontextmanager
async def _file(bench: Bench) -> AsyncIterator[None]:
    """A file that does not end meanwhile is on its way to the end user, who has accepted it."""
    page, display = bench.watcher.page, bench.place.display
    await page.get_by_role("tab", name="Files").click()
    source = bench.place.folder / "large.bin"
    source.touch()
    os.truncate(source, _FILE_BYTES)
    await page.locator("hr-files-panel #files").set_input_files(source)
    await find_window(display, _OFFER)
    await asyncio.sleep(_READING_S)
    await press(display, _OFFER, "alt+a")
    await press(display, _WINDOW, "alt+F4")
    await rest()
    yield
    await page.get_by_role("button", name="Cancel:").click()
    await page.get_by_role("button", name="Remove from the list").click()


async def _type(bench: Bench, witness: stage.Scene) -> Tally:
    await bench.call("hear")
    await _strike(bench.watcher.page, int(bench.seconds * KEYS_PER_S))
    times: list[float] = await bench.call("heard")
    keys = (await _take(bench, witness))["keys"]
    known = [(CHARACTERS.index(key), at) for key, at in keys if key and key in CHARACTERS]
    numbers = unwrap([place for place, _ in known], len(CHARACTERS))
    arrivals = [(number, at) for number, (_, at) in zip(numbers, known, strict=True)]
    return tally(dict(enumerate(times)), arrivals)


async def _strike(page: Page, count: int) -> None:
    """Strike keys at a steady rate, as the browser's own, and wait for none to be dealt with."""
    devtools = await page.context.new_cdp_session(page)
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.TaskGroup() as strokes:
        for number in range(count):
            await asyncio.sleep(began + number / KEYS_PER_S - loop.time())
            character = CHARACTERS[number % len(CHARACTERS)]
            for event in (_stroke("keyDown", character, character), _stroke("keyUp", character)):
                strokes.create_task(devtools.send("Input.dispatchKeyEvent", event))
    await devtools.detach()


def _stroke(kind: str, character: str, text: str = "") -> dict[str, Any]:
    code = character.upper()
    known = {"key": character, "code": f"Key{code}", "windowsVirtualKeyCode": ord(code)}
    return {"type": kind, "text": text, **known}


async def _move(bench: Bench, witness: stage.Scene) -> Tally:
    """Moves that were put together in the page are not lost: what left it counts as sent."""
    screen = stage.DESKTOP
    pixels = [_pixel(number) for number in range(int(bench.seconds * MOVES_PER_S))]
    places = [((x + 0.5) / screen.width, (y + 0.5) / screen.height) for x, y in pixels]
    told = await bench.call("point", places, MOVES_PER_S)
    left = (_number(int(x * screen.width), int(y * screen.height)) for x, y in told["pointed"])
    sent = {number: told["times"][number] for number in left if 0 <= number < len(pixels)}
    moves = (await _take(bench, witness))["moves"]
    return tally(sent, [(_number(x, y), at) for x, y, at in moves])


Measure = Callable[[Bench, stage.Scene], Awaitable[Tally]]
Load = Callable[[Bench], AbstractAsyncContextManager[None]]
SCENES: Final[dict[str, tuple[Measure, Load]]] = {
    "type": (_type, _still),
    "move": (_move, _still),
    "type-scroll60": (_type, _scroll),
    "move-scroll60": (_move, _scroll),
    "type-file": (_type, _file),
    "move-file": (_move, _file),
}
"""Every scene: what is done, and what else happens meanwhile."""


async def _take(bench: Bench, witness: stage.Scene) -> Any:
    await asyncio.sleep(_SETTLE_S)
    await witness.say("take")
    await witness.hear()
    return json.loads(_notes(bench).read_text())


def _notes(bench: Bench) -> Path:
    return bench.place.folder / "witness.json"


def _pixel(number: int) -> tuple[int, int]:
    return _LEFT + number % _ACROSS, _TOP + number // _ACROSS * _ROW


def _number(x: int, y: int) -> int:
    return (y - _TOP) // _ROW * _ACROSS + x - _LEFT
