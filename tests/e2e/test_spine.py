"""The main path on real parts: from signing in to the verified audit log."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import TERMINAL, TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import (
    Picture,
    click_from_corner,
    find_window,
    look,
    press,
    psnr,
    rest,
    type_text,
    wait_for_focus,
)
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = pytest.mark.e2e

ALLOW = (66, 35)
"""Where the Allow button is, from the consent window's bottom right corner, in pixels."""

GOOD_PICTURE_DB = 30.0
"""A settled desktop reaches this; a wrong or shifted picture stays below 20."""


async def wait_for_file(path: Path) -> None:
    """Wait until a file is there."""
    async with asyncio.timeout(15):
        while not path.exists():
            await asyncio.sleep(0.05)


async def wait_for_same_picture(console: Console, display: XDisplay) -> Picture:
    """Wait until the browser shows what is on the display."""
    best = 0.0
    try:
        async with asyncio.timeout(15):
            while True:
                shown, real = await console.frame(), look(display)
                if shown.shape == real.shape:
                    best = max(best, psnr(shown, real))
                    if best >= GOOD_PICTURE_DB:
                        return shown
    except TimeoutError:
        pytest.fail(f"the picture never came nearer than {best:.1f} dB to the display")


async def run_in_terminal(console: Console, display: XDisplay, command: str) -> None:
    """Click into the remote terminal and type a command through the console."""
    await console.click_at(0.2, 0.4)
    await wait_for_focus(display, TERMINAL)
    await console.page.keyboard.type(f"{command}\n", delay=10)


async def test_a_technician_helps_through_a_short_code(
    display: XDisplay, broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    async with page_in(browser) as (page, errors):
        console = Console(page, broker)
        await console.sign_in(TESS)
        code = await console.create_code("E2E-1")
        await console.wait_for_status("waiting for the code")

        async with running_client(broker, display, code):
            await console.wait_for_status("asking for consent")
            await expect(page.get_by_text("Read these four digits")).to_be_visible()
            await press(display, "Allow access", "shift+Tab", "space")  # control as well
            await click_from_corner(display, "Allow access", *ALLOW)
            await console.wait_for_status("connected")
            session_id = console.session_id

            await wait_for_same_picture(console, display)
            await run_in_terminal(console, display, "touch made-by-console")
            await wait_for_file(tmp_path / "made-by-console")

            await console.say("Hello from the technician")
            await expect(console.chat).to_contain_text("Hello from the technician")
            await press(display, "Handrail – Session", "alt+h")
            await type_text(display, "Handrail – Chat", "Hello from the end user")
            await press(display, "Handrail – Chat", "Return")
            await expect(console.chat).to_contain_text("Hello from the end user")

            await page.reload()
            await console.wait_for_status("connected")
            await expect(console.chat).to_contain_text("Hello from the technician")
            await expect(console.chat).to_contain_text("Hello from the end user")
            await wait_for_same_picture(console, display)

            await broker.kill()
            await console.say("Said while the broker was down")
            await expect(console.chat).to_contain_text("Said while the broker was down")
            await rest()
            await run_in_terminal(console, display, "touch made-without-broker")
            await wait_for_file(tmp_path / "made-without-broker")
            await broker.start()
            await console.wait_for_status("connected")

            await wait_for_reattached(broker, session_id)
            await page.get_by_role("button", name="End session").click()
            await console.wait_for_status("ended")
            await find_window(display, "Handrail – Session ended")

        assert not unexpected(errors), errors

    await check_audit(broker, session_id)


async def wait_for_reattached(broker: Broker, session_id: str) -> None:
    """Wait until both sides are back at the restarted broker."""
    async with signed_in(broker, TESS) as tess, asyncio.timeout(30):
        while True:
            actions = [event["action"] for event in await tess.events(session_id)]
            after = actions[len(actions) - actions[::-1].index("session.broker_restarted") :]
            if {"session.client_attached", "session.console_attached"} <= set(after):
                return
            await asyncio.sleep(0.1)


async def check_audit(broker: Broker, session_id: str) -> None:
    """The whole life is on the log, in order, and the chain verifies."""
    async with signed_in(broker, TESS) as tess:
        events = await tess.events(session_id)
    actions = [event["action"] for event in events]
    life = [
        "session.created",
        "session.joined",
        "session.consent_given",
        "session.connected",
        "session.broker_restarted",
        "session.ended",
    ]
    firsts = [actions.index(action) for action in life]
    assert firsts == sorted(firsts), actions
    assert actions.count("session.ended") == 1
    assert actions[actions.index("session.ended") + 1 :] in ([], ["session.countersigned"])
    assert all(event["ticket_id"] == "E2E-1" for event in events)
    consent = next(event for event in events if event["action"] == "session.consent_given")
    assert consent["details"]["consent_source"] == "window"
    assert consent["actor_kind"] == "end_user"
    assert "is sound" in await broker.cli("audit", "verify")


def unexpected(errors: list[str]) -> list[str]:
    """Leave out what must happen: 401 before signing in, and sockets while the broker is down."""
    expected = ("401", "WebSocket connection", "ERR_CONNECTION_REFUSED")
    return [error for error in errors if not any(part in error for part in expected)]
