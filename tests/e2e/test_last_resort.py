"""Where no packet of WebRTC passes: the whole session through the broker, which sees none of it."""

import asyncio
import hashlib
import re
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import TESS
from tests.e2e.test_files import RIGHTS, Desks
from tests.e2e.test_several import colleague, let_in
from tests.e2e.test_spine import run_in_terminal, wait_for_file, wait_for_same_picture
from tests.rig.browser import NO_WAY, page_in
from tests.rig.console import PICTURE_TIMEOUT_MS, Console
from tests.rig.display import XDisplay
from tests.rig.hands import press, rest
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = pytest.mark.e2e

BY_BROKER = "Through the support server, encrypted end to end"
CANARY = "canary-7f3a9c51"
"""Said, typed and sent, each in another form; the broker must never have held it."""


def memory_of(pid: int) -> bytes:
    """Give what a process may write to and holds now."""
    parts = []
    with Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if place and "[v" not in line:
                begin, end = (int(text, 16) for text in place.groups())
                with suppress(OSError):  # given back since the places were read
                    memory.seek(begin)
                    parts.append(memory.read(end - begin))
    return b"\0".join(parts)


async def file_passes(desks: Desks, home: Path) -> None:
    data = f"{CANARY}-file".encode() * 100_000
    await desks.page.get_by_role("tab", name="Files").click()
    await desks.send({"report.bin": data})
    await desks.accept()
    arrived = home / "Downloads" / "Handrail" / "report.bin"
    await wait_for_file(arrived)
    assert hashlib.sha256(arrived.read_bytes()).digest() == hashlib.sha256(data).digest()


async def test_the_screen_keys_chat_and_files_pass_and_the_broker_sees_none_of_it(
    display: XDisplay,
    broker: Broker,
    browser: Browser,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    async with AsyncExitStack() as stack:
        tess = await stack.enter_async_context(signed_in(broker, TESS))
        session = await tess.create_session("LAST-1", RIGHTS)
        session_id, grant = session["session_id"], ("--grant", ",".join(RIGHTS))
        await stack.enter_async_context(
            running_client(broker, display, session["code"], *grant, home=home)
        )
        page, errors = await stack.enter_async_context(page_in(browser))
        await page.add_init_script(NO_WAY)
        console = Console(page, broker)
        await console.sign_in(TESS)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()
        await page.goto(f"{broker.url}/console/#/sessions/{session_id}")
        await console.wait_for_status("connected")
        await expect(page.get_by_text(BY_BROKER).first).to_be_visible()

        await wait_for_same_picture(console, display)
        await rest()
        await run_in_terminal(console, display, f"touch {CANARY}")
        await wait_for_file(tmp_path / CANARY)
        await wait_for_same_picture(console, display)
        await console.say(f"{CANARY} said")
        await expect(console.chat).to_contain_text(f"{CANARY} said")
        await file_passes(Desks(console, display, home, tess, session_id), home)
        await paused_and_resumed(console, display, page)
        await a_guest_comes(console, display, browser)

        held, logged = memory_of(broker.process.pid), broker.log.read_text()  # type: ignore[union-attr]
        assert b"Example Support" in held  # it is looked for where things are
        assert CANARY.encode() not in held
        assert CANARY not in logged
        await a_direct_way_is_tried_again(console, display)
        events = await tess.events(session_id)
        await tess.end(session_id)
    connected = [e["details"] for e in events if e["action"] == "session.connected"]
    assert [details["peer_way"] for details in connected] == ["broker", "direct"]
    assert not [error for error in errors if "401" not in error], errors


async def paused_and_resumed(console: Console, display: XDisplay, page: Page) -> None:
    """Nothing of the picture is left while the end user has paused, and all of it comes back."""
    await press(display, "Handrail – Session", "alt+p")
    await expect(page.get_by_text("paused").first).to_be_visible()
    async with asyncio.timeout(15):
        while (await console.frame()).any():
            await asyncio.sleep(0.1)
    await press(display, "Handrail – Session", "alt+r")
    await wait_for_same_picture(console, display)


async def a_guest_comes(tess: Console, display: XDisplay, browser: Browser) -> None:
    """A colleague has a tunnel too, and leaves the first one's alone."""
    async with colleague(tess.broker, browser) as ben:
        await ben.page.add_init_script(NO_WAY)
        await let_in(display, tess, ben, "LAST-1")
        await expect(ben.page.get_by_text(BY_BROKER).first).to_be_visible()
        await wait_for_same_picture(ben, display)
        await ben.say("Hello from Ben")
        await tess.page.get_by_role("tab", name="Chat").click()
        await expect(tess.chat).to_contain_text("Hello from Ben")
    await tess.wait_for_status("connected")


async def a_direct_way_is_tried_again(console: Console, display: XDisplay) -> None:
    """The network lets more through than before, and the technician asks."""
    page = console.page
    await page.evaluate("window.noWay = false")
    await page.get_by_role("button", name="Picture", exact=True).click()
    await page.get_by_role("button", name="Try a direct way again").click()
    await expect(page.get_by_text(BY_BROKER)).to_be_hidden(timeout=PICTURE_TIMEOUT_MS)
    await console.wait_for_status("connected")
    await wait_for_same_picture(console, display)
