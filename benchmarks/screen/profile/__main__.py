"""`python -m benchmarks.screen.profile`, which `make profile-screen` runs."""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from playwright.async_api import Route

from benchmarks.screen import stage
from benchmarks.screen.measure import PAUSE_S, PRESS_TIMEOUT_S, PRESSES_BEFORE, WARM_UP_S
from benchmarks.screen.profile import CLIENT, FILE_VARIABLE
from benchmarks.screen.profile.stages import TILE, VIDEO, Stage, Stamp, table, way
from benchmarks.screen.run import FIRST_TIMEOUT_S, desktop
from benchmarks.screen.scenes.window import Rectangle
from benchmarks.screen.systems.handrail import Handrail
from benchmarks.screen.systems.interface import Place
from benchmarks.screen.viewer import Viewer, viewer
from broker.protocol import tiles

PAGE_SCRIPT = Path(__file__).with_name("page.js")
WORKER_SCRIPT = Path(__file__).with_name("worker.js")
WAYS: dict[str, tuple[str, Rectangle, Sequence[Stage]]] = {
    "tile": ("a key flips a window of 400×300: a tile", stage.FLIPPER, TILE),
    "video": ("a key flips the whole screen: video", stage.DESKTOP, VIDEO),
}


def main() -> None:
    """Press keys and print a table for each way that a change can travel."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screen.profile")
    parser.add_argument("--presses", type=int, default=40, help="key presses that count (40)")
    parser.add_argument("--ways", nargs="*", choices=list(WAYS), default=list(WAYS))
    parser.add_argument("--network", choices=["lan", "wan"], default="lan")
    options = parser.parse_args()
    asyncio.run(_profile(options.presses, options.ways, options.network))


async def _profile(presses: int, names: Sequence[str], network: str) -> None:
    with tempfile.TemporaryDirectory(prefix="profile-screen-") as name:
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(desktop(Path(name), network))
            stamps = place.folder / "client.stamps"
            env = {FILE_VARIABLE: str(stamps)}
            watcher = await _open(stack, place, Handrail(CLIENT, env))
            for way_name in names:
                title, rectangle, stages = WAYS[way_name]
                print(f"profile-screen: {title}, {presses} presses", file=sys.stderr, flush=True)
                ways = await _ways(place, watcher, rectangle, stages, presses)
                print(f"\n{title} ({network}; {len(ways)} presses)\n{table(ways, stages)}")


async def _open(stack: AsyncExitStack, place: Place, system: Handrail) -> Viewer:
    """Start everything and wait for the first picture."""
    await system.start(place)
    watcher = await stack.enter_async_context(viewer(system.picture, system.origin))
    await watcher.page.add_init_script(path=PAGE_SCRIPT)
    await watcher.page.route("**/tiles/worker.js", _stamping)
    await system.prepare(watcher.page)
    await watcher.page.mouse.move(0, 0)
    await watcher.watch_first(stage.DESKTOP.barcode, stage.DESK_PAGE)
    await system.open(watcher.page)
    await watcher.first_seen_at(FIRST_TIMEOUT_S)
    await system.focus(watcher.page)
    return watcher


async def _stamping(route: Route) -> None:
    """Give the worker's script with the stamps before it; its imports come first anyway."""
    answer = await route.fetch()
    stamps = f"const TILE = {tiles.TILE};\n{WORKER_SCRIPT.read_text()}"
    await route.fulfill(response=answer, body=stamps + await answer.text())


async def _ways(
    place: Place, watcher: Viewer, rectangle: Rectangle, stages: Sequence[Stage], presses: int
) -> list[dict[str, float]]:
    spot = rectangle.x + rectangle.width // 2, rectangle.y + rectangle.height // 2
    ways = []
    async with stage.scene(place.display, "flipper", rectangle, "tells") as flipper:
        await asyncio.sleep(WARM_UP_S)
        for _ in range(PRESSES_BEFORE + presses):
            await asyncio.sleep(random.uniform(*PAUSE_S))
            stamps = await _press(place, watcher, flipper, spot)
            if stamps:
                ways.append(way(stamps, stages, spot))
    return ways[PRESSES_BEFORE:]


async def _press(
    place: Place, watcher: Viewer, flipper: stage.Scene, spot: tuple[int, int]
) -> list[Stamp]:
    """Press a key and give every stamp until it was shown; none when it was lost."""
    await watcher.page.evaluate("() => takeStamps()")
    began = time.time() - PAUSE_S[0]
    passed = await watcher.flip_ms(spot, "a", PRESS_TIMEOUT_S)
    if passed is None:
        return []
    told = await flipper.hear()
    seen = await watcher.page.evaluate("() => takeStamps()")
    stamps = [Stamp(label, at) for label, at in seen]
    stamps += [Stamp(label, at) for label, at in told.items()]
    stamps += _client_stamps(place.folder / "client.stamps", began)
    pressed_at = next(stamp.at for stamp in stamps if stamp.label == "input")
    shown = Stamp("shown", pressed_at + passed / 1000)
    return [*(stamp for stamp in stamps if stamp.at >= pressed_at), shown]


def _client_stamps(path: Path, since: float) -> Iterator[Stamp]:
    for line in path.read_text().splitlines():
        label, at, places = json.loads(line)
        if at >= since:
            yield Stamp(label, at, [tuple(place) for place in places])


if __name__ == "__main__":
    main()
