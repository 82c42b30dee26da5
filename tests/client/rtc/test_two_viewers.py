"""Two real peer connections that look at one screen: each picture is encoded once for both."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import av
import pytest

from client.path.ladder import FrameTarget
from client.path.path import Path
from client.rtc import upstream
from client.rtc.streams import Encoded, Stream
from client.rtc.viewer import MOST_QUEUED, Picture, Viewer
from tests.client.fake_broker import Console
from tests.client.rtc.pictures import real_stream, running_hub
from tests.client.rtc.test_peer import Rig
from tests.client.viewer import Told


class Counted:
    """A stream that counts what it encodes."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.keys: list[bool] = []

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> Encoded:
        encoded = self._stream.encode(frame, target, key=key)
        self.keys.append(encoded.is_key)
        return encoded


class Two:
    """Two consoles, each with its peer, at one hub."""

    def __init__(self) -> None:
        self.rigs = [Rig(Console()), Rig(Console())]
        self.streams: list[Counted] = []

    def make_stream(self, codec: str) -> Counted:
        self.streams.append(Counted(real_stream(codec)))
        return self.streams[-1]


@pytest.fixture
async def two() -> AsyncIterator[Two]:
    upstream.install()
    made = Two()
    one, other = made.rigs
    async with running_hub(one.source, lambda: one.consent, made.make_stream) as hub:
        one.hub = other.hub = hub
        yield made
        for rig in made.rigs:
            await rig.close()


async def frames(rig: Rig, count: int) -> None:
    """Wait for so many decoded pictures, all white."""
    for _ in range(count):
        await rig.console.frame_where(lambda picture: bool(picture.mean() > 240))


async def test_each_picture_is_encoded_once_for_both(two: Two) -> None:
    one, other = two.rigs
    await one.connect()
    await frames(one, 1)
    await other.connect()
    await frames(other, 1)
    (stream,) = two.streams
    before = len(stream.keys)
    await asyncio.gather(frames(one, 30), frames(other, 30))
    assert len(stream.keys) - before <= 36


async def test_a_key_frame_that_one_asks_for_serves_both(two: Two) -> None:
    one, other = two.rigs
    for rig in two.rigs:
        await rig.connect()
        await frames(rig, 1)
    (stream,) = two.streams
    await frames(one, 15)
    before = sum(stream.keys)
    await one.console.lose_picture()
    await other.console.lose_picture()
    await asyncio.gather(frames(one, 15), frames(other, 15))
    assert 1 <= sum(stream.keys) - before <= 2


async def test_one_that_leaves_does_not_hold_the_other(two: Two) -> None:
    one, other = two.rigs
    for rig in two.rigs:
        await rig.connect()
        await frames(rig, 1)
    await one.console.connection.close()
    await frames(other, 30)


# ---- one that lags


def picture(pts: int, *, key: bool = False) -> Picture:
    return Picture(Encoded([b"x"], "plain", 64, 48, key), pts, [], 0.0)


async def take(viewer: Viewer, count: int) -> list[int]:
    taken: list[Any] = [await viewer.next() for _ in range(count)]
    return [one.pts for one in taken]


def lagging() -> Viewer:
    """A viewer that was offered more than it took."""
    viewer = Viewer("video/h264", Path(), lambda _: True, lambda: None)
    viewer.offer(picture(0, key=True))
    for pts in range(1, MOST_QUEUED + 1):
        viewer.offer(picture(pts))
    return viewer


async def test_a_viewer_that_lags_misses_pictures_until_a_key_frame() -> None:
    viewer = lagging()
    assert viewer.lags
    assert viewer.needs_key
    viewer.offer(picture(7))
    viewer.offer(picture(8, key=True))
    viewer.offer(picture(9))
    assert await take(viewer, 2) == [8, 9]
    assert not viewer.lags


def test_a_viewer_that_lags_waits_longer_for_its_key_frame_than_one_that_begins() -> None:
    begins = Viewer("video/h264", Path(), lambda _: True, lambda: None)
    assert begins.key_due_in(0.0) == 0.0
    due = lagging().key_due_in(0.2)
    assert due == pytest.approx(0.8)


async def test_a_viewer_gets_nothing_before_its_first_key_frame() -> None:
    viewer = Viewer("video/h264", Path(), lambda _: True, lambda: None)
    viewer.offer(picture(1))
    viewer.offer(picture(2, key=True))
    assert await take(viewer, 1) == [2]


async def test_what_a_viewer_misses_it_is_told_of_all_the_same() -> None:
    told: list[int] = []
    viewer = Viewer("video/h264", Path(), lambda one: told.append(one.pts) is None, lambda: None)
    for pts in range(4):
        viewer.offer(picture(pts))
    assert told == [0, 1, 2, 3]


async def test_nothing_is_made_for_a_viewer_whose_page_is_hidden(two: Two) -> None:
    one, other = two.rigs
    for rig in two.rigs:
        await rig.connect()
        await frames(rig, 1)
    assert other.peer is not None
    other.peer.watch(False)
    await frames(one, 15)
    while not other.console.frames.empty():
        other.console.frames.get_nowait()
    await frames(one, 15)
    assert other.console.frames.qsize() <= 1
    other.peer.watch(True)
    await frames(other, 5)


async def test_both_are_told_of_each_frame(two: Two) -> None:
    one, other = two.rigs
    for rig in two.rigs:
        await rig.connect()
        await frames(rig, 1)
    one.console.told_and_packets.clear()
    other.console.told_and_packets.clear()
    await asyncio.gather(frames(one, 10), frames(other, 10))
    for rig in two.rigs:
        told = [m for m in rig.console.told_and_packets if isinstance(m, Told)]
        assert len(told) >= 8
        assert all(frame.replaced for frame in told)
