"""What the benchmark needs to know of a system: how to run its host and how to look at it."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page

from benchmarks.screen.network import Network
from tests.rig.display import XDisplay
from tests.rig.processes import running


@dataclass(frozen=True, slots=True)
class Place:
    """Where one run of a system happens. What is started on `stack` ends with the run."""

    folder: Path
    display: XDisplay
    network: Network
    stack: AsyncExitStack

    async def run_on_host(
        self,
        name: str,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> int:
        """Run a command on the host's side, on the display, and give its process id.

        Its output goes to `<folder>/<name>.log`.
        """
        environment = {**self.display.env, "LANG": "C.UTF-8", **(env or {})}
        wrapped = self.network.on_host(command)
        log = self.folder / f"{name}.log"
        process = await self.stack.enter_async_context(running(wrapped, log, environment, cwd))
        return process.pid


class System(Protocol):
    """One remote support system. An instance serves one run."""

    name: str
    picture: str
    """A JavaScript function: the element whose videos and canvases make up the picture, or null."""
    origin: str
    """Where the viewer's page is from; known once the host runs."""
    host: list[int]
    """The host's processes, whose processor time and memory count."""

    @staticmethod
    def missing() -> str | None:
        """Say what has to be installed before this system can run here; None when nothing has."""

    async def start(self, place: Place) -> None:
        """Run the host until a viewer could open it, with control granted."""

    async def prepare(self, page: Page) -> None:
        """Bring the page to where one click or one address opens the desktop."""

    async def open(self, page: Page) -> None:
        """Do that click, or go to that address; do not wait for the picture."""

    async def focus(self, page: Page) -> None:
        """Give the picture the keyboard."""
