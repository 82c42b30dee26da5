"""Every pixel of a tile in its place on a real screen, at the scales that monitors have."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Page

from broker.protocol.tiles import TileRect, pack_reset, pack_tile
from client.capture import tile
from tests.rig.browser import chromium
from tests.rig.hands import Picture
from tests.rig.stack import Broker

pytestmark = pytest.mark.e2e

WIDTH, HEIGHT = 390, 202

SHOW = """
async ([width, height, zoom, messages]) => {
  await import("/console/src/views/remote_screen.js");
  const { TileOverlay } = await import("/console/src/tiles/overlay.js");
  const { CursorOverlay } = await import("/console/src/cursor/overlay.js");
  const { PictureDelay } = await import("/console/src/tiles/delay.js");
  const { initialState } = await import("/console/src/session.js");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width / 2, height / 2];
  const pen = canvas.getContext("2d");
  const keeps = () => { throw new DOMException("kept", "DataCloneError"); };
  const worker = { postMessage: keeps, terminate() {} };
  globalThis.tiles = new TileOverlay(worker, () => {}, new PictureDelay(() => null));
  const channel = { readyState: "open" };
  const shown = new Promise((done) => (channel.send = done));
  globalThis.tiles.listen(channel);
  const screen = document.createElement("hr-remote-screen");
  screen.live = {
    ...initialState(),
    peer: { phase: "connected", everConnected: true, failure: null },
    rights: { granted: ["view"], paused: false, leases: [] },
    screen: { width, height, problem: null, conditions: [], monitors: [], shown: null },
  };
  const cursor = new CursorOverlay();
  screen.picture = { stream: canvas.captureStream(), tiles: globalThis.tiles, cursor };
  screen.zoom = zoom;
  // Not on a whole pixel of any monitor, as when what is above it is of an odd height.
  screen.style.cssText =
    "position: absolute; left: 10.3px; top: 20.7px; width: 801.4px; height: 560.9px";
  document.body.replaceChildren(screen);
  pen.fillStyle = "#808080";
  pen.fillRect(0, 0, width, height);
  for (const message of messages) {
    channel.onmessage({ data: Uint8Array.from(atob(message), (c) => c.charCodeAt(0)).buffer });
  }
  await shown;
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const part = (name) => screen.renderRoot.querySelector(name);
  const [video, picture] = [part("video"), part(".screen")];
  const box = () => globalThis.tiles.element.getBoundingClientRect();
  while (video.videoWidth === 0 || picture.style.width === "" || box().width === 0) await frame();
  const settle = async () => {
    for (let drawn = 0; drawn < 3; drawn += 1) await frame();
  };
  await settle();
  // However high the tools are: at two device pixels a CSS pixel the picture fits 3 times.
  const tools = screen.offsetHeight - part(".stage").clientHeight;
  screen.style.height = `${tools + 306.1}px`;
  await settle();
  const { left, top, width: across, height: down } = box();
  return [left, top, across, down].map((side) => side * devicePixelRatio);
}
"""
"""Shows the console's own remote screen with a video of half the size, and tiles over it."""


def checkerboard() -> NDArray[np.uint8]:
    """Give a picture as the screen's is: black and white, pixel by pixel."""
    rows, columns = np.indices((HEIGHT, WIDTH))
    white = ((rows + columns) % 2 * 255).astype(np.uint8)
    return np.repeat(white[:, :, None], 4, axis=2)


def messages() -> list[str]:
    """Give what a client sends for it, in base64."""
    whole = TileRect(0, 0, WIDTH, HEIGHT)
    png = tile.encode(checkerboard(), tile.FAST)
    return [
        b64encode(raw).decode() for raw in (pack_reset(WIDTH, HEIGHT), pack_tile(0, whole, png))
    ]


@asynccontextmanager
async def monitor(broker: Broker, scale: float) -> AsyncIterator[Page]:
    """A page on a monitor of this scale; Playwright's emulated ones are laid out otherwise."""
    arguments = (f"--force-device-scale-factor={scale}", "--window-size=1300,900")
    async with chromium(*arguments) as browser:
        context = await browser.new_context(no_viewport=True)
        page = await context.new_page()
        await page.goto(f"{broker.url}/console/")
        # Until the console is there it may still put itself in the place of what is shown.
        await page.locator("hr-app").wait_for(state="attached")
        assert await page.evaluate("devicePixelRatio") == scale
        yield page
        await context.close()


async def shot(page: Page) -> Picture:
    """Give the page as it is on the monitor, pixel by pixel."""
    decoder: Any = av.CodecContext.create("png", "r")
    (frame,) = decoder.decode(av.Packet(await page.screenshot(scale="device")))
    picture: Picture = frame.to_ndarray(format="rgb24")
    return picture


async def shown(page: Page, zoom: str | int) -> Picture:
    """Show the checkerboard, and give the part of the page that it fills."""
    edges = await page.evaluate(SHOW, [WIDTH, HEIGHT, zoom, messages()])
    left, top, width, height = (round(edge) for edge in edges)
    assert edges == pytest.approx([left, top, width, height], abs=0.1), "not on device pixels"
    return (await shot(page))[top : top + height, left : left + width]


@pytest.mark.parametrize("scale", [1, 1.25, 1.5, 2])
async def test_one_to_one_every_pixel_is_a_pixel_of_the_monitor(
    broker: Broker, scale: float
) -> None:
    async with monitor(broker, scale) as page:
        assert (await shown(page, 1) == checkerboard()[:, :, :3]).all()


async def test_fitted_at_a_whole_scale_every_pixel_is_a_square_of_pixels(broker: Broker) -> None:
    async with monitor(broker, 2) as page:
        picture = await shown(page, "fit")
        scale = picture.shape[0] // HEIGHT
        assert scale > 1
        squares = checkerboard()[:, :, :3].repeat(scale, axis=0).repeat(scale, axis=1)
        assert (picture == squares).all()
