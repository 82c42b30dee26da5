import asyncio
import threading
from collections.abc import AsyncIterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.capture import screen_capture
from client.capture.screen_capture import ChangeDetector, ScreenCapture, ScreenReport, same_picture
from client.errors import ScreenLost
from client.platform.interface import Area, Pixels, Shot

AREA = Area(0, 0, 16, 8)


def picture(value: int, height: int = 8, width: int = 16) -> Pixels:
    return np.full((height, width, 4), value, np.uint8)


class FakeScreen:
    """A screen whose picture the test chooses."""

    def __init__(self) -> None:
        self.value = 0
        self.area = AREA
        self.lost = False
        self.threads: set[int] = set()
        self.closed = threading.Event()

    def grab(self) -> Shot:
        self.threads.add(threading.get_ident())
        if self.lost:
            raise ScreenLost("the screen cannot be read")
        return Shot(self.area, picture(self.value, self.area.height, self.area.width))

    def close(self) -> None:
        self.closed.set()


class Rig:
    def __init__(self) -> None:
        self.screen = FakeScreen()
        self.reports: asyncio.Queue[ScreenReport] = asyncio.Queue()
        self.capture = ScreenCapture(lambda: self.screen, self.reports.put_nowait)


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    made = Rig()
    made.capture.start()
    yield made
    await made.capture.stop()


async def test_a_picture_is_grabbed_off_the_event_loop_and_reported(rig: Rig) -> None:
    frame = await rig.capture.next_frame()
    assert frame.area == AREA
    assert await rig.reports.get() == ScreenReport(AREA)
    assert threading.get_ident() not in rig.screen.threads


async def test_a_change_is_handed_out(rig: Rig) -> None:
    await rig.capture.next_frame()
    rig.screen.value = 7
    frame = await rig.capture.next_frame()
    assert frame.pixels[0, 0, 0] == 7


async def test_a_new_resolution_is_reported(rig: Rig) -> None:
    await rig.capture.next_frame()
    rig.screen.area = Area(0, 0, 32, 8)
    assert (await rig.capture.next_frame()).pixels.shape == (8, 32, 4)
    reports = [await rig.reports.get(), await rig.reports.get()]
    assert reports[1] == ScreenReport(Area(0, 0, 32, 8))


async def test_a_lost_screen_is_told_and_comes_back(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen_capture, "RETRY_S", 0.01)
    await rig.capture.next_frame()
    rig.screen.lost = True
    waiting = asyncio.create_task(rig.capture.next_frame())
    await rig.reports.get()
    assert await rig.reports.get() == ScreenReport(None, "the screen cannot be read")
    rig.screen.lost = False
    rig.screen.value = 9
    assert (await waiting).area == AREA


async def test_stopping_lets_go_of_the_screen_and_starting_opens_it_again(rig: Rig) -> None:
    await rig.capture.next_frame()
    await rig.capture.stop()
    assert rig.screen.closed.is_set()
    rig.capture.start()
    rig.capture.start()
    rig.screen.value = 3
    await rig.capture.next_frame()


async def test_stopping_twice_is_harmless() -> None:
    rig = Rig()
    await rig.capture.stop()
    await rig.capture.stop()


def test_an_unchanged_picture_is_sent_again_soon_and_then_each_second() -> None:
    changes = ChangeDetector()
    sent = [t / 100 for t in range(300) if changes.worth_sending(picture(1), t / 100)]
    assert sent == [0.0, 0.25, 1.25, 2.25]


@given(st.integers(0, 255), st.integers(0, 8 * 16 * 4 - 1))
def test_one_changed_byte_is_a_change(value: int, index: int) -> None:
    one, other = picture(value), picture(value)
    assert same_picture(one, other)
    other.reshape(-1)[index] ^= 1
    assert not same_picture(one, other)


def test_pictures_of_other_sizes_and_layouts_compare_too() -> None:
    assert not same_picture(picture(0), picture(0, 8, 18))
    wide = picture(5, 8, 20)
    assert same_picture(wide[:, :16], picture(5))
