"""Frames a second and key to photon through the broker, on loopback and with 40 ms of round trip.

`python -m benchmarks.tunnel`: keys, each of which draws a bar in a terminal, and then a page that
scrolls on the whole of a 1280×800 screen, seen in a headless browser.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.conftest import TERMINAL, TESS
from tests.e2e.test_last_resort import NO_WAY
from tests.rig.browser import chromium, page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.hands import rest, wait_for_focus
from tests.rig.processes import running
from tests.rig.stack import Broker, free_port, running_broker_of, running_client, signed_in
from tests.rig.ticker import COLUMNS, ROWS, age_ms, read_time

SCROLL_S, FPS, KEYS = 8, 30, 15
BARS = "while read -rsn1; do printf '\\e[7m%40s\\e[0m\\n' ''; done"
_NOTE_KEYS = "addEventListener('keydown', () => (window.keyAt = Date.now()), true)"


@asynccontextmanager
async def delayed(url: str, seconds: float) -> AsyncIterator[str]:
    """Give an address behind which everything comes so much later, each way."""
    target = urlsplit(url)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def write() -> None:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                writer.write(data)
                await writer.drain()

        writing = asyncio.create_task(write())
        try:
            while data := await reader.read(65536):
                queue.put_nowait((time.monotonic() + seconds, data))
        finally:
            writing.cancel()
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(target.hostname, target.port)
        pumps = (pump(reader, far_writer), pump(far_reader, writer))
        await asyncio.gather(*pumps, return_exceptions=True)

    port = free_port()
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()


async def scroll(console: Console, display: XDisplay, log: Path) -> str:
    """Say how many frames a second were seen, and how old they were."""
    ticker = [sys.executable, "-m", "tests.rig.ticker", str(SCROLL_S), str(FPS)]
    async with running(ticker, log, display.env):
        await asyncio.sleep(2)
        await console.watch(COLUMNS, ROWS)
        await asyncio.sleep(SCROLL_S - 3)
        frames, times = await console.watched(), await console.watched_at()
    shown = [(read_time(frame[:COLUMNS]), at) for frame, at in zip(frames, times, strict=True)]
    seen = [(time, at) for time, at in shown if time is not None]
    first = dict(reversed(seen))
    ages = [age_ms(time, at) for time, at in first.items()]
    rate = len(first) / ((seen[-1][1] - seen[0][1]) / 1000)
    return f"{rate:.1f} frames/s, {statistics.median(ages):.0f} ms old when first seen"


async def keys(console: Console, display: XDisplay) -> str:
    """Say how long it takes from a key to what it draws."""
    await rest()
    await console.click_at(0.2, 0.4)
    await wait_for_focus(display, TERMINAL)
    await asyncio.sleep(1)
    took = []
    for _ in range(KEYS):
        await console.watch(160, 100)
        await console.page.keyboard.press("a")
        await asyncio.sleep(0.6)
        frames, times = await console.watched(), await console.watched_at()
        pressed = await console.page.evaluate("window.keyAt")
        seen = list(zip(times, frames, strict=True))
        before = [frame for at, frame in seen if at <= pressed][-1]
        took += [at - pressed for at, frame in seen if at > pressed and frame != before][:1]
    return f"key to photon {statistics.median(took):.0f} ms (median of {len(took)})"


async def measure(folder: Path, one_way_s: float) -> None:
    """Run both, and print what came out."""
    terminal = ["xterm", "-T", TERMINAL, "-geometry", "90x40+0+0", "-e", "bash", "-c", BARS]
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        display = await enter(virtual_display(folder))
        await enter(running(terminal, folder / "xterm.log", display.env, folder))
        broker: Broker = await enter(running_broker_of(TESS, folder))
        browser = await enter(chromium())
        tess = await enter(signed_in(broker, TESS))
        session = await tess.create_session("BENCH-1")
        slow = await enter(delayed(broker.url, one_way_s))
        behind = replace(broker, port=urlsplit(slow).port or 0)
        await enter(running_client(behind, display, session["code"], "--grant", "view,control"))
        page, _ = await enter(page_in(browser))
        await page.add_init_script(NO_WAY + _NOTE_KEYS)
        console = Console(page, broker)
        await console.sign_in(TESS)
        await page.get_by_role("button", name="New session").wait_for()
        await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
        await console.wait_for_status("connected")
        await console.frame()
        await asyncio.sleep(3)
        network = f"round trip {2000 * one_way_s:.0f} ms:"
        print(network, await keys(console, display))
        print(network, await scroll(console, display, folder / "ticker.log"))


async def main() -> None:
    """Both lines."""
    for one_way_s in (0.0, 0.02):
        with tempfile.TemporaryDirectory() as folder:
            await measure(Path(folder), one_way_s)


asyncio.run(main())
