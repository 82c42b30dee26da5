"""Files from a browser to a disk and back, past a person who says yes, and past a lost page."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from client.ui.question import ARMING_MS
from tests.e2e.conftest import TESS
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import find_window, press, type_text
from tests.rig.stack import Broker, Technician, running_client, signed_in

pytestmark = pytest.mark.e2e

RIGHTS = ("view", "control", "files.send", "files.receive")
OFFER = "Handrail – Take these files"
WINDOW = "Handrail – Files"
LARGE_BYTES = 120_000_000
"""Still on its way when the page is loaded anew, on a quick machine too."""


@dataclass(frozen=True)
class Desks:
    """Both sides: the technician's page and the end user's home."""

    console: Console
    display: XDisplay
    home: Path
    tess: Technician
    session_id: str

    @property
    def page(self) -> Page:
        return self.console.page

    @property
    def drop_folder(self) -> Path:
        return self.home / "Downloads" / "Handrail"

    async def send(self, files: dict[str, bytes]) -> None:
        """The technician chooses files."""
        chosen: Any = [
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
            for name, data in files.items()
        ]
        await self.page.locator("hr-files-panel #files").set_input_files(chosen)

    async def accept(self) -> None:
        """The end user reads the offer and takes it."""
        await find_window(self.display, OFFER)
        await asyncio.sleep(1.2)  # it cannot be accepted before it can have been read
        await press(self.display, OFFER, "alt+a")

    async def give(self, *places: Path) -> None:
        """The end user sends files of theirs."""
        await press(self.display, "Handrail – Session", "alt+f")
        await press(self.display, WINDOW, "alt+f")
        await find_window(self.display, "Which files")
        names = " ".join(f'"{place}"' for place in places)
        await type_text(self.display, "Which files", names if len(places) > 1 else str(places[0]))
        await press(self.display, "Which files", "Return")

    async def audited(self, count: int) -> list[dict[str, Any]]:
        """What the audit log says of files, once it says so much."""
        async with asyncio.timeout(10):
            while True:
                events = await self.tess.events(self.session_id)
                found = [e["details"] for e in events if e["action"] == "session.file"]
                if len(found) >= count:
                    return found
                await asyncio.sleep(0.1)


@asynccontextmanager
async def at_desks(
    display: XDisplay, broker: Broker, browser: Browser, home: Path
) -> AsyncIterator[Desks]:
    """A session in which files may go both ways, with the files' tab open."""
    async with AsyncExitStack() as stack:
        tess = await stack.enter_async_context(signed_in(broker, TESS))
        session = await tess.create_session("FILE-1", RIGHTS)
        grant = ("--grant", ",".join(RIGHTS))
        client = running_client(broker, display, session["code"], *grant, home=home)
        await stack.enter_async_context(client)
        page, _ = await stack.enter_async_context(page_in(browser))
        console = Console(page, broker)
        await console.sign_in(TESS)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()
        await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
        await console.wait_for_status("connected")
        await page.get_by_role("tab", name="Files").click()
        yield Desks(console, display, home, tess, session["session_id"])
        await tess.end(session["session_id"])


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the end user lives."""
    return tmp_path_factory.mktemp("home")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_files_go_both_ways_whole_and_are_on_the_audit_log(
    display: XDisplay, broker: Broker, browser: Browser, home: Path
) -> None:
    sent = {"drivers.zip": os.urandom(3_000_000), "read me.txt": b"hello", "empty": b""}
    log = home / "app.log"
    log.write_bytes(os.urandom(2_000_000))
    async with at_desks(display, broker, browser, home) as desks:
        await desks.send(sent)
        await expect(desks.page.get_by_text("Waits for the end user to say yes")).to_be_visible()
        assert not desks.drop_folder.exists()
        await desks.accept()
        await expect(desks.page.get_by_text("Sent, and checked on their computer")).to_be_visible(
            timeout=20_000
        )
        found = {path.name: path.read_bytes() for path in desks.drop_folder.iterdir()}
        assert found == sent
        await desks.give(log)
        save = desks.page.get_by_role("button", name="Save: app.log")
        await expect(save).to_be_visible(timeout=20_000)
        async with desks.page.expect_download() as downloading:
            await save.click()
        download = await downloading.value
        assert Path(await download.path()).read_bytes() == log.read_bytes()
        told = await desks.audited(4)
        assert {(one["file_name"], one["direction"], one["sha256"]) for one in told} == {
            *((name, "send", sha256(data)) for name, data in sent.items()),
            ("app.log", "receive", sha256(log.read_bytes())),
        }


async def test_a_declined_offer_leaves_nothing(
    display: XDisplay, broker: Broker, browser: Browser, home: Path
) -> None:
    async with at_desks(display, broker, browser, home) as desks:
        await desks.send({"setup.exe": b"MZ"})
        await find_window(display, OFFER)
        await asyncio.sleep(ARMING_MS / 1000 + 0.3)
        await press(display, OFFER, "Escape")
        await expect(desks.page.locator("hr-files-panel .state")).to_contain_text("said no")
        assert not desks.drop_folder.exists()
        [told] = await desks.audited(1)
        assert (told["file_name"], told["problem"]) == ("setup.exe", "declined")


async def test_a_file_goes_on_where_it_was_when_the_page_is_loaded_anew(
    display: XDisplay, broker: Broker, browser: Browser, home: Path
) -> None:
    large = os.urandom(LARGE_BYTES)
    (home / "large.bin").write_bytes(large)
    async with at_desks(display, broker, browser, home) as desks:
        await desks.give(home / "large.bin")
        progress = desks.page.get_by_label("Progress of large.bin")
        await expect(progress).to_be_visible(timeout=20_000)
        while await progress.evaluate("(bar) => bar.value") < LARGE_BYTES / 4:
            await asyncio.sleep(0.05)
        await desks.page.reload()
        await desks.page.get_by_role("tab", name="Files").click()
        await progress.wait_for(timeout=20_000)  # in the frame it comes in: it may soon be over
        while not (first := await progress.evaluate("(bar) => bar.value")):
            await asyncio.sleep(0.02)
        assert first > LARGE_BYTES / 5
        save = desks.page.get_by_role("button", name="Save: large.bin")
        await expect(save).to_be_visible(timeout=60_000)
        async with desks.page.expect_download() as downloading:
            await save.click()
        saved = Path(await (await downloading.value).path()).read_bytes()
        assert sha256(saved) == sha256(large)
        [told] = await desks.audited(1)
        assert (told["file_result"], told["sha256"]) == ("done", sha256(large))
