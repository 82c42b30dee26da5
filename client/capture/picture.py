"""The engine's work on one screen of one size, in its thread: read, choose a way, send, make exact.

A small change becomes a lossless tile at once; a large one goes by video. When things are quiet,
what the viewer sees softly is made exact, in small pieces that any change interrupts.
"""

import time
from collections.abc import Callable
from typing import Final

from broker.protocol.tiles import MAX_TILE_BYTES
from client.capture import tile
from client.capture.contracts import Frame, ScreenReport, TileSink
from client.capture.demand import Demand
from client.capture.frame_store import FrameStore
from client.capture.plan import Plan
from client.capture.region import Rect, bounding, merge
from client.platform.interface import Cursor, Screen

MAX_FPS: Final = 60.0
MAX_TILES_FPS: Final = 10.0
"""Large changes are read so often for those who have no video: tiles are many bytes."""
IDLE_S: Final = 1.0
"""How long the thread sleeps at a time when nothing is to be done."""
SETTLE_S: Final = 0.15
SETTLE_FRAMES: Final = 3
"""Without tiles, this many more frames of a still picture let the encoder sharpen it."""
MAX_REPLACED: Final = 16
"""A `frame` message names at most this many rectangles."""


class Picture:
    """The engine's work on one screen of one size, in the thread."""

    def __init__(
        self,
        screen: Screen,
        demand: Demand,
        post: Callable[..., None],
        *,
        deliver: Callable[[Frame], None],
        send_tile: Callable[[TileSink, Rect, bytes, float], None],
        tell: Callable[[ScreenReport], None],
        point: Callable[[Cursor | None], None],
    ) -> None:
        self._screen = screen
        self._demand = demand
        self._deliver = deliver
        self._send_tile = send_tile
        self._tell = tell
        self._point = point
        self._post = post
        self._monitor = demand.monitor
        screen.choose(self._monitor)
        self._area = screen.area
        self._store = FrameStore(self._area.width, self._area.height)
        self._plan = Plan(self._area.width, self._area.height)
        self._unread: list[Rect] = [self._store.whole]
        self._known_at = time.monotonic()
        """Until when the changes of the screen are known: what is read now is not older."""
        self._read_at = self._known_at
        """The same of what was read last."""
        self._told: ScreenReport | None = None
        self._unconverted: list[Rect] = []
        self._replaced: list[Rect] = []
        self._sink: TileSink | None = None
        self._frame_due_at = 0.0
        self._settling = 0
        self._near = (0, 0)
        self._was_watched = True
        self._cursor: Cursor | None = None

    def watch(self) -> None:
        """Work until the screen has another size or place, another monitor is chosen, or the
        engine ends."""
        self._tell_screen()
        while not self._demand.ended:
            changes = self._screen.wait(self._patience())
            self._unread += changes.rects
            self._known_at = changes.at
            self._demand.beat()
            if self._screen.area != self._area or self._demand.monitor != self._monitor:
                return
            self._tell_screen()
            if self._demand.anybody:
                self._tell_cursor()
                self._work()
            else:
                self._was_watched = self._demand.watching
                self._unread = merge(self._unread)

    def _tell_screen(self) -> None:
        screen = self._screen
        report = ScreenReport(
            self._area,
            conditions=screen.conditions,
            monitors=screen.monitors,
            shown=screen.shown,
        )
        if report != self._told:
            self._told = report
            self._post(self._tell, report)

    def _tell_cursor(self) -> None:
        if self._screen.cursor != self._cursor:
            self._cursor = self._screen.cursor
            self._post(self._point, self._cursor)

    def _work(self) -> None:
        now = time.monotonic()
        if self._sink is not self._demand.sink:
            self._start_tiles(self._demand.sink)
        if not self._was_watched:
            self._start_again()
        if self._unread and now >= self._frame_due_at - self._haste():
            self._read(now)
        if self._demand.frame_wanted and self._frame_is_due(now):
            self._hand_out(now)
        if self._sink is not None and (self._sink.alone or not (self._replaced or self._unread)):
            self._refine(now)

    # ---- reading

    def _haste(self) -> float:
        """Small changes are read at once; large ones keep to the frame rate."""
        small = sum(rect.area for rect in self._unread) < self._store.whole.area // 4
        return 1 / MAX_FPS if small else 0.0

    def _read(self, now: float) -> None:
        rects, self._unread = merge(self._unread), []
        self._read_at = self._known_at
        for rect in rects:
            self._store.write(rect, self._screen.read(rect))
            self._unconverted.append(rect)
        self._near = bounding(rects).left, bounding(rects).top
        sink = self._sink
        waits_for_video = self._demand.picture_wanted and not (sink and sink.alone)
        room = 0 if sink is None or waits_for_video else sink.room
        for rect in rects:
            if sink is not None and self._plan.goes_as_tile(rect, room, now):
                room -= self._send(sink, rect, tile.FAST)
            else:
                self._plan.goes_by_video(rect)
                self._replaced.append(rect)
        self._settling = SETTLE_FRAMES
        if sink is not None and sink.alone and self._replaced:
            self._replaced = merge(self._replaced, most=MAX_REPLACED)
            if not self._demand.frame_wanted:  # nobody sees the video
                self._frame_due_at = now + 1 / MAX_TILES_FPS

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
        self._demand.exact_share = self._plan.exact_share
        self._unconverted, self._replaced = [], []
        pause = SETTLE_S if self._settling < SETTLE_FRAMES and not replaced else 1 / MAX_FPS
        self._frame_due_at = now + pause
        self._post(self._deliver, Frame(self._area, video, self._known_at, replaced))

    # ---- tiles

    def _start_tiles(self, sink: TileSink | None) -> None:
        goes_on, self._sink = self._sink is not None, sink
        self._plan.forget()
        if sink is not None:
            begin = sink.begin if goes_on else sink.reset
            self._post(begin, self._area.width, self._area.height)
            # The video that the viewer shows was not told of here: it hides tiles until one is.
            self._demand.picture_wanted = True

    def _start_again(self) -> None:
        """The page is seen again: whatever it kept, a whole new picture takes its place."""
        self._was_watched = True
        self._plan.forget()
        self._replaced = [self._store.whole]
        self._demand.picture_wanted = True

    def _refine(self, now: float) -> None:
        sink = self._sink
        if sink is None or sink.refines_in != 0.0:
            return
        cell = self._plan.next_soft(now, self._near)
        if cell is None and sink.alone:
            cell = self._plan.stalest()
        if cell is not None:
            self._send(sink, cell, tile.SMALL)
            self._plan.made_exact(cell, now)
            self._demand.exact_share = self._plan.exact_share

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
            self._post(self._send_tile, sink, piece, png, self._kept_at)
            sent += len(png)
        self._plan.tile_sent(rect, sent)
        return sent

    @property
    def _kept_at(self) -> float:
        """How old what is kept of the screen may be: changes that are known may wait to be read."""
        return self._read_at if self._unread else self._known_at

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
        if sink is not None and (sink.alone or not self._replaced):
            quiet, room = self._plan.seconds_to_quiet(now), sink.refines_in
            quiet = 0.0 if sink.alone and quiet is not None else quiet
            until += [] if quiet is None or room is None else [max(quiet, room)]
        return max(0.0, min(until))


def _pieces(rect: Rect) -> list[Rect]:
    """Cut a rectangle so that a piece of photograph stays near MAX_TILE_BYTES."""
    most = MAX_TILE_BYTES // 3 * 8  # PNG halves a photograph at best; text is far below
    if rect.area <= most:
        return [rect]
    rows = max(1, most // rect.width)
    return list(rect.split(rect.width, rows))
