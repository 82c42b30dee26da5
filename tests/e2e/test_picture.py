"""What the technician sees against what is on the display: exact when still, never stale."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest
from playwright.async_api import Browser, Route, expect

from tests.e2e.conftest import TESS
from tests.rig.blocks import COLUMNS, CYCLE, ROWS, read_step
from tests.rig.browser import page_in
from tests.rig.console import Console
from tests.rig.display import XDisplay
from tests.rig.hands import look
from tests.rig.processes import running
from tests.rig.stack import Broker, running_client, signed_in

pytestmark = [pytest.mark.e2e, pytest.mark.clock]

SECONDS = 5.0

LATE_TILES = """
{
const original = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, "onmessage");
Object.defineProperty(RTCDataChannel.prototype, "onmessage", {
  set(handler) {
    if (this.label !== "tiles") return original.set.call(this, handler);
    let before = Promise.resolve();
    original.set.call(this, (event) => {
      const wait = Math.random() < 0.1 ? Math.random() * 200 : 0;
      const waited = () => new Promise((done) => setTimeout(done, wait));
      before = before.then(waited).then(() => handler(event));
    });
  },
});
}
"""
"""In the tiles' worker: holds up messages at random, in their order, as losses on the way do."""

KEPT_CHANNEL = """
const post = Worker.prototype.postMessage;
Worker.prototype.postMessage = function (message, moved) {
  if (message.type === "channel") throw new DOMException("kept", "DataCloneError");
  return post.call(this, message, moved);
};
"""
"""In the page: a browser that cannot hand a data channel to a worker."""


@asynccontextmanager
async def watched(
    display: XDisplay, broker: Broker, browser: Browser, in_page: str = "", in_worker: str = ""
) -> AsyncIterator[Console]:
    """A console that shows the display; the scripts run before its own."""

    async def with_script(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=in_worker + await answer.text())

    async with signed_in(broker, TESS) as tess:
        session = await tess.create_session("PICTURE-1", ["view"])
        async with (
            running_client(broker, display, session["code"], "--grant", "view"),
            page_in(browser) as (page, _),
        ):
            await page.add_init_script(in_page)
            await page.route("**/tiles/worker.js", with_script)
            console = Console(page, broker)
            await console.sign_in(TESS)
            await expect(page.get_by_role("button", name="New session")).to_be_visible()
            await page.goto(f"{broker.url}/console/#/sessions/{session['session_id']}")
            await console.wait_for_status("connected")
            yield console
            await tess.end(session["session_id"])


async def wait_until_exact(console: Console, display: XDisplay) -> None:
    """Wait until every pixel shown is the pixel on the display just before or just after."""
    share = 0.0
    try:
        async with asyncio.timeout(20):
            while True:
                before, shown, after = look(display), await console.frame(), look(display)
                if shown.shape == before.shape:
                    same = (shown == before).all(axis=2) | (shown == after).all(axis=2)
                    share = float(same.mean())
                    if share == 1.0:
                        return
    except TimeoutError:
        pytest.fail(f"only {share:.4%} of the pixels became exact")


def since_the_wall_is_shown(frames: list[list[list[int]]]) -> list[list[int]]:
    """Give the steps of every frame from the first on in which all blocks show step 1."""
    steps = [[read_step(shown) for shown in frame] for frame in frames]
    begin = next(i for i, frame in enumerate(steps) if set(frame) == {1})
    return steps[begin:]


def check_forward(frames: list[list[int]]) -> None:
    """No block may go back to an earlier step."""
    assert len(frames) > 50
    advanced = np.mod(np.diff(np.array(frames), axis=0), CYCLE)
    behind = np.argwhere(advanced >= CYCLE // 2)
    assert not len(behind), [
        (int(i), int(block), frames[i][block], frames[i + 1][block]) for i, block in behind[:5]
    ]


@pytest.mark.parametrize(
    ("in_page", "in_worker"),
    [("", ""), ("", LATE_TILES), (KEPT_CHANNEL, "")],
    ids=["prompt tiles", "late tiles", "tiles passed on by the page"],
)
async def test_no_part_of_the_picture_ever_goes_back_in_time_and_all_of_it_becomes_exact(
    display: XDisplay, broker: Broker, browser: Browser, in_page: str, in_worker: str
) -> None:
    async with watched(display, broker, browser, in_page, in_worker) as console:
        log = broker.folder / "blocks.log"
        wall = [sys.executable, "-m", "tests.rig.blocks", str(SECONDS), "7"]
        async with running(wall, log, display.env):
            await console.watch(COLUMNS, ROWS)
            async with asyncio.timeout(60):
                while "still" not in log.read_text():
                    await asyncio.sleep(0.05)
            check_forward(since_the_wall_is_shown(await console.watched()))
            await wait_until_exact(console, display)
