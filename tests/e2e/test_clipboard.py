"""Text from clipboard to clipboard: a display with xclip, a browser with its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import press
from tests.rig.pasteboard import Pasteboard
from tests.rig.stack import Broker, Technician, running_client, signed_in

pytestmark = pytest.mark.e2e

BOTH = ("clipboard.send", "clipboard.receive")
CANARY = "canary-5f0c2e91"
SCRIPTS = "Zażółć gęślą jaźń · Ελληνικά · русский · 中文 · 日本語 · العربية · 👩‍👩‍👧‍👦🏳️‍🌈\n\t"
LONG = (SCRIPTS * 2000).encode()[:200_000].decode(errors="ignore")

HEAR_EVERYTHING = """
window.heard = [];
const { set } = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, "onmessage");
Object.defineProperty(RTCDataChannel.prototype, "onmessage", {
  set(handler) {
    set.call(this, (event) => {
      if (typeof event.data === "string") window.heard.push(event.data);
      return handler.call(this, event);
    });
  },
});
"""
"""Keeps every text that comes over a data channel, whatever the console does with it."""


@dataclass(frozen=True)
class Desks:
    """Both sides: the technician's page and the end user's display."""

    console: Console
    theirs: Pasteboard
    tess: Technician
    session_id: str

    @property
    def page(self) -> Page:
        return self.console.page

    async def copy(self, text: str) -> None:
        """The technician copies a text."""
        await self.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)

    async def paste(self) -> str:
        """What the technician would paste."""
        return str(await self.page.evaluate("() => navigator.clipboard.readText()"))

    async def wait_for(self, text: str) -> None:
        """Wait until the technician can paste exactly this."""
        async with asyncio.timeout(10):
            while await self.paste() != text:
                await asyncio.sleep(0.05)

    async def click(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()

    async def everything_before_arrived(self) -> None:
        """Wait until something that is said now has gone there and come back."""
        await self.console.say("are you there?")
        await expect(self.console.chat).to_contain_text("are you there?")

    async def uses(self) -> list[dict[str, Any]]:
        """What the audit log says of the clipboard."""
        events = await self.tess.events(self.session_id)
        return [e["details"] for e in events if e["action"] == "session.clipboard_used"]


@asynccontextmanager
async def at_desks(
    display: XDisplay, broker: Broker, browser: Browser, folder: Path, *granted: str
) -> AsyncIterator[Desks]:
    """A session with the screen, and these rights besides."""
    rights = ("view", "control", *granted)
    async with AsyncExitStack() as stack:
        tess = await stack.enter_async_context(signed_in(broker, TESS))
        session = await tess.create_session("CLIP-1", ("view", "control", *BOTH))
        grant = ("--grant", ",".join(rights))
        await stack.enter_async_context(running_client(broker, display, session["code"], *grant))
        page, _ = await stack.enter_async_context(page_in(browser))
        permissions = ["clipboard-read", "clipboard-write"]
        await page.context.grant_permissions(permissions, origin=broker.url)
        await page.add_init_script(HEAR_EVERYTHING)
        console = Console(page, broker)
        await console.sign_in(TESS)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()
        await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
        await console.wait_for_status("connected")
        await console.size()
        theirs = Pasteboard(display, folder, stack)
        yield Desks(console, theirs, tess, session["session_id"])
        await tess.end(session["session_id"])


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is neither the broker's nor the client's."""
    return tmp_path_factory.mktemp("xclip")


async def test_text_goes_both_ways_as_it_was_and_is_told_by_its_size(
    display: XDisplay, broker: Broker, browser: Browser, elsewhere: Path
) -> None:
    async with at_desks(display, broker, browser, elsewhere, *BOTH) as desks:
        note = desks.page.get_by_text("Copied to their computer")
        await desks.copy(LONG)
        await desks.click("Send my clipboard")
        await expect(note).to_contain_text(f"{len(LONG):,}")
        await desks.theirs.wait_for(LONG)
        back = LONG[::-1].replace("\u200d", "")
        await desks.theirs.copy(back)
        await desks.click("Fetch theirs")
        note = desks.page.get_by_text("Copied from their computer")
        await expect(note).to_contain_text(f"{len(back):,}")
        assert await desks.paste() == back
        assert [(use["direction"], use["bytes"]) for use in await desks.uses()] == [
            ("send", len(LONG.encode())),
            ("receive", len(back.encode())),
        ]


async def test_kept_in_step_each_side_can_paste_what_the_other_copied(
    display: XDisplay, broker: Broker, browser: Browser, elsewhere: Path
) -> None:
    async with at_desks(display, broker, browser, elsewhere, *BOTH) as desks:
        await desks.copy("begun")
        await desks.page.get_by_label("Keep in step").check()
        await desks.theirs.wait_for("begun")
        await desks.theirs.copy("theirs")
        await desks.wait_for("theirs")
        await desks.copy("mine")
        await desks.console.click_at(0.7, 0.7)
        await desks.theirs.wait_for("mine")
        await desks.page.get_by_label("Keep in step").uncheck()
        await desks.theirs.copy(CANARY)
        await desks.everything_before_arrived()
        assert await desks.paste() == "mine"


async def test_a_canary_leaves_neither_side_while_that_is_not_granted(
    display: XDisplay, broker: Broker, browser: Browser, elsewhere: Path
) -> None:
    async with at_desks(display, broker, browser, elsewhere) as desks:
        await desks.theirs.copy(CANARY + "-theirs")
        await desks.copy(CANARY + "-mine")
        await desks.console.click_at(0.7, 0.7)
        await desks.everything_before_arrived()
        assert await desks.page.get_by_role("button", name="Fetch theirs").count() == 0
        heard = await desks.page.evaluate("() => window.heard")
        assert len(heard) > 3
        assert not any(CANARY in message for message in heard)
        assert await desks.theirs.paste() == CANARY + "-theirs"
        assert await desks.paste() == CANARY + "-mine"
        assert await desks.uses() == []
    found = [path for path in broker.folder.rglob("*") if path.is_file() and _holds_canary(path)]
    assert found == []


async def test_what_was_copied_and_sent_is_on_no_disk_and_in_no_log(
    display: XDisplay, broker: Broker, browser: Browser, elsewhere: Path
) -> None:
    async with at_desks(display, broker, browser, elsewhere, *BOTH) as desks:
        await desks.copy(CANARY + "-mine")
        await desks.click("Send my clipboard")
        await desks.theirs.wait_for(CANARY + "-mine")
        await desks.theirs.copy(CANARY + "-theirs")
        await desks.click("Fetch theirs")
        await desks.wait_for(CANARY + "-theirs")
    found = [path for path in broker.folder.rglob("*") if path.is_file() and _holds_canary(path)]
    assert found == []


async def test_pause_stops_keeping_in_step_at_once(
    display: XDisplay, broker: Broker, browser: Browser, elsewhere: Path
) -> None:
    async with at_desks(display, broker, browser, elsewhere, *BOTH) as desks:
        await desks.copy("before")
        await desks.page.get_by_label("Keep in step").check()
        await desks.theirs.wait_for("before")
        await press(display, "Session", "alt+p")
        await desks.console.wait_for_status("paused")
        await desks.theirs.copy(CANARY)
        await expect(desks.page.get_by_role("button", name="Fetch theirs")).to_be_disabled()
        await desks.everything_before_arrived()
        heard = await desks.page.evaluate("() => window.heard")
        assert not any(CANARY in message for message in heard)


def _holds_canary(path: Path) -> bool:
    return CANARY.encode() in path.read_bytes()
