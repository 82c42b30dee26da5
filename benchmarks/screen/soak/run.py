"""One soak: real broker, client and browser, a busy desktop, and what the client holds."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.screen import stage
from benchmarks.screen.load import own_memory_mb
from benchmarks.screen.network import Loopback
from benchmarks.screen.run import FIRST_TIMEOUT_S
from benchmarks.screen.scenes.window import Rectangle
from benchmarks.screen.soak import CLIENT, FILE_VARIABLE, INTERVAL_VARIABLE
from benchmarks.screen.soak.flatness import Holding
from benchmarks.screen.systems.handrail import Handrail
from benchmarks.screen.systems.interface import Place
from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.hands import look
from tests.rig.stack import free_port

EXACT_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a soak showed."""

    holdings: list[Holding]
    happened: dict[str, float]
    """What the desktop did, and how often."""
    exact: bool
    """Whether the picture was exact once the desktop rested."""


async def soak(
    folder: Path,
    seconds: float,
    interval_s: float,
    say: Callable[[Holding], None],
    desktop: Rectangle = stage.DESKTOP,
    seed: int = 1,
) -> Outcome:
    """Let random things happen for so long, and look every interval."""
    async with AsyncExitStack() as stack:
        display = await stack.enter_async_context(
            virtual_display(folder, desktop.width, desktop.height)
        )
        counts = folder / "counts.jsonl"
        env = {FILE_VARIABLE: str(counts), INTERVAL_VARIABLE: str(interval_s)}
        system = Handrail(CLIENT, env, free_port())
        place = Place(folder, display, Loopback(), stack)
        console = await _open(stack, place, system)
        holdings = []
        async with stage.scene(display, "mixture", desktop, seed) as scene:
            async for holding in _looks(system.host[0], counts, seconds, interval_s):
                holdings.append(holding)
                say(holding)
            await scene.say("end")
            happened = await scene.hear()
        return Outcome(holdings, happened, await becomes_exact(console, display))


async def _open(stack: AsyncExitStack, place: Place, system: Handrail) -> Console:
    await system.start(place)
    browser = await stack.enter_async_context(chromium())
    page, _ = await stack.enter_async_context(page_in(browser))
    assert system.broker is not None
    await system.prepare(page)
    await system.open(page)
    console = Console(page, system.broker)
    async with asyncio.timeout(FIRST_TIMEOUT_S):
        await console.frame()
    return console


async def _looks(
    pid: int, counts: Path, seconds: float, interval_s: float
) -> AsyncIterator[Holding]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(interval_s)
        yield _holding(pid, counts)


def _holding(pid: int, counts: Path) -> Holding:
    """Look at a process. Raises FileNotFoundError when it has ended."""
    process = Path(f"/proc/{pid}")
    lines = counts.read_text().rstrip().splitlines()
    return Holding(
        memory_mb=own_memory_mb([pid]),
        files=len(list((process / "fd").iterdir())),
        threads=len(list((process / "task").iterdir())),
        **json.loads(lines[-1]),
    )


async def becomes_exact(
    console: Console, display: XDisplay, within_s: float = EXACT_TIMEOUT_S
) -> bool:
    """Wait for a picture whose every pixel was on the display just before or just after."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        before, shown, after = look(display), await console.frame(), look(display)
        if shown.shape == before.shape and np.all(
            (shown == before).all(axis=2) | (shown == after).all(axis=2)
        ):
            return True
    return False
