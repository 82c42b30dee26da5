"""What a third viewer costs the support client: its processor time with two and with three.

A desktop scrolls; the third console comes and goes, and the client's time is taken in turns, so
that both figures are of the same minutes. Prints a table and writes `results/viewers.json`.
"""

import asyncio
import json
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from benchmarks.screen.load import cpu_seconds
from client.ui.ask_window import ARMING_MS
from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.hands import find_window, press
from tests.rig.processes import running
from tests.rig.stack import Broker, Login, Technician, running_broker, running_client, signed_in

ROUNDS: Final = 4
SECONDS: Final = 10.0
SETTLE_S: Final = 4.0
RESULT: Final = Path(__file__).resolve().parents[1] / "results" / "viewers.json"
_SCROLL: Final = "while :; do i=$((i+1)); echo line $i of a text that scrolls; sleep 0.03; done"
_TESS: Final = Login("tess@example.org", "Tess Example")
_GUESTS: Final = (Login("ben@example.org", "Ben"), Login("cleo@example.org", "Cleo"))
_QUESTION: Final = "Handrail – Another technician"


@dataclass(frozen=True)
class Turn:
    """One measurement: viewers, the client's processor time in seconds, seconds."""

    viewers: int
    cpu_s: float
    seconds: float

    @property
    def cpu_percent(self) -> float:
        """Of one core."""
        return 100 * self.cpu_s / self.seconds


async def main() -> None:
    """Measure, print and write."""
    turns = await _measure()
    by = {n: [turn.cpu_percent for turn in turns if turn.viewers == n] for n in (2, 3)}
    medians = {n: statistics.median(values) for n, values in by.items()}
    more = 100 * (medians[3] / medians[2] - 1)
    print(f"client's CPU, % of a core: two viewers {medians[2]:.1f}, three {medians[3]:.1f}")
    print(f"the third adds {more:+.1f} %")
    result = {
        "cpu_percent": {str(n): [round(value, 1) for value in by[n]] for n in by},
        "third_viewer_adds_percent": round(more, 1),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


async def _measure() -> list[Turn]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-viewers-")))
        display = await stack.enter_async_context(virtual_display(folder))
        xterm = ["xterm", "-geometry", "100x40+0+120", "-e", "sh", "-c", _SCROLL]
        await stack.enter_async_context(running(xterm, folder / "xterm.log", display.env, folder))
        broker = await stack.enter_async_context(running_broker(folder))
        await broker.add_account(_TESS, "technician")
        for guest in _GUESTS:
            await broker.add_account(guest, "lead")
        browser = await stack.enter_async_context(chromium())
        tess = await stack.enter_async_context(signed_in(broker, _TESS))
        session = await tess.create_session("BENCH-1")
        client = await stack.enter_async_context(
            running_client(broker, display, session["code"], "--grant", "view,control")
        )
        await tess.wait_for_state(session["session_id"], "joined")
        pages: list[Page] = []
        for login in (_TESS, *_GUESTS):
            page, _ = await stack.enter_async_context(page_in(browser, 1280, 800))
            pages.append(page)
            await _come_in(broker, display, page, login, session["session_id"], stack)
        return await _turns(client.pid, pages[-1], broker, session["session_id"])


async def _come_in(
    broker: Broker,
    display: XDisplay,
    page: Page,
    login: Login,
    session_id: str,
    stack: AsyncExitStack,
) -> None:
    console = Console(page, broker)
    await console.sign_in(login)
    await page.get_by_role("button", name="New session").wait_for()
    if login is not _TESS:
        technician: Technician = await stack.enter_async_context(signed_in(broker, login))
        await technician._call("POST", f"/api/v1/sessions/{session_id}/enter", {"purpose": "lead"})
        await _look(page, broker, session_id)
        await find_window(display, _QUESTION)
        await page.locator("hr-trust #digits").wait_for()  # no Allow before
        await asyncio.sleep(ARMING_MS / 1000 + 0.4)
        await press(display, _QUESTION, "alt+a")
    else:
        await _look(page, broker, session_id)


async def _look(page: Page, broker: Broker, session_id: str) -> None:
    await page.goto(f"{broker.url}/console/#/sessions/{session_id}")
    console = Console(page, broker)
    await console.wait_for_status("connected")
    await console.frame()


async def _turns(pid: int, third: Page, broker: Broker, session_id: str) -> list[Turn]:
    turns: list[Turn] = []
    for number in range(2 * ROUNDS):
        if number % 2:
            await _look(third, broker, session_id)
        else:
            await third.goto(f"{broker.url}/console/#/")
        await asyncio.sleep(SETTLE_S)
        began, before = time.monotonic(), cpu_seconds([pid])
        await asyncio.sleep(SECONDS)
        took = time.monotonic() - began
        turns.append(Turn(3 if number % 2 else 2, cpu_seconds([pid]) - before, took))
        print(f"{turns[-1].viewers} viewers: {turns[-1].cpu_percent:.1f} % of a core", flush=True)
    return turns


if __name__ == "__main__":
    asyncio.run(main())
