"""The track and the hub behind it: which pictures leave, and what is told of them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError

from broker.protocol.vocabulary import Capability, ConsentSource
from client.capture.region import Rect
from client.consent import NO_CONSENT, Consent
from client.path.path import Path
from client.rtc import hub as hub_module
from client.rtc import viewer as viewer_module
from client.rtc.hub import NEUTRAL_LUMA, Hub, neutral_frame
from client.rtc.screen_track import ScreenTrack
from client.rtc.viewer import Picture
from tests.client.rtc.pictures import PlainStream, Source, running_hub

VIEW = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
WHOLE = Rect(0, 0, 64, 48)
CHANGED = Rect(2, 4, 12, 24)
ORIGIN = 0xFFFF_FF00


class Rig:
    """A track, its hub, and what was told of its frames."""

    def __init__(self) -> None:
        self.source = Source()
        self.consent = VIEW
        self.has_tiles = True
        self.told: list[tuple[int, list[Rect]]] = []
        self.captured: list[float] = []
        self.stream = PlainStream()
        self.path = Path()
        self.hub: Hub
        self.track: ScreenTrack

    def make_track(self) -> None:
        self.track = ScreenTrack(self.hub, self.path, lambda: self if self.has_tiles else None)

    def frame(self, rtp_timestamp: int, replaced: Sequence[Rect], captured_at: float) -> None:
        self.told.append((rtp_timestamp & 0xFFFFFFFF, list(replaced)))
        self.captured.append(captured_at)

    async def send(self) -> Picture:
        """Do as the RTP sender does: take a picture and send it."""
        async with asyncio.timeout(10):
            picture: Picture = await self.track.recv()
        sent = (ORIGIN + picture.pts) & 0xFFFFFFFF
        self.track.last_rtp_timestamp = lambda: sent
        return picture

    async def begin(self) -> None:
        """Send a first picture, so that the origin of RTP timestamps is known."""
        self.source.give(replaced=(CHANGED,))
        await self.send()


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    async with running_hub(made.source, lambda: made.consent, lambda _: made.stream) as made.hub:
        made.make_track()
        made.track.release()
        yield made
        made.track.stop()


def luma(picture: Picture) -> int:
    values = np.unique(np.frombuffer(picture.encoded.payloads[0], np.uint8))
    assert len(values) == 1
    return int(values[0])


async def test_nothing_is_asked_for_before_the_track_is_released(rig: Rig) -> None:
    rig.make_track()
    first = asyncio.create_task(rig.send())
    await asyncio.sleep(0)
    assert not rig.source.asked.is_set()
    rig.source.give(99)
    rig.track.release()
    assert luma(await first) == 99


async def test_the_first_picture_is_asked_for_changed_or_not(rig: Rig) -> None:
    await rig.begin()
    assert rig.source.wanted == 1
    await rig.begin()
    assert rig.source.wanted == 1


async def test_the_first_frame_is_told_of_once_its_timestamp_is_known(rig: Rig) -> None:
    rig.source.give(replaced=(WHOLE,))
    first = await rig.send()
    assert rig.told == []
    rig.source.give(replaced=(CHANGED,))
    second = await rig.send()
    assert rig.told == [
        ((ORIGIN + first.pts) & 0xFFFFFFFF, [WHOLE]),
        ((ORIGIN + second.pts) & 0xFFFFFFFF, [CHANGED]),
    ]


async def test_a_tile_that_leaves_before_the_first_frame_is_told_of_is_not_hidden_by_it(
    rig: Rig,
) -> None:
    first = rig.source.give(replaced=(WHOLE,))
    await rig.send()
    first.replaced[:] = WHOLE.without(CHANGED)  # as the engine does when a newer tile leaves
    rig.source.give()
    await rig.send()
    assert rig.told[0][1] == WHOLE.without(CHANGED)


async def test_what_was_told_is_taken_off_the_frame(rig: Rig) -> None:
    await rig.begin()
    frame = rig.source.give(replaced=(CHANGED,))
    await rig.send()
    assert rig.told[-1][1] == [CHANGED]
    assert frame.replaced == []


async def test_timestamps_never_stand_still(rig: Rig) -> None:
    seen = []
    for _ in range(20):
        rig.source.give()
        seen.append((await rig.send()).pts)
    assert all(later > earlier for earlier, later in pairwise(seen))


async def test_without_a_tiles_channel_nobody_is_told(rig: Rig) -> None:
    rig.has_tiles = False
    await rig.begin()
    await rig.begin()
    assert rig.told == []


async def test_without_the_right_to_view_the_source_is_not_asked(rig: Rig) -> None:
    rig.consent = NO_CONSENT
    rig.source.give()
    assert luma(await rig.send()) == NEUTRAL_LUMA
    assert not rig.source.asked.is_set()


async def test_a_pause_drops_what_was_grabbed_before_and_tells_of_it_later(rig: Rig) -> None:
    await rig.begin()
    rig.source.asked.clear()
    sending = asyncio.create_task(rig.send())
    await rig.source.asked.wait()
    rig.source.give(replaced=(CHANGED,))
    rig.consent = VIEW.with_paused(True)
    rig.hub.consent_changed()
    picture = await sending
    assert luma(picture) == NEUTRAL_LUMA
    assert (picture.encoded.width, picture.encoded.height) == (64, 48)
    assert rig.source.given_back in ([], [CHANGED])  # it may not even have been taken


async def test_what_was_encoded_as_a_pause_began_does_not_leave_and_a_key_frame_follows(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.begin()
    encode = rig.stream.encode

    def encode_and_pause(*arguments: object, **options: object) -> object:
        rig.consent = VIEW.with_paused(True)
        return encode(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(rig.stream, "encode", encode_and_pause)
    rig.source.give(replaced=(CHANGED,))
    sending = asyncio.create_task(rig.send())
    picture = await sending
    assert luma(picture) == NEUTRAL_LUMA
    assert picture.encoded.is_key
    assert rig.source.given_back == [CHANGED]


async def test_a_pause_withdraws_the_wish_for_a_picture_and_hides_all_tiles(rig: Rig) -> None:
    await rig.begin()
    sending = asyncio.create_task(rig.send())
    await asyncio.sleep(0)
    rig.consent = VIEW.with_paused(True)
    rig.hub.consent_changed()
    assert luma(await sending) == NEUTRAL_LUMA
    assert rig.told[-1][1] == [WHOLE]
    rig.source.give(201)
    rig.consent = VIEW
    rig.hub.consent_changed()
    assert luma(await rig.send()) == 201  # nobody else took it


async def test_the_neutral_picture_is_repeated_now_and_then(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "NEUTRAL_INTERVAL_S", 0.05)
    rig.consent = NO_CONSENT
    assert [luma(await rig.send()) for _ in range(3)] == [NEUTRAL_LUMA] * 3


async def test_a_change_of_consent_that_changes_nothing_loses_nothing(rig: Rig) -> None:
    await rig.begin()
    sending = asyncio.create_task(rig.send())
    await rig.source.asked.wait()
    rig.hub.consent_changed()
    rig.source.give(77)
    assert luma(await sending) == 77


async def test_a_stopped_track_gives_no_more_frames(rig: Rig) -> None:
    rig.track.stop()
    with pytest.raises(MediaStreamError):
        await rig.track.recv()


async def test_a_track_that_is_stopped_while_it_waits_gives_up_and_is_not_encoded_for(
    rig: Rig,
) -> None:
    await rig.begin()
    waiting = asyncio.create_task(rig.track.recv())
    await asyncio.sleep(0)
    rig.track.stop()
    with pytest.raises(MediaStreamError):
        await waiting
    encoded = len(rig.stream.asked)
    rig.source.give()
    await asyncio.sleep(0)
    assert len(rig.stream.asked) == encoded


async def test_a_viewer_that_lost_the_picture_gets_a_key_frame(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer_module, "KEY_SPACING_S", 0.0)
    await rig.begin()
    rig.source.give()
    assert not (await rig.send()).encoded.is_key
    rig.track.lost()
    assert rig.source.wanted == 2
    rig.source.give()
    assert (await rig.send()).encoded.is_key


async def test_a_viewer_that_shows_the_last_frame_gets_no_key_frame(rig: Rig) -> None:
    await rig.begin()
    rig.source.give()
    picture = await rig.send()
    rig.path.video_shown((ORIGIN + picture.pts) & 0xFFFFFFFF, 0.0, 0.0)
    rig.track.lost()
    assert rig.source.wanted == 1
    rig.source.give()
    assert not (await rig.send()).encoded.is_key
    rig.track.lost()
    assert rig.source.wanted == 2, "this one was not shown"


def test_the_neutral_picture_is_one_dark_grey() -> None:
    values = neutral_frame(32, 18).to_ndarray(format="yuv420p")[:18]
    assert np.unique(values).tolist() == [NEUTRAL_LUMA]


async def test_after_a_while_without_pictures_the_encoder_is_let_go_of_and_begins_anew(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested, loop = asyncio.Event(), asyncio.get_running_loop()
    monkeypatch.setattr(hub_module, "REST_S", 0.01)
    monkeypatch.setattr(
        hub_module.memory, "give_back", lambda: loop.call_soon_threadsafe(rested.set)
    )
    made: list[PlainStream] = []

    def make(_: str) -> PlainStream:
        made.append(PlainStream())
        return made[-1]

    rig.hub._make_stream = make
    await rig.begin()
    next_picture = asyncio.create_task(rig.send())
    async with asyncio.timeout(10):
        await rested.wait()
    rig.source.give(120)
    assert luma(await next_picture) == 120
    assert len(made) == 2
