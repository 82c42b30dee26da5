"""A session whose only way is a real coturn, with a real browser; and one that it refuses."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import TESS
from tests.e2e.test_figures import figure
from tests.e2e.test_spine import wait_for_same_picture
from tests.rig.browser import chromium, in_shared_loop, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.stack import Broker, running_broker_of, running_client
from tests.rig.turn import SECRET, Coturn, running_coturn
from tests.turn.conftest import need_coturn

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

RELAY_ONLY = """
const Stock = RTCPeerConnection;
RTCPeerConnection = class extends Stock {
  constructor(configuration) {
    super({ ...configuration, iceTransportPolicy: "relay" });
    window.connections = [...(window.connections ?? []), this];
  }
};
"""
"""The page's own addresses are kept back, as if a firewall let nothing out but the relay."""

PAIRS = """async () => {
  const stats = [...(await window.connections.at(-1).getStats()).values()];
  const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated);
  const local = stats.find((one) => one.id === pair.localCandidateId);
  return [local.candidateType, local.relayProtocol, local.url];
}"""


@in_shared_loop
async def coturn(tmp_path: Path) -> AsyncIterator[Coturn]:
    """A network with nothing else in it. The test's own processes are there too."""
    need_coturn()
    async with running_coturn(tmp_path) as coturn:
        yield coturn


async def relayed_only(page: Page, broker: Broker) -> Console:
    """Sign Tess in at a page that has only the relay."""
    await page.add_init_script(RELAY_ONLY)
    console = Console(page, broker)
    await console.sign_in(TESS)
    return console


async def try_my_connection(page: Page, way: str) -> None:
    """Have the technician's own connection tried before any session."""
    await page.get_by_role("button", name="Test my connection").click()
    dialog = page.get_by_role("dialog", name="Your connection")
    for name in ("Broker’s websocket", f"Relay by {way.upper()}"):
        row = dialog.get_by_role("listitem").filter(has_text=name)
        await expect(row).to_contain_text(re.compile(r"works, \d+ ms"), timeout=10_000)
    await dialog.get_by_role("button", name="Close").click()


def settings(secret: str, *urls: str) -> dict[str, str]:
    """What an admin of the broker sets."""
    return {"HANDRAIL_TURN_URLS": ",".join(urls), "HANDRAIL_TURN_SECRET": secret}


@pytest.mark.parametrize(
    "way",
    [
        "udp",
        pytest.param("tcp", marks=pytest.mark.slow),
        pytest.param("tls", marks=pytest.mark.slow),
    ],
)
async def test_a_session_goes_through_the_relay_where_nothing_else_does(
    coturn: Coturn,
    display: XDisplay,
    tmp_path: Path,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(coturn.certificate))
    env = settings(SECRET, getattr(coturn, way))
    trusts = f"--ignore-certificate-errors-spki-list={await coturn.key_hash()}"
    async with (
        running_broker_of(TESS, tmp_path, env) as broker,
        chromium(trusts) as browser,
        page_in(browser) as (page, _),
    ):
        console = await relayed_only(page, broker)
        await try_my_connection(page, way)
        code = await console.create_code("E2E-TURN")
        async with running_client(broker, display, code, "--grant", "view"):
            await console.wait_for_status("connected")
            await wait_for_same_picture(console, display)
            assert await page.evaluate(PAIRS) == ["relay", way, getattr(coturn, way)]
            await page.get_by_role("button", name="Picture").click()
            await expect(figure(page, "Path")).to_have_text(f"by a relay ({way.upper()})")
            await console.say("Hello through the relay")
            await expect(console.chat).to_contain_text("Hello through the relay")


@pytest.mark.slow
async def test_a_relay_that_refuses_is_named(
    coturn: Coturn, display: XDisplay, tmp_path: Path
) -> None:
    env = settings("another secret than coturn has", coturn.udp)
    async with (
        running_broker_of(TESS, tmp_path, env) as broker,
        chromium() as browser,
        page_in(browser) as (page, _),
    ):
        console = await relayed_only(page, broker)
        code = await console.create_code("E2E-TURN")
        async with running_client(broker, display, code, "--grant", "view"):
            refused = page.get_by_text("the TURN relay refused to be one")
            await expect(refused).to_be_visible(timeout=30_000)
