import asyncio
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pytest

from broker.protocol.channels import ScreenCondition, ScreenProblem
from broker.protocol.tiles import MAX_TILE_BYTES
from client.capture import engine as engine_module
from client.capture import picture as picture_module
from client.capture import plan as plan_module
from client.capture.contracts import Frame, ScreenReport
from client.capture.engine import ScreenEngine
from client.capture.region import Rect, bounding
from client.platform.interface import Area, Cursor
from tests.client.capture.fake_screen import FakeScreen
from tests.client.viewer import decode_png

MUCH = 1 << 24


@dataclass
class Sink:
    """A TileSink that remembers; `room` is the test's."""

    room: int = MUCH
    alone: bool = False
    reserved: int = 0
    resets: list[tuple[int, int]] = field(default_factory=list)
    tiles: list[tuple[Rect, bytes]] = field(default_factory=list)
    captured: list[float] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def refines_in(self) -> float | None:
        return 0.0 if self.room else None

    def reserve(self, size: int) -> None:
        self.reserved += size

    def reset(self, width: int, height: int) -> None:
        self.resets.append((width, height))
        self.tiles.clear()

    begin = reset

    def tile(self, rect: Rect, png: bytes, captured_at: float) -> None:
        self.tiles.append((rect, png))
        self.captured.append(captured_at)
        self.came.set()

    async def next_tile(self) -> tuple[Rect, bytes]:
        """Wait for a tile that was not there yet."""
        async with asyncio.timeout(10):
            self.came.clear()
            await self.came.wait()
        return self.tiles[-1]

    def covers(self, width: int, height: int) -> bool:
        seen = np.zeros((height, width), bool)
        for rect, _ in self.tiles:
            seen[rect.top : rect.bottom, rect.left : rect.right] = True
        return bool(seen.all())


class Rig:
    def __init__(self) -> None:
        self.screen = FakeScreen()
        self.reports: asyncio.Queue[ScreenReport] = asyncio.Queue()
        self.engine = ScreenEngine(self.screen.open, self.reports.put_nowait)

    async def frame(self) -> Frame:
        async with asyncio.timeout(10):
            return await self.engine.next_frame()

    async def rest(self) -> None:
        """Wait until the engine has nothing to do."""
        await asyncio.sleep(0)  # what was just begun may ask it for something
        assert await asyncio.to_thread(self.screen.until_resting)

    async def exact(self, sink: Sink) -> None:
        """Open a sink and wait until every pixel was sent to it."""
        self.engine.send_tiles_to(sink)
        await self.frame()
        await self.rest()
        assert sink.covers(self.screen.area.width, self.screen.area.height)
        sink.tiles.clear()


def luma(frame: Frame, x: int, y: int) -> int:
    plane = frame.video.planes[0]
    return int(np.frombuffer(plane, np.uint8)[y * plane.line_size + x])


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    made.engine.start()
    yield made
    await made.engine.stop()
    assert not any(thread.name == "screen-engine" for thread in threading.enumerate())


# ---- video


async def test_the_first_picture_is_whole_and_read_off_the_event_loop(rig: Rig) -> None:
    frame = await rig.frame()
    assert frame.area == rig.screen.area
    assert frame.replaced == [Rect(0, 0, 320, 192)]
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    assert threading.get_ident() not in rig.screen.threads


async def test_a_change_is_handed_out_and_says_where_it_is(rig: Rig) -> None:
    await rig.frame()
    changed = Rect(10, 20, 30, 40)
    before = time.monotonic()
    rig.screen.paint(changed, 0xFFFFFF)
    frame = await rig.frame()
    while not frame.replaced:  # a still picture is repeated a few times
        frame = await rig.frame()
    assert frame.replaced == [changed]
    assert luma(frame, 15, 25) == 235
    assert luma(frame, 5, 5) == 16
    assert before <= frame.captured_at <= time.monotonic()


async def test_a_tile_says_when_the_screen_was_like_it(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    before = time.monotonic()
    coming = asyncio.create_task(sink.next_tile())
    await asyncio.sleep(0)
    rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
    await coming
    assert before <= sink.captured[-1] <= time.monotonic()
    assert sink.captured == sorted(sink.captured)


async def test_only_what_changed_is_read(rig: Rig) -> None:
    await rig.frame()
    await rig.rest()
    rig.screen.reads.clear()
    rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
    await rig.frame()
    assert rig.screen.reads == [Rect(10, 20, 30, 40)]


async def test_without_tiles_a_still_picture_is_repeated_a_few_times_and_then_no_more(
    rig: Rig,
) -> None:
    await rig.frame()
    for _ in range(picture_module.SETTLE_FRAMES):
        assert (await rig.frame()).replaced == []
    waiting = asyncio.create_task(rig.engine.next_frame())
    await rig.rest()
    assert not waiting.done()
    waiting.cancel()


async def test_wanting_a_picture_gives_it_though_nothing_changed(rig: Rig) -> None:
    await rig.exact(Sink())
    waiting = asyncio.create_task(rig.frame())
    await rig.rest()
    assert not waiting.done()
    rig.screen.reads.clear()
    rig.engine.want_picture()
    assert (await waiting).replaced == []
    assert rig.screen.reads == []


async def test_changes_that_nobody_took_add_up_in_the_next_frame(rig: Rig) -> None:
    await rig.frame()
    rig.engine.send_tiles_to(Sink(room=0))
    parts = [Rect(0, 0, 8, 8), Rect(200, 100, 220, 130)]
    for part in parts:
        rig.screen.paint(part, 0xFFFFFF)
        await rig.rest()
    frame = await rig.frame()
    assert bounding(frame.replaced) == bounding(parts)
    assert luma(frame, 3, 3) == luma(frame, 210, 110) == 235


async def test_a_withdrawn_wish_loses_nothing(rig: Rig) -> None:
    await rig.frame()
    rig.engine.send_tiles_to(Sink(room=0))
    for _ in range(20):
        waiting = asyncio.create_task(rig.engine.next_frame())
        await asyncio.sleep(0)
        rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
        await rig.rest()
        await asyncio.to_thread(lambda: None)
        waiting.cancel()
        [taken] = await asyncio.gather(waiting, return_exceptions=True)
        if not isinstance(taken, Frame):
            assert Rect(10, 20, 30, 40) in (await rig.frame()).replaced


async def test_a_frame_that_comes_as_its_wish_is_withdrawn_is_not_lost(rig: Rig) -> None:
    await rig.exact(Sink())
    rig.engine.send_tiles_to(Sink(room=0))
    await rig.frame()
    waiting = asyncio.create_task(rig.engine.next_frame())
    await rig.rest()
    rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
    assert rig.screen.until_resting()  # in the loop's thread: the frame is there, and not looked at
    asyncio.get_running_loop().call_soon(waiting.cancel)
    await asyncio.gather(waiting, return_exceptions=True)
    assert waiting.cancelled()
    assert (await rig.frame()).replaced == [Rect(10, 20, 30, 40)]


async def test_a_frame_that_comes_after_its_wish_was_withdrawn_is_not_lost(rig: Rig) -> None:
    await rig.exact(Sink())
    rig.engine.send_tiles_to(Sink(room=0))
    await rig.frame()
    waiting = asyncio.create_task(rig.engine.next_frame())
    await rig.rest()
    waiting.cancel()
    rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
    assert rig.screen.until_resting()  # in the loop's thread: the frame comes behind the withdrawal
    await asyncio.gather(waiting, return_exceptions=True)
    assert (await rig.frame()).replaced == [Rect(10, 20, 30, 40)]


async def test_a_newer_caller_gets_the_picture_and_the_older_one_takes_nothing_away(
    rig: Rig,
) -> None:
    await rig.exact(Sink())
    older = asyncio.create_task(rig.engine.next_frame())
    await rig.rest()
    newer = asyncio.create_task(rig.frame())
    await rig.rest()
    older.cancel()
    await asyncio.gather(older, return_exceptions=True)
    rig.engine.want_picture()
    assert (await newer).area == rig.screen.area


# ---- tiles


async def test_opening_a_sink_resets_it_and_makes_everything_exact(rig: Rig) -> None:
    rig.screen.draw(Rect(0, 0, 320, 192), np.random.default_rng(1).integers(0, 256, (192, 320, 4)))
    sink = Sink()
    rig.engine.send_tiles_to(sink)
    await rig.frame()
    await rig.rest()
    assert sink.resets == [(320, 192)]
    assert sink.covers(320, 192)
    for rect, png in sink.tiles:
        part = rig.screen.pixels[rect.top : rect.bottom, rect.left : rect.right]
        assert (decode_png(png) == part[:, :, 2::-1]).all()
    assert sink.reserved == sum(len(png) for _, png in sink.tiles)


async def test_opening_a_sink_brings_a_frame_that_can_be_told_of_there(rig: Rig) -> None:
    await rig.frame()
    for _ in range(picture_module.SETTLE_FRAMES):
        await rig.frame()
    waiting = asyncio.create_task(rig.frame())
    await rig.rest()
    assert not waiting.done()
    rig.engine.send_tiles_to(Sink())
    await waiting


async def test_a_small_change_is_a_tile_at_once_and_no_frame(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    waiting = asyncio.create_task(rig.engine.next_frame())
    await rig.rest()
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    rect, png = await sink.next_tile()
    assert rect == Rect(10, 20, 30, 40)
    assert np.unique(decode_png(png).reshape(-1, 3), axis=0).tolist() == [[0x12, 0x34, 0x56]]
    await rig.rest()
    assert not waiting.done()
    waiting.cancel()


async def test_without_room_a_change_goes_by_video_and_is_made_exact_once_there_is_room(
    rig: Rig,
) -> None:
    sink = Sink()
    await rig.exact(sink)
    sink.room = 0
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    assert (await rig.frame()).replaced == [Rect(10, 20, 30, 40)]
    await rig.rest()
    assert sink.tiles == []
    sink.room = MUCH
    rig.engine.room_made()
    rect, _ = await sink.next_tile()
    assert rect.intersection(Rect(10, 20, 30, 40)) == Rect(10, 20, 30, 40)


async def test_what_a_frame_hides_needlessly_is_made_exact_again(rig: Rig) -> None:
    """Rectangles told of with a frame are joined, and the tiles between them go too."""
    sink = Sink()
    await rig.exact(sink)
    sink.room = 0
    parts = [Rect(0, 0, 300, 8), Rect(0, 0, 8, 130)]
    for part in parts:
        rig.screen.paint(part, 0x202020)
        await rig.rest()
    frame = await rig.frame()
    sink.room = MUCH
    rig.engine.room_made()
    await sink.next_tile()
    await rig.rest()
    hidden = np.zeros((192, 320), bool)
    for rect in frame.replaced:
        hidden[rect.top : rect.bottom, rect.left : rect.right] = True
    for rect, _ in sink.tiles:
        hidden[rect.top : rect.bottom, rect.left : rect.right] = False
    assert not hidden.any()


async def test_a_small_change_inside_one_that_waits_for_video_is_a_tile_all_the_same(
    rig: Rig,
) -> None:
    sink = Sink()
    await rig.exact(sink)
    sink.room = 0
    rig.screen.paint(Rect(0, 0, 300, 100), 0x202020)
    await rig.rest()
    sink.room = MUCH
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    rect, _ = await sink.next_tile()
    assert rect == Rect(10, 20, 30, 40)
    assert Rect(0, 0, 300, 100) in (await rig.frame()).replaced


async def test_a_tile_that_leaves_before_its_frame_is_told_of_is_not_hidden_by_it(
    rig: Rig,
) -> None:
    """The frame is older than the tile, though the console hears of it later."""
    sink = Sink()
    await rig.exact(sink)
    sink.room = 0
    rig.screen.paint(Rect(0, 0, 300, 100), 0x202020)
    frame = await rig.frame()
    sink.room = MUCH
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    rect, _ = await sink.next_tile()
    assert all(not rect.intersection(old) for old in frame.replaced)
    covered = sum(old.area for old in frame.replaced)
    assert covered == 300 * 100 - rect.area


async def test_a_photograph_is_cut_into_pieces_that_are_not_too_long(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    rig.screen.draw(
        Rect(0, 0, 320, 192),
        np.random.default_rng(1).integers(0, 256, (192, 320, 4)).astype(np.uint8),
    )
    await sink.next_tile()
    await rig.rest()
    assert sink.covers(320, 192)
    assert max(len(png) for _, png in sink.tiles) <= MAX_TILE_BYTES * 1.1


async def test_a_large_flat_change_is_a_few_tiles_of_whole_rows(rig: Rig) -> None:
    sink = Sink()
    rig.screen.resize(600, 400, 0)
    await rig.exact(sink)
    changed = Rect(10, 20, 410, 380)
    rig.screen.paint(changed, 0x345678)
    await sink.next_tile()
    await rig.rest()
    assert bounding(rect for rect, _ in sink.tiles) == changed
    assert 1 < len(sink.tiles) < 5
    assert all(rect.width == changed.width for rect, _ in sink.tiles)


async def test_closing_the_sink_sends_no_more_tiles_to_it(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    rig.engine.send_tiles_to(None)
    await rig.frame()
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    await rig.frame()
    assert sink.tiles == []


async def test_a_new_size_is_reported_and_resets_the_tiles(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    assert await rig.reports.get() == ScreenReport(Area(0, 0, 320, 192))
    waiting = asyncio.create_task(rig.frame())
    rig.screen.resize(400, 240, 0x202020)
    frame = await waiting
    assert (frame.video.width, frame.video.height) == (400, 240)
    assert await rig.reports.get() == ScreenReport(Area(0, 0, 400, 240))
    await rig.rest()
    assert sink.resets == [(320, 192), (400, 240)]
    assert sink.covers(400, 240)


# ---- when nothing may or need be read


async def test_nothing_is_read_while_nobody_looks(rig: Rig) -> None:
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    for colour in (0x101010, 0x202020):
        rig.screen.paint(Rect(0, 0, 320, 192), colour)
        await rig.rest()
    assert rig.screen.reads == []
    frame = await rig.frame()
    assert frame.replaced == [Rect(0, 0, 320, 192)]
    assert rig.screen.reads == [Rect(0, 0, 320, 192)]


async def test_nothing_is_read_and_nothing_sent_while_nothing_changes(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    rig.screen.reads.clear()
    waiting = asyncio.create_task(rig.engine.next_frame())
    for _ in range(3):
        rig.engine.room_made()
        await rig.rest()
    assert rig.screen.reads == []
    assert sink.tiles == []
    assert not waiting.done()
    waiting.cancel()


async def test_nothing_is_read_and_nothing_sent_while_the_page_is_hidden(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    waiting = asyncio.create_task(rig.frame())
    rig.engine.watch(False)
    await rig.rest()
    rig.screen.reads.clear()
    rig.screen.paint(Rect(10, 20, 30, 40), 0x123456)
    rig.engine.want_picture()
    await rig.rest()
    assert rig.screen.reads == []
    assert sink.tiles == []
    assert not waiting.done()
    waiting.cancel()


async def test_a_page_that_is_seen_again_gets_a_whole_picture_and_then_an_exact_one(
    rig: Rig,
) -> None:
    sink = Sink()
    await rig.exact(sink)
    waiting = asyncio.create_task(rig.frame())
    rig.engine.watch(False)
    await rig.rest()
    rig.screen.paint(Rect(10, 20, 30, 40), 0xFFFFFF)
    await rig.rest()
    rig.engine.watch(True)
    frame = await waiting
    assert frame.replaced == [Rect(0, 0, 320, 192)]
    assert luma(frame, 15, 25) == 235
    await rig.rest()
    assert sink.covers(320, 192)


async def test_a_lost_screen_is_told_and_comes_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "RETRY_S", 0.01)
    sink = Sink()
    await rig.exact(sink)
    await rig.reports.get()
    rig.screen.lose()
    assert await rig.reports.get() == ScreenReport(None, ScreenProblem.UNREADABLE)
    waiting = asyncio.create_task(rig.frame())
    rig.screen.paint(Rect(0, 0, 320, 192), 0x303030)
    rig.screen.lose(False)
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    await rig.rest()
    assert sink.covers(320, 192)
    assert rig.screen.opened == 2
    waiting.cancel()


async def test_a_screen_that_failed_once_is_opened_again_without_alarm(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    rig.screen.fail_once()
    async with asyncio.timeout(10):
        while rig.screen.opened < 2:
            await rig.rest()
    assert rig.reports.empty()


async def test_what_to_know_of_the_picture_is_told_once(rig: Rig) -> None:
    await rig.frame()
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    asleep = (ScreenCondition.ASLEEP,)
    rig.screen.become(*asleep)
    assert await rig.reports.get() == ScreenReport(rig.screen.area, conditions=asleep)
    rig.screen.paint(Rect(0, 0, 8, 8), 0x303030)
    await rig.rest()
    rig.screen.become()
    assert await rig.reports.get() == ScreenReport(rig.screen.area)


async def test_a_display_that_hangs_is_gone_until_it_answers_again(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "CHECK_S", 0.02)
    monkeypatch.setattr(engine_module, "STALLED_S", 1.5)
    await rig.frame()
    assert await rig.reports.get() == ScreenReport(rig.screen.area)
    await rig.engine.stop()
    rig.engine.start()  # with the new times
    await rig.frame()
    rig.screen.hang()
    async with asyncio.timeout(10):
        gone = await rig.reports.get()
        assert gone == ScreenReport(None, ScreenProblem.DISPLAY_GONE)
        rig.screen.hang(False)
        assert await rig.reports.get() == ScreenReport(rig.screen.area)


async def test_a_frame_says_until_when_the_screen_is_known(rig: Rig) -> None:
    await rig.frame()
    before = time.monotonic()
    rig.screen.paint(Rect(0, 0, 320, 192), 0x303030)
    assert before <= (await rig.frame()).captured_at <= time.monotonic()


async def test_stopping_lets_go_of_the_screen_and_starting_opens_it_again(rig: Rig) -> None:
    sink = Sink()
    await rig.exact(sink)
    await rig.engine.stop()
    assert rig.screen.closed.is_set()
    rig.screen.paint(Rect(0, 0, 8, 8), 0x303030)
    rig.screen.reads.clear()
    rig.engine.start()
    rig.engine.start()
    await rig.frame()
    await rig.rest()
    assert rig.screen.opened == 2
    assert sink.resets == [(320, 192)] * 2
    assert sink.covers(320, 192)


async def test_a_wish_made_while_stopped_is_granted_after_starting(rig: Rig) -> None:
    await rig.engine.stop()
    waiting = asyncio.create_task(rig.frame())
    await asyncio.sleep(0)
    rig.engine.start()
    assert (await waiting).replaced == [Rect(0, 0, 320, 192)]


async def test_stopping_twice_is_harmless() -> None:
    rig = Rig()
    await rig.engine.stop()
    await rig.engine.stop()


async def test_starting_right_after_stopping_reads_again(rig: Rig) -> None:
    await rig.frame()
    stopping = asyncio.create_task(rig.engine.stop())
    rig.engine.start()
    await stopping
    assert (await rig.frame()).area == rig.screen.area


async def test_a_frame_is_never_handed_out_faster_than_the_frame_rate(rig: Rig) -> None:
    rig.engine.send_tiles_to(Sink(room=0))
    at = []
    for colour in range(1, 8):
        rig.screen.paint(Rect(0, 0, 320, 192), colour * 0x101010)
        at.append((await rig.frame()).captured_at)
    assert min(np.diff(at)) >= 0.99 / picture_module.MAX_FPS


async def test_of_many_choices_of_a_monitor_the_last_is_shown_and_few_are_tried(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "CHOICE_S", 0.05)
    for number in range(10_000):
        rig.engine.choose(f"monitor-{number}")
    assert await asyncio.to_thread(rig.screen.until_chosen, "monitor-9999")
    assert len(rig.screen.chosen) < 6


async def test_a_chosen_monitor_stays_chosen_when_the_screen_is_opened_again(rig: Rig) -> None:
    rig.engine.choose("right")
    assert await asyncio.to_thread(rig.screen.until_chosen, "right")
    await rig.engine.stop()
    rig.screen.chosen.clear()
    rig.engine.start()
    await rig.frame()
    assert set(rig.screen.chosen) == {"right"}


async def test_the_pointer_is_told_when_it_is_another_and_only_to_who_looks() -> None:
    screen, told = FakeScreen(), asyncio.Queue[Cursor | None]()
    engine = ScreenEngine(screen.open, lambda _: None, told.put_nowait)
    engine.watch(False)
    engine.start()
    screen.point(Cursor(1, 2, None))
    assert await asyncio.to_thread(screen.until_resting)
    assert told.empty()
    engine.send_tiles_to(Sink())
    engine.watch(True)
    async with asyncio.timeout(10):
        assert await told.get() == Cursor(1, 2, None)
        screen.point(Cursor(3, 4, None))
        assert await told.get() == Cursor(3, 4, None)
    await engine.stop()


# ---- without a video


@pytest.fixture
def nothing_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of this small screen is as large as one that a video would take."""
    monkeypatch.setattr(plan_module, "TILE_MAX_PIXELS", 100)


@pytest.mark.usefixtures("nothing_is_small")
async def test_where_there_is_no_video_all_of_the_picture_comes_as_tiles(rig: Rig) -> None:
    sink = Sink(alone=True)
    rig.engine.send_tiles_to(sink)
    await rig.rest()
    area = rig.screen.area
    assert sink.covers(area.width, area.height)
    sink.tiles.clear()
    rig.screen.paint(Rect(0, 0, area.width, area.height), 0x00FF00)  # as large as a video's
    await rig.rest()
    assert sink.covers(area.width, area.height)


@pytest.mark.usefixtures("nothing_is_small")
async def test_what_changes_without_a_rest_reaches_those_without_a_video_in_all_its_parts(
    rig: Rig,
) -> None:
    sink, area = Sink(alone=True), rig.screen.area
    rig.engine.send_tiles_to(sink)
    await rig.rest()
    sink.tiles.clear()
    colour = 0
    async with asyncio.timeout(10):
        while not sink.covers(area.width, area.height):
            colour += 1
            rig.screen.paint(Rect(0, 0, area.width, area.height), colour)
            await asyncio.sleep(0.02)  # never as long as a picture has to rest to be made exact


@pytest.mark.usefixtures("nothing_is_small")
async def test_a_large_change_is_read_less_often_for_those_without_a_video(rig: Rig) -> None:
    sink, area = Sink(alone=True), rig.screen.area
    rig.engine.send_tiles_to(sink)
    await rig.rest()
    rig.screen.reads.clear()
    for colour in range(50):
        rig.screen.paint(Rect(0, 0, area.width, area.height), colour)
        await asyncio.sleep(0.02)
    assert 3 <= len(rig.screen.reads) <= 2 * picture_module.MAX_TILES_FPS
