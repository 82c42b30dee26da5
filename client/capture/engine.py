"""The screen engine: waits for changes, reads them, and sends each the way that suits it.

One thread owns the screen. A small change becomes a lossless tile at once; a large one goes by
video, whose pictures are handed out on demand, newest only, so nothing ever queues. When things
are quiet, what the viewer sees softly is made exact, in small pieces that any change interrupts.
While nobody may look, nothing is read.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

import av

from broker.protocol.tiles import MAX_TILE_BYTES
from client.capture import tile
from client.capture.frame_store import FrameStore
from client.capture.plan import Plan
from client.capture.region import Rect, bounding, merge
from client.errors import PlatformUnavailable
from client.platform.interface import Area, Screen

MAX_FPS: Final = 60.0
RETRY_S: Final = 1.0
"""How long to wait after the screen was lost."""
IDLE_S: Final = 1.0
"""How long the thread sleeps at a time when nothing is to be done."""
SETTLE_S: Final = 0.15
SETTLE_FRAMES: Final = 3
"""Without tiles, this many more frames of a still picture let the encoder sharpen it."""
REFINE_ROOM: Final = 6 * 1024
"""What is soft is made exact only while this many bytes may leave, so that changes find room."""
MAX_REPLACED: Final = 16
"""A `frame` message names at most this many rectangles."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture for the video. The frame object is reused: encode it before asking again."""

    area: Area
    video: av.VideoFrame
    captured_at: float
    """`time.monotonic()` seconds."""
    replaced: list[Rect]
    """Where it is newer than any tile sent before. Whoever tells the viewer empties the list; until
    then, newer tiles that leave first are taken out of it."""


@dataclass(frozen=True, slots=True)
class ScreenReport:
    """The shared area, or what is wrong with the screen."""

    area: Area | None
    problem: str | None = None


class FrameSource(Protocol):
    """Where the video track gets its pictures."""

    async def next_frame(self) -> Frame:
        """Wait for a picture that is worth sending."""

    def want_picture(self) -> None:
        """Let `next_frame` give the picture as it is, changed or not."""


class TileSink(Protocol):
    """Where tiles go. `room` and `reserve` belong to the engine's thread, the rest to the loop."""

    @property
    def room(self) -> int:
        """How many bytes may leave now without queueing."""

    def reserve(self, size: int) -> None:
        """Take room for a tile that is on its way to `tile`; in the engine's thread."""

    def reset(self, width: int, height: int) -> None:
        """Everything sent before is void; the picture has this size."""

    def tile(self, rect: Rect, png: bytes) -> None:
        """These pixels are exact."""


class ScreenEngine:
    """Owns the capture thread. All methods are called in the event loop's thread."""

    def __init__(
        self, open_screen: Callable[[], Screen], report: Callable[[ScreenReport], None]
    ) -> None:
        self._open_screen = open_screen
        self._report = report
        self._loop = asyncio.get_running_loop()
        self._demand = _Demand(None, frame_wanted=False)
        self._sink: TileSink | None = None
        self._waiting: asyncio.Future[Frame] | None = None
        self._handed_out: Frame | None = None
        self._thread: threading.Thread | None = None
        self._ending: threading.Thread | None = None
        self._reported: ScreenReport | None = None

    def start(self) -> None:
        """Begin to read the screen; nothing happens when it is being read already."""
        if self._thread is None:
            self._demand = _Demand(self._sink, frame_wanted=self._waiting is not None)
            self._thread = threading.Thread(
                target=self._run,
                args=(self._demand, self._ending),
                name="screen-engine",
                daemon=True,
            )
            self._thread.start()

    def stop(self) -> Coroutine[Any, Any, None]:
        """Stop reading the screen, at once; who awaits it waits until the thread let go of it."""
        self._thread, self._ending = None, self._thread or self._ending
        self._demand.end()
        return self._ended(self._ending)

    async def _ended(self, thread: threading.Thread | None) -> None:
        if thread is not None:
            await asyncio.to_thread(thread.join)

    def send_tiles_to(self, sink: TileSink | None) -> None:
        """Send tiles here from now on, or nowhere."""
        self._sink = sink
        self._demand.use_sink(sink)

    async def next_frame(self) -> Frame:
        """Wait for the next picture worth sending. One caller at a time; a new one replaces it."""
        waiting: asyncio.Future[Frame] = self._loop.create_future()
        self._waiting = waiting
        self._demand.ask()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._demand.give_back(waiting.result().replaced)
            raise
        finally:
            if self._waiting is waiting:
                self._demand.withdraw()
                self._waiting = None

    def want_picture(self) -> None:
        """Let `next_frame` give the picture as it is: somebody has none, or lost one."""
        self._demand.want_picture()

    def room_made(self) -> None:
        """Tell the engine that tiles may leave again."""
        self._demand.wake()

    # ---- in the loop

    def _deliver(self, frame: Frame) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(frame)
            self._handed_out = frame
        else:
            self._demand.give_back(frame.replaced)  # asked for and withdrawn meanwhile

    def _send_tile(self, sink: TileSink, rect: Rect, png: bytes) -> None:
        frame = self._handed_out
        if frame is not None and frame.replaced:  # not told of yet, and older than this tile
            frame.replaced[:] = [part for old in frame.replaced for part in old.without(rect)]
        sink.tile(rect, png)

    def _tell(self, report: ScreenReport) -> None:
        if report != self._reported:
            self._reported = report
            self._report(report)

    # ---- in the thread

    def _run(self, demand: "_Demand", before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        while not demand.ended:
            try:
                self._watch(demand)
            except PlatformUnavailable as error:
                self._post(self._tell, ScreenReport(None, str(error)))
                demand.sleep(RETRY_S)

    def _watch(self, demand: "_Demand") -> None:
        screen = self._open_screen()
        demand.attach(screen)
        try:
            while not demand.ended:
                self._post(self._tell, ScreenReport(screen.area))
                demand.picture_wanted = True
                _Picture(screen, demand, self._deliver, self._send_tile, self._post).watch()
        finally:
            demand.detach()
            screen.close()

    def _post(self, call: Callable[..., None], *arguments: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *arguments)


class _Demand:
    """What the loop wants of the thread. Setters are called in the loop and wake the thread."""

    def __init__(self, sink: TileSink | None, *, frame_wanted: bool) -> None:
        self.ended = False
        self.sink = sink
        self.frame_wanted = frame_wanted
        self.picture_wanted = True
        self._screen: Screen | None = None
        self._lock = threading.Lock()
        self._returned: deque[Rect] = deque()
        self._changed = threading.Event()

    def end(self) -> None:
        self.ended = True
        self.wake()

    def use_sink(self, sink: TileSink | None) -> None:
        self.sink = sink
        self.wake()

    def attach(self, screen: Screen) -> None:
        """This screen is the one to wake; in the thread."""
        with self._lock:
            self._screen = screen

    def detach(self) -> None:
        """The screen is about to close; in the thread."""
        with self._lock:
            self._screen = None

    def ask(self) -> None:
        self.frame_wanted = True
        self.wake()

    def withdraw(self) -> None:
        self.frame_wanted = False

    def want_picture(self) -> None:
        self.picture_wanted = True
        self.wake()

    @property
    def anybody(self) -> bool:
        """Whether anybody looks."""
        return self.frame_wanted or self.sink is not None

    def give_back(self, rects: Iterable[Rect]) -> None:
        """A frame never left: what it replaced is still to be told."""
        self._returned.extend(rects)
        self.want_picture()

    def returned(self) -> list[Rect]:
        """Take what was given back."""
        return [self._returned.popleft() for _ in range(len(self._returned))]

    def wake(self) -> None:
        """Let the thread look again; from any thread."""
        self._changed.set()
        with self._lock:
            if self._screen is not None:
                self._screen.wake()

    def sleep(self, seconds: float) -> None:
        """Sleep until something is wanted (for when there is no screen to wait on)."""
        self._changed.wait(seconds)
        self._changed.clear()


class _Picture:
    """The engine's work on one screen of one size, in the thread."""

    def __init__(
        self,
        screen: Screen,
        demand: _Demand,
        deliver: Callable[[Frame], None],
        send_tile: Callable[[TileSink, Rect, bytes], None],
        post: Callable[..., None],
    ) -> None:
        self._screen = screen
        self._demand = demand
        self._deliver = deliver
        self._send_tile = send_tile
        self._post = post
        self._area = screen.area
        self._store = FrameStore(self._area.width, self._area.height)
        self._plan = Plan(self._area.width, self._area.height)
        self._unread: list[Rect] = [self._store.whole]
        self._unconverted: list[Rect] = []
        self._replaced: list[Rect] = []
        self._sink: TileSink | None = None
        self._frame_due_at = 0.0
        self._settling = 0
        self._near = (0, 0)

    def watch(self) -> None:
        """Work until the screen has another size or place, or the engine ends."""
        while not self._demand.ended:
            self._unread += self._screen.wait(self._patience())
            if self._screen.area != self._area:
                return
            if self._demand.anybody:
                self._work()
            else:
                self._unread = merge(self._unread)

    def _work(self) -> None:
        now = time.monotonic()
        if self._sink is not self._demand.sink:
            self._start_tiles(self._demand.sink)
        if self._unread and now >= self._frame_due_at - self._haste():
            self._read(now)
        if self._demand.frame_wanted and self._frame_is_due(now):
            self._hand_out(now)
        if self._sink is not None and not self._replaced and not self._unread:
            self._refine(now)

    # ---- reading

    def _haste(self) -> float:
        """Small changes are read at once; large ones keep to the frame rate."""
        small = sum(rect.area for rect in self._unread) < self._store.whole.area // 4
        return 1 / MAX_FPS if small else 0.0

    def _read(self, now: float) -> None:
        rects, self._unread = merge(self._unread), []
        for rect in rects:
            self._store.write(rect, self._screen.read(rect))
            self._unconverted.append(rect)
        self._near = bounding(rects).left, bounding(rects).top
        sink = self._sink
        room = 0 if sink is None or self._demand.picture_wanted else sink.room
        for rect in rects:
            if sink is not None and self._plan.goes_as_tile(rect, room, now):
                room -= self._send(sink, rect, tile.FAST)
            else:
                self._plan.goes_by_video(rect)
                self._replaced.append(rect)
        self._settling = SETTLE_FRAMES

    # ---- video

    def _frame_is_due(self, now: float) -> bool:
        if now < self._frame_due_at:
            return False
        settles = self._sink is None and self._settling > 0
        return bool(self._replaced) or self._demand.picture_wanted or settles

    def _hand_out(self, now: float) -> None:
        self._settling -= not self._replaced
        self._demand.frame_wanted = False
        self._demand.picture_wanted = False
        self._replaced += self._demand.returned()
        video = self._store.frame(self._unconverted)
        replaced = merge(self._replaced, most=MAX_REPLACED)
        for rect in replaced:
            self._plan.goes_by_video(rect)  # joined, they hide more than what changed
        self._unconverted, self._replaced = [], []
        pause = SETTLE_S if self._settling < SETTLE_FRAMES and not replaced else 1 / MAX_FPS
        self._frame_due_at = now + pause
        self._post(self._deliver, Frame(self._area, video, now, replaced))

    # ---- tiles

    def _start_tiles(self, sink: TileSink | None) -> None:
        self._sink = sink
        self._plan.forget()
        if sink is not None:
            self._post(sink.reset, self._area.width, self._area.height)
            # The video that the viewer shows was not told of here: it hides tiles until one is.
            self._demand.picture_wanted = True

    def _refine(self, now: float) -> None:
        sink = self._sink
        if sink is None or sink.room < REFINE_ROOM:
            return
        cell = self._plan.next_soft(now, self._near)
        if cell is not None:
            self._send(sink, cell, tile.SMALL)
            self._plan.made_exact(cell)

    def _send(self, sink: TileSink, rect: Rect, level: int) -> int:
        """Send a rectangle as tiles, in pieces that are not too large: how many bytes."""
        sent = 0
        pieces = _pieces(rect)
        while pieces:
            piece = pieces.pop(0)
            pixels = self._store.pixels[piece.top : piece.bottom, piece.left : piece.right]
            png = tile.encode(pixels, level)
            if len(png) > MAX_TILE_BYTES and piece.height > 1:
                pieces = [*piece.split(piece.width, -(-piece.height // 2)), *pieces]
                continue
            sink.reserve(len(png))
            self._post(self._send_tile, sink, piece, png)
            sent += len(png)
        self._plan.tile_sent(rect, sent)
        return sent

    # ---- time

    def _patience(self) -> float:
        """How long there is nothing to do but to wait for the screen, in seconds."""
        if not self._demand.anybody:
            return IDLE_S
        now, until = time.monotonic(), [IDLE_S]
        wanted = self._demand.frame_wanted
        if self._unread or (wanted and (self._replaced or self._demand.picture_wanted)):
            until.append(self._frame_due_at - now)
        if wanted and self._sink is None and self._settling > 0:
            until.append(self._frame_due_at - now)
        sink = self._sink
        if sink is not None and sink.room >= REFINE_ROOM and not self._replaced:
            quiet = self._plan.seconds_to_quiet(now)
            until += [] if quiet is None else [quiet]
        return max(0.0, min(until))


def _pieces(rect: Rect) -> list[Rect]:
    """Cut a rectangle so that a piece of photograph stays near MAX_TILE_BYTES."""
    most = MAX_TILE_BYTES // 3 * 8  # PNG halves a photograph at best; text is far below
    if rect.area <= most:
        return [rect]
    rows = max(1, most // rect.width)
    return list(rect.split(rect.width, rows))
