"""The technician at the console, by the names that people and screen readers find things by."""

import asyncio
import base64

import numpy as np
from playwright.async_api import Locator, Page, expect

from tests.rig.hands import Picture
from tests.rig.processes import Process
from tests.rig.stack import Broker, Login

PICTURE_TIMEOUT_MS = 20_000

_COMPOSE = """
  const find = (root, kind) => {
    for (const element of root.querySelectorAll("*")) {
      if (element instanceof kind) return element;
      const inside = element.shadowRoot && find(element.shadowRoot, kind);
      if (inside) return inside;
    }
    return null;
  };
  const layers = () => {
    const video = find(document, HTMLVideoElement);
    const tiles = video?.parentElement.querySelector("canvas");
    if (tiles?.width) return { video, tiles, screen: [tiles.width, tiles.height] };
    if (video?.videoWidth) return { video, tiles, screen: [video.videoWidth, video.videoHeight] };
    return null;
  };
  const compose = (width, height) => {
    const shown = layers();
    if (!shown) return null;
    const { video, tiles, screen } = shown;
    const size = [width || screen[0], height || screen[1]];
    const context = new OffscreenCanvas(...size).getContext("2d", { willReadFrequently: true });
    context.imageSmoothingEnabled = false;
    if (video.videoWidth) context.drawImage(video, 0, 0, ...size);
    if (tiles && tiles.width && tiles.style.visibility !== "hidden") {
      context.drawImage(tiles, 0, 0, ...size);
    }
    return context.getImageData(0, 0, ...size);
  };
"""
"""The picture as it is shown: the video, if there is one, and the exact tiles over it. In a smaller
size, each pixel is one of the picture, from the middle of the part that it stands for."""

_FRAME = (
    "() => {"
    + _COMPOSE
    + """
  const image = compose();
  if (!image) return null;
  const { data } = image;
  let text = "";
  for (let i = 0; i < data.length; i += 32768) {
    text += String.fromCharCode.apply(null, data.subarray(i, i + 32768));
  }
  return { width: image.width, height: image.height, pixels: btoa(text) };
}
"""
)

_SIZE = "() => {" + _COMPOSE + "return layers()?.screen ?? null; }"

_WATCH = (
    "([columns, rows]) => {"
    + _COMPOSE
    + """
  window.samples = [];
  window.sampledAt = [];
  const look = () => {
    const image = compose(columns, rows);
    if (image) {
      window.samples.push([...image.data]);
      window.sampledAt.push(Date.now());
    }
    window.watching = requestAnimationFrame(look);
  };
  look();
}
"""
)


_UNTIL_SHOWN = (
    "(expected) => {"
    + _COMPOSE
    + """
  const right = new Uint32Array(Uint8Array.from(atob(expected), (c) => c.charCodeAt(0)).buffer);
  const same = ({ data }) => {
    const shown = new Uint32Array(data.buffer);
    return shown.length === right.length && shown.every((pixel, at) => pixel === right[at]);
  };
  return new Promise((done) => {
    const look = () => {
      const image = compose();
      if (image && same(image)) done(Date.now());
      else setTimeout(look, 50);
    };
    look();
  });
}
"""
)


class Console:
    """A page with the console in it."""

    def __init__(self, page: Page, broker: Broker) -> None:
        self.page = page
        self.broker = broker
        self.client: Process | None = None
        """The support client at the other end, where the test has started one."""

    async def sign_in(self, login: Login) -> None:
        """Open the console and sign in."""
        await self.page.goto(f"{self.broker.url}/console/")
        await self.page.get_by_label("Email").fill(login.email)
        await self.page.get_by_label("Password").fill(login.password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def create_code(self, ticket: str) -> str:
        """Open a session for a ticket and read its code off the screen."""
        await self.page.get_by_role("button", name="New session").click()
        await self.page.get_by_label("Ticket").fill(ticket)
        await self.page.get_by_role("button", name="Create code").click()
        shown = await self.page.get_by_test_id("join-code").inner_text()
        return "".join(character for character in shown if character.isdigit())

    @property
    def session_id(self) -> str:
        """The id of the session in the address."""
        return self.page.url.rsplit("/", 1)[1]

    @property
    def status(self) -> Locator:
        """The session's state in words."""
        return self.page.get_by_role("status", name="State of the session")

    @property
    def screen(self) -> Locator:
        """The picture of the end user's desktop."""
        return self.page.get_by_label("Remote screen")

    @property
    def digits(self) -> Locator:
        """The digits that both screens show; nothing can be allowed without them."""
        return self.page.locator("hr-trust .digits")

    @property
    def chat(self) -> Locator:
        """The chat's lines."""
        return self.page.get_by_role("log", name="Chat")

    async def wait_for_status(self, text: str) -> None:
        """Wait until the state reads like this."""
        await expect(self.status).to_contain_text(text, timeout=PICTURE_TIMEOUT_MS)

    async def say(self, text: str) -> None:
        """Send a chat message."""
        await self.page.get_by_label("Message").fill(text)
        await self.page.get_by_role("button", name="Send", exact=True).click()

    async def click_at(self, x: float, y: float) -> None:
        """Click in the picture at fractions of its element's size."""
        box = await self.screen.bounding_box()
        assert box is not None
        await self.page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])

    async def picture_box(self) -> tuple[float, float, float]:
        """Give left, top and scale of the picture itself, in page pixels a picture pixel."""
        box = await self.screen.bounding_box()
        width, height = await self.size()
        assert box is not None
        scale = min(box["width"] / width, box["height"] / height)
        left = box["x"] + (box["width"] - width * scale) / 2
        top = box["y"] + (box["height"] - height * scale) / 2
        return left, top, scale

    async def watch(self, columns: int, rows: int) -> None:
        """Begin to note the colour in the middle of each of these parts, frame by frame."""
        await self.page.evaluate(_WATCH, [columns, rows])

    async def watched(self) -> list[list[list[int]]]:
        """Stop watching, and give red, green, blue of every part, row by row, in every frame."""
        samples: list[list[int]] = await self.page.evaluate(
            "() => (cancelAnimationFrame(window.watching), window.samples)"
        )
        return [[data[i : i + 3] for i in range(0, len(data), 4)] for data in samples]

    async def watched_at(self) -> list[float]:
        """Give when each of the frames watched was seen, in ms since the epoch."""
        times: list[float] = await self.page.evaluate("() => window.sampledAt")
        return times

    async def shown_at(self, picture: Picture, timeout_s: float) -> float:
        """Wait until every pixel is as in this picture: when, in seconds since the epoch."""
        opaque = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
        expected = base64.b64encode(opaque.tobytes()).decode()
        async with asyncio.timeout(timeout_s):
            at_ms: float = await self.page.evaluate(_UNTIL_SHOWN, expected)
        return at_ms / 1000

    async def size(self) -> tuple[int, int]:
        """Wait until there is a picture, and give its width and height."""
        async with asyncio.timeout(PICTURE_TIMEOUT_MS / 1000):
            while (size := await self.page.evaluate(_SIZE)) is None:
                await asyncio.sleep(0.05)
        width, height = size
        return width, height

    async def frame(self) -> Picture:
        """Give the picture as the browser decoded it, at its own size."""
        await self.size()
        shown = await self.page.evaluate(_FRAME)
        pixels = np.frombuffer(base64.b64decode(shown["pixels"]), np.uint8)
        return pixels.reshape(shown["height"], shown["width"], 4)[:, :, :3]
