"""A session between two homes: real broker, real support client, real browser, real lines."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Page, expect

from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.homes import Homes, two_homes
from tests.rig.namespaces import entered
from tests.rig.stack import Login, running_client, signed_in

TESS: Final = Login("tess@example.org", "Tess Example")


@dataclass(slots=True)
class Away:
    """Everything of the session."""

    homes: Homes
    display: XDisplay
    page: Page
    console: Console
    session_id: str
    client_pid: int
    folder: Path


@asynccontextmanager
async def session_between_homes(folder: Path, capabilities: Sequence[str]) -> AsyncIterator[Away]:
    """Open a session that is connected, on an end user's desktop with nothing else on it."""
    async with AsyncExitStack() as stack:
        display = await stack.enter_async_context(virtual_display(folder))
        homes = await stack.enter_async_context(two_homes(folder, TESS))
        broker = homes.broker
        with entered(homes.technician.pid):
            browser = await stack.enter_async_context(chromium())
        tess = await stack.enter_async_context(signed_in(broker, TESS))
        session = await tess.create_session("AWAY-1", capabilities)
        session_id = session["session_id"]
        client = await stack.enter_async_context(
            running_client(
                broker,
                display,
                session["code"],
                *("--grant", ",".join(capabilities)),
                home=folder,
                before=homes.end_user.inside,
                env=homes.client_env,
            )
        )
        await tess.wait_for_state(session_id, "joined")
        page, _ = await stack.enter_async_context(page_in(browser, ignore_https_errors=True))
        console = Console(page, broker)
        await console.sign_in(TESS)
        await expect(page.get_by_role("button", name="New session")).to_be_visible()
        await page.goto(f"{broker.url}/console/#/sessions/{session_id}")
        await console.wait_for_status("connected")
        await console.size()
        yield Away(homes, display, page, console, session_id, client.pid, folder)
