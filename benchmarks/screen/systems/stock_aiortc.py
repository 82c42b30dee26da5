"""aiortc as it comes: its own encoders, and the screen polled by mss."""

import sys
from pathlib import Path

from playwright.async_api import Page

from benchmarks.screen.systems.interface import Place
from benchmarks.screen.systems.waiting import listening

_PORT = 8090


class StockAiortc:
    """A video element and a data channel for keys."""

    name = "stock-aiortc"
    picture = "() => document.querySelector('video')"

    def __init__(self) -> None:
        self.origin = ""
        self.host: list[int] = []

    @staticmethod
    def missing() -> str | None:
        """Nothing: aiortc comes with the support client."""
        return None

    async def start(self, place: Place) -> None:
        """Run the host."""
        address = place.network.host_address
        module = "benchmarks.screen.systems.stock_aiortc_host"
        command: list[str | Path] = [sys.executable, "-m", module, address, str(_PORT)]
        self.host = [await place.run_on_host("stock", command)]
        await listening(address, _PORT)
        self.origin = f"http://{address}:{_PORT}"

    async def prepare(self, page: Page) -> None:
        """Do nothing: the address is all it takes."""

    async def open(self, page: Page) -> None:
        """Go to the page, which connects by itself."""
        await page.goto(f"{self.origin}/", wait_until="commit")

    async def focus(self, page: Page) -> None:
        """Do nothing: the page takes every key."""
