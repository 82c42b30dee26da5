"""Engine, track and tiles channel against a model of the console: is what it shows ever wrong?

The screen's grey values are version numbers: each change paints a higher one, so that a pixel that
shows a lower number than before, or than the video below it, is stale.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import numpy as np
import pytest

from broker.protocol.channels import TilesAck
from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture import engine as engine_module
from client.capture import plan
from client.capture.engine import ScreenEngine
from client.capture.frame_store import FrameStore
from client.capture.region import Rect
from client.channels.tiles import TilesChannel
from client.consent import Consent
from client.rtc.hub import NEUTRAL_LUMA, Hub
from client.rtc.screen_track import ScreenTrack
from client.rtc.streams import Encoded
from tests.client.capture.fake_screen import FakeScreen
from tests.client.rtc.pictures import PlainStream
from tests.client.viewer import Colours, Reset, Rgb, Viewer, parse
from tests.client.wide import MUCH, Wide

VIEW: Final = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
SIZES: Final = ((320, 192), (400, 250), (258, 130))
FIRST_RTP: Final = 0xFFFFFFFF - 20_000
"""RTP timestamps begin anew in the middle of a test."""

STEP: Final = 4
VERSIONS: Final = 64
NEUTRAL: Final = -1
UNKNOWN: Final = -2


def grey(version: int) -> int:
    return version * STEP * 0x010101


def _versions_of_luma() -> np.ndarray:
    """The version that a brightness stands for; swscale is off by one here and there."""
    versions = np.full(256, UNKNOWN)
    for version in range(VERSIONS):
        store = FrameStore(16, 16)
        store.pixels[:] = version * STEP
        luma = int(np.frombuffer(store.frame([store.whole]).planes[0], np.uint8)[0])
        assert (versions[luma - 1 : luma + 2] == UNKNOWN).all()
        versions[luma - 1 : luma + 2] = version
    return versions


VERSION_OF_LUMA: Final = _versions_of_luma()
NEUTRAL_VERSION: Final = int(VERSION_OF_LUMA[NEUTRAL_LUMA])


def video_versions(encoded: Encoded) -> Colours:
    luma = np.frombuffer(encoded.payloads[0], np.uint8).reshape(encoded.height, encoded.width)
    if (luma == NEUTRAL_LUMA).all():
        return np.full(luma.shape, NEUTRAL, np.int32)
    versions = VERSION_OF_LUMA[luma].astype(np.int32)
    unknown = np.unique(luma[versions == UNKNOWN])
    assert not unknown.size, unknown.tolist()
    return versions


def tile_versions(rgb: Rgb) -> Colours:
    assert (rgb == rgb[:, :, :1]).all()
    return rgb[:, :, 0].astype(np.int32) // STEP


class Remote:
    """The console: a model viewer behind two lines, one for tiles and one for video.

    Each line keeps what it carries in order, and holds it back as long as `chance` likes.
    """

    def __init__(self, chance: random.Random, screen: FakeScreen) -> None:
        self.video = np.zeros((0, 0), np.int32)
        self.holds = True
        self.changed = asyncio.Event()
        self.problems: list[str] = []
        self._chance = chance
        self._screen = screen
        self._shown: deque[tuple[int, Colours]] = deque()
        self.open_tiles(lambda _: None)

    def open_tiles(self, acknowledge: Callable[[int], None]) -> None:
        """Begin with a fresh tiles channel; what the old one held back is lost."""
        self.viewer = Viewer(tile_versions)
        self._told: deque[bytes] = deque()
        self._best = np.zeros((0, 0), np.int32)
        self._acknowledge = acknowledge

    def line(self) -> Callable[[str | bytes], bool]:
        """How to send on the tiles channel that is open now."""
        told = self._told

        def send(message: str | bytes) -> bool:
            assert isinstance(message, bytes)
            told.append(message)
            self.carry()
            return told is self._told

        return send

    def send_frame(self, timestamp: int, content: Colours) -> None:
        self._shown.append((timestamp, content))
        self.carry()

    def carry(self) -> None:
        """Let what is on the lines arrive, or some of it."""
        while self._told or self._shown:
            if self.holds and self._chance.random() < 0.4:
                break
            if self._told and (not self._shown or self._chance.random() < 0.6):
                self._hear(self._told.popleft())
            else:
                self._show(*self._shown.popleft())
            self._look()
        self.changed.set()

    @property
    def exact(self) -> bool:
        """Whether tiles show all of the screen as it is."""
        tiles, pixels = self.viewer.tiles, self._screen.pixels
        same = tiles.shape == pixels.shape[:2] and bool((tiles == pixels[:, :, 0] // STEP).all())
        return same and not self.viewer.hidden

    def state(self) -> dict[str, object]:
        """What to say of a failure."""
        tiles, pixels = self.viewer.tiles, self._screen.pixels
        missing = int((tiles < 0).sum())
        return {
            "sizes": (tiles.shape, self.video.shape, pixels.shape[:2], self._screen.area),
            "soft": f"{missing} of {tiles.size}",
            "hidden": self.viewer.hidden,
            "problems": self.problems,
        }

    def _hear(self, message: bytes) -> None:
        drawn = self.viewer.drawn_bytes
        self.viewer.hear(message)
        if isinstance(parse(message), Reset):
            self._best = np.zeros((0, 0), np.int32)  # all tiles go: what is below may be older
        if self.viewer.drawn_bytes > drawn:
            self._acknowledge(self.viewer.drawn_bytes)

    def _show(self, timestamp: int, content: Colours) -> None:
        if (content == NEUTRAL).all():
            self._best = np.zeros((0, 0), np.int32)
        self.video = content
        self.viewer.show(timestamp)

    def _look(self) -> None:
        """No pixel is older than the video, nor than it was, nor from nowhere."""
        seen, now = self.viewer.over(self.video), self._screen.pixels[:, :, 0] // STEP
        if self.viewer.hidden or not seen.shape == self.viewer.tiles.shape == now.shape:
            return
        self._note("older than the video", seen < self.video)
        self._note("never on the screen", seen > now)
        if self._best.shape == seen.shape:
            self._note("older than it was", seen < self._best)
        self._best = seen

    def _note(self, what: str, where: np.ndarray) -> None:
        if where.any():
            rows, columns = np.nonzero(where)
            around = Rect(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
            self.problems.append(f"{what}: {around}")


class Rig:
    """The whole client side of the picture, and a remote model."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.screen = FakeScreen(*SIZES[0])
        self.version = 1
        self.screen.resize(*SIZES[0], grey(1))
        self.consent = VIEW
        self.engine = ScreenEngine(self.screen.open, lambda _: None)
        self.remote = Remote(self.chance, self.screen)
        self.channel: TilesChannel | None = None
        self.hub = Hub(self.engine, lambda: self.consent, lambda _: PlainStream())
        self.track = ScreenTrack(self.hub, Wide(), lambda: self.channel)
        self.track.release()
        self.encoder_free = asyncio.Event()
        self.encoder_free.set()
        self.stopping: set[asyncio.Task[None]] = set()
        self.running = True
        self.acknowledges = True
        self.window = MUCH

    async def pump(self) -> None:
        """Do as the RTP sender does: ask, encode, send, ask again."""
        while True:
            picture = await self.track.recv()
            await asyncio.sleep(0)
            content = video_versions(picture.encoded)
            timestamp = FIRST_RTP + picture.pts & 0xFFFFFFFF
            self.remote.send_frame(timestamp, content)
            self.track.last_rtp_timestamp = lambda sent=timestamp: sent
            await self.encoder_free.wait()

    # ---- what may happen

    def paint(self) -> None:
        height, width = self.screen.pixels.shape[:2]
        most = self.chance.choice((3, 20, 90, 400))
        left, top = self.chance.randrange(width), self.chance.randrange(height)
        right = min(width, left + self.chance.randint(1, most))
        bottom = min(height, top + self.chance.randint(1, most))
        self.screen.paint(Rect(left, top, right, bottom), grey(self._next_version()))

    def resize(self) -> None:
        self.screen.resize(*self.chance.choice(SIZES), grey(self._next_version()))

    def open_tiles(self) -> None:
        self.engine.send_tiles_to(None)
        self.remote.open_tiles(self._acknowledged)
        made_room = self.engine.room_made
        self.channel = TilesChannel(self.remote.line(), lambda: self.consent, made_room, Wide())
        self.channel._window.size = self.window
        self.engine.send_tiles_to(self.channel)

    def _acknowledged(self, drawn: int) -> None:
        if self.acknowledges and self.channel is not None:
            self.channel.receive(TilesAck(bytes=drawn).model_dump_json())
            self.channel._window.size = self.window

    def close_tiles(self) -> None:
        self.channel = None
        self.remote.open_tiles(lambda _: None)
        self.engine.send_tiles_to(None)

    def narrow(self) -> None:
        """Let the line carry nothing, or changes only."""
        self.window = self.chance.choice((0, 2000))
        self.acknowledges = self.chance.random() < 0.5
        if self.channel is not None:
            self.channel._window.size = self.window

    def widen(self) -> None:
        self.window, self.acknowledges = MUCH, True
        if self.channel is not None:
            self.channel._window.size = self.window
            self._acknowledged(self.remote.viewer.drawn_bytes)

    def pause(self) -> None:
        self.consent = VIEW.with_paused(True)
        self.running = False
        self.stopping.add(asyncio.create_task(self.engine.stop()))
        self.hub.consent_changed()

    def resume(self) -> None:
        self.consent = VIEW
        self.running = True
        self.engine.start()
        self.hub.consent_changed()

    def withdraw(self) -> None:
        self.hub.consent_changed()  # nothing changed, but the wish for a picture is made anew

    def stall(self) -> None:
        self.encoder_free.clear()

    def go_on(self) -> None:
        self.encoder_free.set()

    async def lose(self) -> None:
        self.screen.lose()
        await asyncio.to_thread(self.screen.closed.wait, 10) if self.running else None
        self.screen.lose(False)

    async def rest(self) -> None:
        if self.running:
            assert await asyncio.to_thread(self.screen.until_resting)

    async def look(self) -> None:
        """Wait until something arrives, or nothing is left to arrive."""
        resting = asyncio.create_task(self.rest())
        self.remote.changed.clear()
        arriving = asyncio.create_task(self.remote.changed.wait())
        await asyncio.wait({resting, arriving}, return_when=asyncio.FIRST_COMPLETED)
        arriving.cancel()
        await resting

    def _next_version(self) -> int:
        self.version += 1
        self.version += self.version == NEUTRAL_VERSION
        assert self.version < VERSIONS
        return self.version

    # ---- driving

    async def misbehave(self, steps: int) -> None:
        often = [self.paint] * 12 + [self.withdraw, self.engine.want_picture, self.remote.carry] * 2
        seldom = [self.resize, self.open_tiles, self.close_tiles, self.pause, self.resume]
        line = [self.narrow, self.widen, self.stall, self.go_on] * 2
        waits = [self.rest] * 4 + [self.look] * 8
        for _ in range(steps):
            if self.version < VERSIONS - 2:
                self.chance.choice(often + seldom + line)()
            if self.chance.random() < 0.5:
                await self.chance.choice(waits)()
            if self.chance.random() < 0.02:
                await self.lose()
            assert self.remote.problems == []

    async def settle(self) -> None:
        """Let everything through and wait until the console shows the screen exactly."""
        self.resume()
        self.widen()
        self.go_on()
        if self.channel is None:
            self.open_tiles()
        self.remote.holds = False
        self.remote.carry()
        try:
            async with asyncio.timeout(15):
                while True:
                    await self.rest()
                    if self.remote.exact:
                        break
                    self.remote.changed.clear()
                    await self.remote.changed.wait()
        except TimeoutError:
            pytest.fail(f"the console never shows the screen exactly: {self.remote.state()}")
        assert self.remote.problems == []
        self.remote.holds = True


@asynccontextmanager
async def running(seed: int) -> AsyncIterator[Rig]:
    rig = Rig(seed)
    rig.engine.start()
    work = asyncio.create_task(rig.hub.run())
    pump = asyncio.create_task(rig.pump())
    try:
        yield rig
    finally:
        pump.cancel()
        work.cancel()
        ended, _ = await asyncio.gather(pump, work, return_exceptions=True)
        await rig.engine.stop()
        await asyncio.gather(*rig.stopping)
        assert isinstance(ended, asyncio.CancelledError), ended


@pytest.mark.parametrize("seed", range(12))
async def test_nothing_stale_is_ever_shown_and_everything_is_exact_in_the_end(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TILE_MAX_PIXELS", 5_000)
    monkeypatch.setattr(plan, "QUIET_S", 0.02)
    monkeypatch.setattr(engine_module, "RETRY_S", 0.01)
    async with running(seed) as rig:
        rig.open_tiles()
        for _ in range(3):
            await rig.misbehave(40)
            await rig.settle()
