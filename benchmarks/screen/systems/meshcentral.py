"""MeshCentral from its npm package, with the agent for Linux that comes in it."""

import json
import secrets
import shutil
import ssl
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Page

from benchmarks.screen.systems.interface import Place
from benchmarks.screen.systems.waiting import listening
from tests.rig.processes import output_of

MODULE = Path(__file__).parents[3] / "var/bench/node_modules/meshcentral"
"""Where `make bench-screen` puts the package."""

_PORT = 4443
_ADMIN = "admin"
_ONLINE = "() => globalThis.nodes?.some((node) => node.conn & 1)"
_ONLINE_TIMEOUT_MS = 60_000

# The agent looks for the X server of its user in the output of `ps`, and believes what stands
# behind `-auth`. In a process namespace of its own it finds this process and no other X server.
_AGENT = """
exec -a "X $DISPLAY -auth $XAUTHORITY" sleep infinity &
exec ./meshagent
"""


class MeshCentral:
    """A server and an agent; the technician has signed in and sees the device in the list."""

    name = "meshcentral"
    picture = "() => document.querySelector('canvas#Desk')"

    def __init__(self) -> None:
        self.origin = ""
        self.host: list[int] = []
        self._password = f"Aa1-{secrets.token_urlsafe(12)}"

    @staticmethod
    def missing() -> str | None:
        """Say whether the package or Node.js is not there."""
        if not shutil.which("node"):
            return "node not installed"
        agent = MODULE / "agents/meshagent_x86-64"
        return None if agent.is_file() else f"npm package not installed in {MODULE.parents[1]}"

    async def start(self, place: Place) -> None:
        """Run a server with one account and one device group, and an agent in that group."""
        address = place.network.host_address
        self.origin = f"https://{address}:{_PORT}"
        _configure(place)
        account = ["--createaccount", _ADMIN, "--pass", self._password, "--email", "a@b.example"]
        await _node(place, *_server(place), *account)
        await _node(place, *_server(place), "--adminaccount", _ADMIN)
        await place.run_on_host("meshcentral", ["node", *_server(place)], cwd=place.folder)
        await listening(address, _PORT)
        group = await self._make_group(place)
        self.host = [await _run_agent(place, await self._agent_settings(group))]

    async def prepare(self, page: Page) -> None:
        """Sign in, and wait until the agent is in the list."""
        await page.goto(self.origin)
        await page.fill("#username", _ADMIN)
        await page.fill("#password", self._password)
        await page.click("#loginButton")
        await page.wait_for_function(_ONLINE, timeout=_ONLINE_TIMEOUT_MS)

    async def open(self, page: Page) -> None:
        """Go to the device's desktop and connect, as a click on each does."""
        await page.evaluate(
            "() => { gotoDevice(nodes.find((node) => node.conn & 1)._id, 11);"
            " connectDesktop(null, 1); }"
        )

    async def focus(self, page: Page) -> None:
        """Have the mouse over the picture: then its page takes the keys."""
        box = await page.locator("canvas#Desk").bounding_box()
        assert box is not None
        x, y = box["x"] + 0.98 * box["width"], box["y"] + 0.98 * box["height"]
        await page.mouse.move(x, y)

    async def _make_group(self, place: Place) -> str:
        """Give the id of a new device group, without its `mesh//`."""
        login = ["--loginuser", _ADMIN, "--loginpass", self._password]
        url = ["--url", self.origin.replace("https", "wss")]
        command = [MODULE / "meshctrl.js", "AddDeviceGroup", "--name", "bench", *url, *login]
        printed = await _node(place, *command)
        return printed.rpartition("mesh//")[2].split()[0]

    async def _agent_settings(self, group: str) -> bytes:
        """Give the file that tells an agent where its server is."""
        untrusting = ssl.create_default_context()
        untrusting.check_hostname, untrusting.verify_mode = False, ssl.CERT_NONE
        url = f"{self.origin}/meshsettings"
        async with (
            aiohttp.ClientSession() as http,
            http.get(url, params={"id": group}, ssl=untrusting) as response,
        ):
            response.raise_for_status()
            return await response.read()


def _configure(place: Place) -> None:
    """Write the server's settings: nothing that reaches out, no question to the end user."""
    settings: dict[str, Any] = {
        "cert": place.network.host_address,
        "WANonly": True,
        "port": _PORT,
        "redirPort": 0,
        "mpsPort": 0,
        "exactPorts": True,
        "selfUpdate": False,
        "autoBackup": False,
        "noAgentUpdate": 1,
        "agentTimeStampServer": False,
    }
    domain = {"newAccounts": False, "userConsentFlags": 0}
    folder = place.folder / "meshcentral-data"
    folder.mkdir()
    text = json.dumps({"settings": settings, "domains": {"": domain}})
    (folder / "config.json").write_text(text)


def _server(place: Place) -> list[str | Path]:
    data, files = place.folder / "meshcentral-data", place.folder / "meshcentral-files"
    return [MODULE, "--datapath", data, "--filespath", files]


async def _node(place: Place, *arguments: str | Path) -> str:
    command = place.network.on_host(["node", *arguments])
    return await output_of(command, {"NODE_TLS_REJECT_UNAUTHORIZED": "0"})


async def _run_agent(place: Place, settings: bytes) -> int:
    folder = place.folder / "agent"
    folder.mkdir()
    program = folder / "meshagent"
    shutil.copy(MODULE / "agents/meshagent_x86-64", program)
    program.chmod(0o755)
    program.with_suffix(".msh").write_bytes(settings)
    # unshare ignores SIGTERM, which is what ends other processes when the benchmark is killed.
    alone = ["setpriv", "--pdeathsig", "KILL"]
    alone += ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    return await place.run_on_host("agent", [*alone, "bash", "-c", _AGENT], cwd=folder)
