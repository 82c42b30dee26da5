"""Runs scenes on a display and talks to them."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.screen.figures import Picture
from benchmarks.screen.scenes.window import Rectangle
from tests.rig.display import XDisplay
from tests.rig.processes import ProcessFailed

DESKTOP = Rectangle(0, 0, 1920, 1080)
FLIPPER = Rectangle(100, 100, 400, 300)
REGION = Rectangle(600, 400, 480, 270)

DESK_PAGE, SETTLE_PAGE = 1, 2
"""Seeds of the pages of text, and the numbers in their bar codes."""

_TIMEOUT_S = 20.0


@dataclass(slots=True)
class Scene:
    """A running scene."""

    process: asyncio.subprocess.Process

    async def say(self, word: str) -> None:
        """Send a word."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n".encode())
        await self.process.stdin.drain()

    async def hear(self) -> dict[str, Any]:
        """Give the next line the scene prints. Raises ProcessFailed when it has ended."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_TIMEOUT_S):
            line = await self.process.stdout.readline()
        if not line:
            raise ProcessFailed("the scene has ended")
        facts: dict[str, Any] = json.loads(line)
        return facts


@asynccontextmanager
async def scene(display: XDisplay, name: str, *arguments: object) -> AsyncIterator[Scene]:
    """Run `benchmarks.screen.scenes.<name>` until the block ends; it is ready when this yields.

    It cannot outlive the benchmark: a scene ends when its standard input is closed.
    """
    command = [sys.executable, "-m", f"benchmarks.screen.scenes.{name}", *map(str, arguments)]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **display.env},
        start_new_session=True,
    )
    try:
        running = Scene(process)
        await running.hear()
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def read_pixels(path: Path) -> Picture:
    """Read the pixels that the scene `text` has written: the whole desktop."""
    bgrx = np.fromfile(path, np.uint8).reshape(DESKTOP.height, DESKTOP.width, 4)
    return np.ascontiguousarray(bgrx[:, :, 2::-1])
