"""The console's views in a real browser, with a support client that is only a websocket."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.console.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.stack import Broker, Technician, signed_in

pytestmark = pytest.mark.e2e


async def join(technician: Technician, code: str, machine: str) -> Any:
    """Claim a code as a support client on `machine`, and give its websocket."""
    socket = await technician.http.ws_connect(f"{technician.broker.url}/api/v1/ws/client")
    system = {"platform": "linux", "client_version": "1", "machine": machine}
    await socket.send_json(
        {"type": "client.join", "protocol_version": 1, "code": code, "system": system}
    )
    assert (await socket.receive_json())["type"] == "session.joined"
    return socket


async def test_the_summary_shows_names_as_they_are(broker: Broker, browser: Browser) -> None:
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-1")
        await join(technician, session["code"], "vm")
        await technician.end(session["session_id"])
    async with page_in(browser) as (page, _):
        console = Console(page, broker)
        await console.sign_in(TESS)
        await page.get_by_text("ZD-1").click()
        await expect(page.get_by_text("This session is over")).to_be_visible()
        shown = await page.locator("dd").all_inner_texts()
        assert "vm" in shown
        assert "The technician ended it" in shown


async def test_marked_text_is_let_go_when_the_picture_takes_the_keyboard(
    broker: Broker, browser: Browser
) -> None:
    async with signed_in(broker, TESS) as technician:
        session = await technician.create_session("ZD-2")
        client = await join(technician, session["code"], "vm")
        consent = {"type": "consent.given", "capabilities": ["view"], "source": "window"}
        await client.send_json(consent)
        async with page_in(browser) as (page, _):
            console = Console(page, broker)
            await console.sign_in(TESS)
            await page.get_by_text("ZD-2").click()
            await expect(console.screen).to_be_visible()
            await page.evaluate("getSelection().selectAllChildren(document.body)")
            assert await page.evaluate("getSelection().rangeCount") == 1
            await console.screen.focus()
            assert await page.evaluate("getSelection().rangeCount") == 0
