"""VNC servers that scrape an X display, with noVNC and websockify as Debian packs them."""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from playwright.async_api import Page

from benchmarks.screen.systems.interface import Place
from benchmarks.screen.systems.waiting import listening

_VNC_PORT, _WEB_PORT = 5900, 6080
_NOVNC = Path("/usr/share/novnc")
_QUERY = "autoconnect=true&resize=scale&reconnect=false"


class _Vnc(ABC):
    """What the two servers have in common: everything but the server."""

    picture = "() => document.querySelector('#noVNC_container canvas')"
    program: str

    def __init__(self) -> None:
        self.origin = ""
        self.host: list[int] = []

    @classmethod
    def missing(cls) -> str | None:
        """Say which of the three parts is not installed."""
        parts = [part for part in (cls.program, "websockify") if not shutil.which(part)]
        if not _NOVNC.is_dir():
            parts.append("noVNC")
        return f"{', '.join(parts)} not installed" if parts else None

    @abstractmethod
    def server(self, display: str) -> list[str]:
        """Give the server's command."""

    async def start(self, place: Place) -> None:
        """Run the server, and websockify in front of it."""
        address = place.network.host_address
        server = await place.run_on_host("vnc", self.server(place.display.name))
        await listening(address, _VNC_PORT)
        listen, forward = f"{address}:{_WEB_PORT}", f"127.0.0.1:{_VNC_PORT}"
        bridge = await place.run_on_host(
            "websockify", ["websockify", "--web", _NOVNC, listen, forward]
        )
        await listening(address, _WEB_PORT)
        self.origin = f"http://{address}:{_WEB_PORT}"
        self.host = [server, bridge]

    async def prepare(self, page: Page) -> None:  # noqa: B027 - the same for both
        """Do nothing: the address is all it takes."""

    async def open(self, page: Page) -> None:
        """Go to noVNC's page, which connects by itself."""
        await page.goto(f"{self.origin}/vnc.html?{_QUERY}", wait_until="commit")

    async def focus(self, page: Page) -> None:
        """Focus the canvas, as a click on it does."""
        await page.locator("#noVNC_container canvas").focus()


class X0Vnc(_Vnc):
    """TigerVNC's x0vncserver."""

    name = "x0vnc-novnc"
    program = "X0tigervnc"

    def server(self, display: str) -> list[str]:
        """Give its command; all its settings are its defaults."""
        return [
            self.program,
            f"-display={display}",
            f"-rfbport={_VNC_PORT}",
            "-SecurityTypes=None",
        ]


class X11Vnc(_Vnc):
    """x11vnc."""

    name = "x11vnc-novnc"
    program = "x11vnc"

    def server(self, display: str) -> list[str]:
        """Give its command; it ends after the first connection unless it is told `-forever`."""
        port = ["-rfbport", str(_VNC_PORT), "-no6"]
        return [self.program, "-display", display, *port, "-nopw", "-forever", "-shared"]
