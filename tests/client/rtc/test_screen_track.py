import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import av
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.contracts import Frame
from client.capture.region import Rect
from client.consent import NO_CONSENT, Consent
from client.platform.interface import Area
from client.rtc import screen_track
from client.rtc.screen_track import NEUTRAL_LUMA, ScreenTrack, neutral_frame

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
AREA = Area(0, 0, 64, 48)
WHOLE = Rect(0, 0, 64, 48)
CHANGED = Rect(2, 4, 12, 24)
ORIGIN = 0xFFFF_FF00


class Source:
    """A FrameSource whose frames the test hands out."""

    def __init__(self) -> None:
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()
        self.asked = asyncio.Event()
        self.wanted = 0

    async def next_frame(self) -> Frame:
        self.asked.set()
        return await self.frames.get()

    def want_picture(self) -> None:
        self.wanted += 1

    def give(
        self, luma: int = 200, replaced: Sequence[Rect] = (CHANGED,), captured_at: float = 0.0
    ) -> Frame:
        video = av.VideoFrame(AREA.width, AREA.height, "yuv420p")
        for plane, value in zip(video.planes, (luma, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame = Frame(AREA, video, captured_at, list(replaced))
        self.frames.put_nowait(frame)
        return frame


class Rig:
    """A track, and what was told of its frames."""

    def __init__(self) -> None:
        self.source = Source()
        self.consent = VIEW
        self.has_tiles = True
        self.told: list[tuple[int, list[Rect]]] = []
        self.captured: list[float] = []
        self.track = ScreenTrack(
            self.source, lambda: self.consent, lambda: self if self.has_tiles else None
        )

    def frame(self, rtp_timestamp: int, replaced: Sequence[Rect], captured_at: float) -> None:
        self.told.append((rtp_timestamp, list(replaced)))
        self.captured.append(captured_at)

    async def send(self) -> av.VideoFrame:
        """Do as the RTP sender does: take a frame and send it."""
        async with asyncio.timeout(10):
            frame = await self.track.recv()
        sent = (ORIGIN + frame.pts) & 0xFFFFFFFF
        self.track.last_rtp_timestamp = lambda: sent
        return frame

    async def begin(self) -> None:
        """Send a first frame, so that the origin of RTP timestamps is known."""
        self.source.give()
        await self.send()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    made.track.release()
    yield made
    made.track.stop()


def luma(frame: av.VideoFrame) -> int:
    values = np.unique(frame.to_ndarray(format="yuv420p")[: frame.height])
    assert len(values) == 1
    return int(values[0])


async def test_nothing_is_asked_for_before_the_track_is_released() -> None:
    rig = Rig()
    first = asyncio.create_task(rig.send())
    await asyncio.sleep(0)
    assert not rig.source.asked.is_set()
    rig.source.give(99)
    rig.track.release()
    assert luma(await first) == 99


async def test_the_first_frame_is_asked_for_changed_or_not(rig: Rig) -> None:
    await rig.begin()
    assert rig.source.wanted == 1
    await rig.begin()
    assert rig.source.wanted == 1


async def test_the_first_frame_is_told_of_once_its_timestamp_is_known(rig: Rig) -> None:
    rig.source.give(replaced=[WHOLE])
    first = await rig.send()
    assert rig.told == []
    rig.source.give()
    second = await rig.send()
    origin = ORIGIN - (1 << 32)
    assert [(t & 0xFFFFFFFF, r) for t, r in rig.told] == [
        ((origin + first.pts) & 0xFFFFFFFF, [WHOLE]),
        ((origin + second.pts) & 0xFFFFFFFF, [CHANGED]),
    ]


async def test_a_frame_is_told_of_with_the_time_of_what_it_shows(rig: Rig) -> None:
    for captured_at in (1.5, 2.5):
        rig.source.give(captured_at=captured_at)
        await rig.send()
    assert rig.captured == [1.5, 2.5]


async def test_a_tile_that_leaves_before_the_first_frame_is_told_of_is_not_hidden_by_it(
    rig: Rig,
) -> None:
    first = rig.source.give(replaced=[WHOLE])
    await rig.send()
    first.replaced[:] = WHOLE.without(CHANGED)  # as the engine does when a newer tile leaves
    rig.source.give()
    await rig.send()
    assert rig.told[0][1] == WHOLE.without(CHANGED)


async def test_what_was_told_is_taken_off_the_frame(rig: Rig) -> None:
    await rig.begin()
    frame = rig.source.give()
    await rig.send()
    assert rig.told[-1][1] == [CHANGED]
    assert frame.replaced == []


async def test_timestamps_never_stand_still(rig: Rig) -> None:
    seen = []
    for _ in range(20):
        rig.source.give()
        frame = await rig.send()
        assert frame.time_base.denominator == screen_track.CLOCK_RATE
        seen.append(frame.pts)
    assert all(later > earlier for earlier, later in pairwise(seen))


async def test_without_a_tiles_channel_nobody_is_told(rig: Rig) -> None:
    rig.has_tiles = False
    await rig.begin()
    await rig.begin()
    assert rig.told == []


async def test_without_the_right_to_view_the_source_is_not_asked(rig: Rig) -> None:
    rig.consent = NO_CONSENT
    rig.source.give()
    frame = await rig.send()
    assert luma(frame) == NEUTRAL_LUMA
    assert not rig.source.asked.is_set()


async def test_a_pause_drops_what_was_grabbed_before(rig: Rig) -> None:
    await rig.begin()
    rig.source.asked.clear()
    sending = asyncio.create_task(rig.send())
    await rig.source.asked.wait()
    rig.source.give()
    rig.consent = VIEW.with_paused(True)
    rig.track.consent_changed()
    frame = await sending
    assert luma(frame) == NEUTRAL_LUMA
    assert (frame.width, frame.height) == (AREA.width, AREA.height)


async def test_a_pause_withdraws_the_wish_for_a_picture_and_hides_all_tiles(rig: Rig) -> None:
    await rig.begin()
    sending = asyncio.create_task(rig.send())
    await asyncio.sleep(0)
    rig.consent = VIEW.with_paused(True)
    rig.track.consent_changed()
    assert luma(await sending) == NEUTRAL_LUMA
    assert rig.told[-1][1] == [WHOLE]
    rig.source.give(201)
    rig.consent = VIEW
    rig.track.consent_changed()
    assert luma(await rig.send()) == 201  # nobody else took it


async def test_the_neutral_picture_is_repeated_now_and_then(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_track, "NEUTRAL_INTERVAL_S", 0.05)
    rig.consent = NO_CONSENT
    assert [luma(await rig.send()) for _ in range(3)] == [NEUTRAL_LUMA] * 3


async def test_a_change_of_consent_that_changes_nothing_asks_again(rig: Rig) -> None:
    await rig.begin()
    sending = asyncio.create_task(rig.send())
    await rig.source.asked.wait()
    rig.source.asked.clear()
    rig.track.consent_changed()
    await rig.source.asked.wait()
    rig.source.give(77)
    assert luma(await sending) == 77


async def test_a_stopped_track_gives_no_more_frames(rig: Rig) -> None:
    rig.track.stop()
    with pytest.raises(MediaStreamError):
        await rig.track.recv()


def test_the_neutral_picture_is_one_dark_grey() -> None:
    assert luma(neutral_frame(32, 18)) == NEUTRAL_LUMA
