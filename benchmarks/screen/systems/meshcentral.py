"""MeshCentral from its package, with the agent that comes in it. Not there yet."""

from playwright.async_api import Page

from benchmarks.screen.systems.interface import Place


class MeshCentral:
    """Not measured yet."""

    name = "meshcentral"
    picture = "() => document.querySelector('#Desk')"

    def __init__(self) -> None:
        self.origin = ""
        self.host: list[int] = []

    @staticmethod
    def missing() -> str | None:
        """Always."""
        return "not installed"

    async def start(self, place: Place) -> None:
        """Nothing yet."""

    async def prepare(self, page: Page) -> None:
        """Nothing yet."""

    async def open(self, page: Page) -> None:
        """Nothing yet."""

    async def focus(self, page: Page) -> None:
        """Nothing yet."""
