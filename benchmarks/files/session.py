"""A session of Handrail in which files go both ways, past the end user's hands."""

import asyncio
import filecmp
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.files.clock import Meter, Work
from benchmarks.screen import measure
from benchmarks.screen.run import opened
from benchmarks.screen.systems.handrail import Handrail
from benchmarks.screen.systems.interface import Place
from tests.rig.hands import find_window, press, rest, type_text
from tests.rig.processes import ProcessFailed

_BLOCK: Final = 16 * 1024 * 1024
ENDLESS_BYTES: Final = 2_000_000_000
"""More than goes while keys are pressed."""
_OFFER, _BAR = "Handrail – Take these files", "Handrail – Session"
_WINDOW, _CHOOSE = "Handrail – Files", "Which files"
_READING_S: Final = 1.5
"""An offer cannot be accepted before it can have been read."""
_SCRIPT: Final = Path(__file__).with_name("page.js")


@dataclass(frozen=True, slots=True)
class Session:
    """A console with its files' tab open, and the end user's desktop and home."""

    bench: measure.Bench
    home: Path

    async def send(self, size: int) -> Work:
        """Send a file of so many random bytes to the end user; it is whole on their disk."""
        source = self._file("sent.bin", size)
        await self._offer(source)
        work = await self._whole()
        arrived = self.home / "Downloads" / "Handrail" / source.name
        if not filecmp.cmp(arrived, source, shallow=False):
            raise ProcessFailed("what arrived is not what was sent")
        await self._close_window()
        return work

    async def receive(self, size: int) -> Work:
        """Have the end user send one; it is whole in the browser."""
        await self._give(self._file("received.bin", size))
        work = await self._whole()
        await self._close_window()
        return work

    async def keys(self) -> measure.Values:
        """Press keys, and see how long each takes to its pixel."""
        await rest()
        values = await measure.key(self.bench)
        return {name: values[name] for name in ("latency_ms_median", "latency_ms_p95")}

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """A file that does not end meanwhile is on its way to the end user."""
        await self._offer(self._endless("endless-sent.bin"))
        async with self._under_way():
            yield

    @asynccontextmanager
    async def receiving(self) -> AsyncIterator[None]:
        """One is on its way from the end user."""
        await self._give(self._endless("endless-received.bin"))
        async with self._under_way():
            yield

    # ----

    @asynccontextmanager
    async def _under_way(self) -> AsyncIterator[None]:
        page = self.bench.viewer.page
        await page.evaluate("() => files.began()")
        await self._close_window()
        yield
        await page.get_by_role("button", name="Cancel:").click()
        await page.get_by_role("button", name="Remove from the list").last.click()

    async def _offer(self, source: Path) -> None:
        page, display = self.bench.viewer.page, self.bench.place.display
        await page.evaluate("() => files.forget()")
        await page.locator("hr-files-panel #files").set_input_files(source)
        await find_window(display, _OFFER)
        await asyncio.sleep(_READING_S)
        await press(display, _OFFER, "alt+a")

    async def _give(self, source: Path) -> None:
        page, display = self.bench.viewer.page, self.bench.place.display
        await page.evaluate("() => files.forget()")
        await press(display, _BAR, "alt+f")
        await press(display, _WINDOW, "alt+f")
        await type_text(display, _CHOOSE, str(source))
        await press(display, _CHOOSE, "Return")

    async def _whole(self) -> Work:
        page = self.bench.viewer.page
        await page.evaluate("() => files.began()")
        meter = Meter.of(self.bench.system.host)
        took_ms: float = await page.evaluate("() => files.done()")
        return meter.end(took_ms / 1000)

    async def _close_window(self) -> None:
        await press(self.bench.place.display, _WINDOW, "alt+F4")

    def _file(self, name: str, size: int) -> Path:
        path = self.home / name
        with path.open("wb") as file:
            for at in range(0, size, _BLOCK):
                file.write(secrets.token_bytes(min(_BLOCK, size - at)))
        return path

    def _endless(self, name: str) -> Path:
        path = self.home / name
        path.touch()
        os.truncate(path, ENDLESS_BYTES)
        return path


@asynccontextmanager
async def session(
    place: Place, settings: Mapping[str, str], say: Callable[[str], None]
) -> AsyncIterator[Session]:
    """Connect a console to a support client, past a broker that runs with these settings."""
    home = place.folder / "home"
    home.mkdir()
    env = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "LANGUAGE": "en"}
    system = Handrail(env=env, broker_env=settings)
    async with AsyncExitStack() as stack:
        watcher = await opened(stack, place, system, _SCRIPT, place.folder / "browser")
        await watcher.page.get_by_role("tab", name="Files").click()
        bench = measure.Bench(place, system, watcher, 0, say)
        yield Session(bench, home)
