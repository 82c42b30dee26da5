"""One run of one system on one network: everything is started for it and ends with it."""

import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.screen import measure, stage
from benchmarks.screen.network import network
from benchmarks.screen.report import Figure
from benchmarks.screen.systems import SYSTEMS
from benchmarks.screen.systems.interface import Place, System
from benchmarks.screen.viewer import Viewer, viewer
from tests.rig.display import virtual_display

FIRST_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured in one run."""

    system: str
    network: str
    scenes: Sequence[str]
    seconds: float


async def run(plan: Plan, say: Callable[[str], None]) -> list[Figure]:
    """Measure every scene of the plan on a fresh display, in a fresh browser."""
    with tempfile.TemporaryDirectory(prefix="bench-screen-") as name:
        async with AsyncExitStack() as stack:
            place = await stack.enter_async_context(desktop(Path(name), plan.network))
            return await _measure(stack, place, plan, say)


async def _measure(
    stack: AsyncExitStack, place: Place, plan: Plan, say: Callable[[str], None]
) -> list[Figure]:
    system = SYSTEMS[plan.system]()
    await system.start(place)
    watcher = await stack.enter_async_context(viewer(system.picture, system.origin))
    await system.prepare(watcher.page)
    await watcher.page.mouse.move(0, 0)
    await watcher.watch_first(stage.DESKTOP.barcode, stage.DESK_PAGE)
    began = time.time()
    await system.open(watcher.page)
    first = await watcher.first_seen_at(FIRST_TIMEOUT_S) - began
    found: dict[str, measure.Values] = {"first": {"first_picture_s": first}}
    bench = measure.Bench(place, system, watcher, plan.seconds, say)
    for scene, measurement in measure.SCENES.items():
        if scene in plan.scenes:
            await measure.rest(bench)
            say(scene)
            found[scene] = await measurement(bench)
    return [
        Figure(plan.system, plan.network, scene, metric, value)
        for scene in plan.scenes
        for metric, value in found[scene].items()
    ]


async def opened(
    stack: AsyncExitStack,
    place: Place,
    system: System,
    script: Path,
    profile: Path | None = None,
) -> Viewer:
    """Start a system, and give a page with this script in it that shows the desktop."""
    await system.start(place)
    watcher = await stack.enter_async_context(viewer(system.picture, system.origin, profile))
    await watcher.page.add_init_script(path=script)
    await system.prepare(watcher.page)
    await watcher.watch_first(stage.DESKTOP.barcode, stage.DESK_PAGE)
    await system.open(watcher.page)
    await watcher.first_seen_at(FIRST_TIMEOUT_S)
    return watcher


@asynccontextmanager
async def desktop(folder: Path, network_name: str) -> AsyncIterator[Place]:
    """Make a network and a desktop that shows a page of text.

    The desktop comes first, outside the network's namespaces: X servers find a free number by
    binding an abstract socket, and in a namespace of its own this one would take another's.
    """
    async with (
        virtual_display(folder, stage.DESKTOP.width, stage.DESKTOP.height) as display,
        network(network_name, folder) as link,
        stage.scene(display, "text", stage.DESK_PAGE, stage.DESKTOP, folder / "desk.bgrx") as desk,
        AsyncExitStack() as stack,
    ):
        await desk.say("go")
        await desk.hear()
        yield Place(folder, display, link, stack)
