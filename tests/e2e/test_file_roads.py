"""Large files by the better of two roads, in a real browser and past a real broker."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.conftest import TESS
from tests.e2e.test_files import Desks, at_desks, home, sha256
from tests.rig.display import XDisplay
from tests.rig.stack import Broker, running_broker

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

__all__ = ["home"]

SIZE = 120_000_000
SERVER = "Through the server, encrypted end to end."
STRAIGHT = "Straight to the other computer."


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file that takes some seconds."""
    path = tmp_path / "disk image.bin"
    path.write_bytes(os.urandom(SIZE))
    return path


async def send(desks: Desks, large: Path) -> None:
    """Let the technician send it, and the end user take it."""
    await desks.page.locator("hr-files-panel #files").set_input_files(large)
    await desks.accept()


async def sent(desks: Desks, large: Path) -> dict[str, Any]:
    """Wait until it has arrived whole; what the audit log says of it."""
    await expect(desks.page.get_by_text("Sent, and checked on their computer")).to_be_visible(
        timeout=90_000
    )
    [arrived] = desks.drop_folder.iterdir()
    assert sha256(arrived.read_bytes()) == sha256(large.read_bytes())
    return (await desks.audited(1))[0]


async def received(desks: Desks, large: Path) -> dict[str, Any]:
    """Save what the end user gave, once it is whole; what the audit log says of it."""
    save = desks.page.get_by_role("button", name=f"Save: {large.name}")
    await expect(save).to_be_visible(timeout=90_000)
    async with desks.page.expect_download() as downloading:
        await save.click()
    saved = await (await downloading.value).path()
    assert sha256(Path(saved).read_bytes()) == sha256(large.read_bytes())
    return (await desks.audited(1))[0]


async def test_a_large_file_to_the_end_user_takes_the_servers_road(
    display: XDisplay, broker: Broker, browser: Browser, home: Path, large: Path
) -> None:
    async with at_desks(display, broker, browser, home) as desks:
        await send(desks, large)
        await expect(desks.page.get_by_text(SERVER)).to_be_visible(timeout=10_000)
        told = await sent(desks, large)
        assert (told["file_result"], told["road"]) == ("done", "relay")


@pytest.mark.slow
async def test_a_large_file_of_the_end_user_takes_the_servers_road(
    display: XDisplay, broker: Broker, browser: Browser, home: Path, large: Path
) -> None:
    async with at_desks(display, broker, browser, home) as desks:
        await desks.give(large)
        await expect(desks.page.get_by_text(SERVER)).to_be_visible(timeout=20_000)
        told = await received(desks, large)
        assert (told["file_result"], told["road"]) == ("done", "relay")


@asynccontextmanager
async def a_broker(folder: Path, **env: str) -> AsyncIterator[Broker]:
    async with running_broker(folder, env) as broker:
        await broker.add_account(TESS, "technician")
        yield broker


@pytest.mark.slow
async def test_where_an_admin_forbids_it_large_files_go_straight(
    display: XDisplay, browser: Browser, home: Path, large: Path, tmp_path: Path
) -> None:
    large.write_bytes(large.read_bytes()[: SIZE // 4])
    folder = tmp_path / "broker"
    folder.mkdir()
    async with (
        a_broker(folder, HANDRAIL_RELAY_ALLOWED="false") as broker,
        at_desks(display, broker, browser, home) as desks,
    ):
        await send(desks, large)
        await expect(desks.page.get_by_text(STRAIGHT)).to_be_visible(timeout=10_000)
        told = await sent(desks, large)
        assert (told["file_result"], told["road"]) == ("done", "direct")
        await desks.give(large)
        await expect(desks.page.get_by_role("button", name=f"Save: {large.name}")).to_be_visible(
            timeout=90_000
        )
        assert {one["road"] for one in await desks.audited(2)} == {"direct"}
        assert "relay.closed" not in broker.log.read_text()


@pytest.mark.slow
async def test_a_broker_that_restarts_in_mid_file_costs_the_road_and_not_the_file(
    display: XDisplay, broker: Broker, browser: Browser, home: Path, large: Path
) -> None:
    async with at_desks(display, broker, browser, home) as desks:
        await send(desks, large)
        await expect(desks.page.get_by_text(SERVER)).to_be_visible(timeout=10_000)
        await asyncio.sleep(0.5)
        await broker.kill()
        await expect(desks.page.get_by_text(STRAIGHT)).to_be_visible(timeout=20_000)
        await broker.start()
        told = await sent(desks, large)
        assert (told["file_result"], told["road"]) == ("done", "relay")
