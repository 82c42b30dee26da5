"""Handrail itself: broker, support client and console, as a technician uses them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Page, expect

from benchmarks.screen.systems.interface import Place
from benchmarks.screen.systems.waiting import listening
from tests.rig.browser import NO_WAY
from tests.rig.console import Console
from tests.rig.stack import Broker, Login, Technician, signed_in

_PORT = 8080
_PLAIN = {"HANDRAIL_ALLOW_INSECURE_HTTP": "true"}
"""On any but a loopback address both sides want TLS; these namespaces are nobody's network."""
_TESS = Login("tess@example.org", "Tess Example")
_RIGHTS = ("view", "control", "files.send", "files.receive")
_GRANT = ["--grant", ",".join(_RIGHTS)]


@dataclass(slots=True)
class _RemoteBroker(Broker):
    """A broker on the host's side of the network."""

    address: str = ""

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.address}:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The environment it runs in."""
        return self._environment()


class Handrail:
    """The console's "Remote screen"; a veil over it means that no picture is shown."""

    name = "handrail"
    picture = """() => {
      const find = (root) => {
        for (const element of root.querySelectorAll("*")) {
          if (element.getAttribute("aria-label") === "Remote screen") return element;
          const inside = element.shadowRoot && find(element.shadowRoot);
          if (inside) return inside;
        }
        return null;
      };
      const kept = globalThis.benchScreen;
      const screen = kept?.isConnected ? kept : (globalThis.benchScreen = find(document));
      return screen && !screen.querySelector(".veil") ? screen : null;
    }"""

    def __init__(
        self,
        module: str = "client",
        env: Mapping[str, str] | None = None,
        port: int = _PORT,
        broker_env: Mapping[str, str] | None = None,
    ) -> None:
        self._module, self._env, self._port = module, dict(env or {}), port
        self._broker_env = broker_env or {}
        self.origin = ""
        self.host: list[int] = []
        self._session_id = ""
        self.broker: Broker | None = None

    @staticmethod
    def missing() -> str | None:
        """Nothing: it is this repository."""
        return None

    async def start(self, place: Place) -> None:
        """Run a broker, open a session and have a support client join that will consent."""
        broker = self.broker = await _start_broker(place, self._port, self._broker_env)
        self.origin = broker.url
        technician = await place.stack.enter_async_context(signed_in(broker, _TESS))
        session = await technician.create_session("BENCH-1", _RIGHTS)
        self._session_id = session["session_id"]
        join = ["-m", self._module, session["code"], "--broker", broker.url]
        command = [sys.executable, *join, *_GRANT]
        self.host = [await place.run_on_host("client", command, _PLAIN | self._env)]
        await technician.wait_for_state(self._session_id, "joined")
        place.stack.push_async_callback(_end, technician, self._session_id)

    async def prepare(self, page: Page) -> None:
        """Sign in, up to the list of sessions."""
        assert self.broker is not None
        await Console(page, self.broker).sign_in(_TESS)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()

    async def open(self, page: Page) -> None:
        """Go to the session by its route, as a click on it in the list does."""
        await page.evaluate(f"() => void (location.hash = '#/sessions/{self._session_id}')")

    async def focus(self, page: Page) -> None:
        """Focus the picture, as a click on it does."""
        await page.get_by_label("Remote screen").focus()


class HandrailTunnel(Handrail):
    """The same where no packet of WebRTC passes: through the broker, sealed."""

    name = "handrail-tunnel"

    async def prepare(self, page: Page) -> None:
        """Sign in on a page that learns no way to the other side."""
        await page.add_init_script(NO_WAY)
        await super().prepare(page)


async def _start_broker(place: Place, port: int, settings: Mapping[str, str]) -> Broker:
    network = place.network
    url = f"http://{network.host_address}:{port}"
    env = {
        "HANDRAIL_HOST": network.host_address,
        "HANDRAIL_PUBLIC_URL": url,
        **_PLAIN,
        **settings,
    }
    broker = _RemoteBroker(place.folder, port, env, address=network.host_address)
    await broker.add_account(_TESS, "technician")
    await place.run_on_host("broker", [sys.executable, "-m", "broker", "run"], broker.settings)
    await listening(network.host_address, port)
    return broker


async def _end(technician: Technician, session_id: str) -> None:
    await technician.end(session_id)
