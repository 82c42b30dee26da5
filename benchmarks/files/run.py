"""One run of one system on one network: everything is started for it and ends with it."""

import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from benchmarks.files.clock import Meter, Work
from benchmarks.files.session import session
from benchmarks.screen.measure import Values
from benchmarks.screen.network import network
from benchmarks.screen.report import Figure
from benchmarks.screen.run import desktop
from benchmarks.screen.systems.waiting import listening
from benchmarks.screen.viewer import viewer
from tests.rig.processes import running

ROADS: Final[dict[str, dict[str, str]]] = {
    "direct": {"HANDRAIL_RELAY_ALLOWED": "false"},
    "better": {},
}
"""The roads that the chunks of a file can take, and the broker's settings for each: `better` tries
both and keeps one, and its time counts from the beginning of that."""
STOCK: Final = ("handrail-channel", "stock-aiortc", "websocket")
"""Bytes from memory to memory, by `stock_host.py`: Handrail's data channel, and what it is compared
with."""
SYSTEMS: Final = (*(f"handrail-{road}" for road in ROADS), *STOCK)

_PORT: Final = 8091


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured in one run."""

    system: str
    network: str
    scenes: Sequence[str]
    size: int
    """Bytes of a transfer."""


async def run(plan: Plan, say: Callable[[str], None]) -> list[Figure]:
    """Measure the scenes of the plan that this system has."""
    with tempfile.TemporaryDirectory(prefix="bench-files-") as name:
        measured = _stock if plan.system in STOCK else _handrail
        found = await measured(plan, Path(name), say)
    return [
        Figure(plan.system, plan.network, scene, metric, value)
        for scene, values in found.items()
        for metric, value in values.items()
    ]


async def _handrail(plan: Plan, folder: Path, say: Callable[[str], None]) -> Mapping[str, Values]:
    """Keys come last: what a transfer leaves behind is none of theirs."""
    found: dict[str, Values] = {}
    settings = ROADS[plan.system.removeprefix("handrail-")]
    async with desktop(folder, plan.network) as place, session(place, settings, say) as desks:
        for scene, move in {"send": desks.send, "receive": desks.receive}.items():
            if scene in plan.scenes:
                say(scene)
                found[scene] = (await move(plan.size)).values(plan.size)
        if "key" in plan.scenes:
            say("key")
            found["key"] = await desks.keys()
        for scene, load in {"key-send": desks.sending, "key-receive": desks.receiving}.items():
            if scene in plan.scenes:
                say(scene)
                async with load():
                    found[scene] = await desks.keys()
    return _beside_idle(found)


async def _stock(plan: Plan, folder: Path, say: Callable[[str], None]) -> Mapping[str, Values]:
    found: dict[str, Values] = {}
    async with _stock_page(plan, folder) as (page, host):
        for scene in ("send", "receive"):
            if scene in plan.scenes:
                say(scene)
                meter = Meter.of(host)
                call = f"() => move.{scene}({plan.size})"
                work: Work = meter.end(await page.evaluate(call) / 1000)
                found[scene] = work.values(plan.size)
    return found


@asynccontextmanager
async def _stock_page(plan: Plan, folder: Path) -> AsyncIterator[tuple[Page, Sequence[int]]]:
    """Give a page that is connected to the host, and the host's process."""
    async with network(plan.network, folder) as link, AsyncExitStack() as stack:
        address = link.host_address
        module = "benchmarks.files.stock_host"
        command = link.on_host([sys.executable, "-m", module, address, str(_PORT), plan.system])
        host = await stack.enter_async_context(running(command, folder / "stock.log"))
        await listening(address, _PORT)
        origin = f"http://{address}:{_PORT}"
        watcher = await stack.enter_async_context(viewer("() => null", origin))
        await watcher.page.goto(f"{origin}/")
        await watcher.page.evaluate(f"() => stock({plan.system!r})")
        yield watcher.page, [host.pid]


def _beside_idle(found: Mapping[str, Values]) -> Mapping[str, Values]:
    """Say of keys during a transfer how many times as long they take as without."""
    idle = found.get("key", {}).get("latency_ms_median")
    return {
        scene: {**values, "times_idle": _share(values["latency_ms_median"], idle)}
        if scene.startswith("key-")
        else values
        for scene, values in found.items()
    }


def _share(value: float | None, idle: float | None) -> float | None:
    return value / idle if value is not None and idle else None
