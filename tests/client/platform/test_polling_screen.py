"""A screen of a real X server whose changes are found by comparing."""

import time
from collections.abc import Iterator

import pytest

from broker.protocol.channels import ScreenCondition
from client.capture.region import Rect
from client.platform.mss_screen import PollingScreen
from tests.client.platform.test_x11_screen import (
    PATIENCE_S,
    Brush,
    brush,
    changes_until,
    quieten,
    soon,
)

__all__ = ["brush"]


@pytest.fixture
def polling(brush: Brush) -> Iterator[PollingScreen]:
    made = PollingScreen()
    quieten(made)
    yield made
    made.close()


def test_a_small_change_is_a_small_rectangle(polling: PollingScreen, brush: Brush) -> None:
    drawn = Rect(40, 67, 60, 73)
    brush.fill(drawn, 0x998877)
    assert changes_until(polling, bool) == [drawn]
    assert (polling.read(drawn)[:, :, :3] == (0x77, 0x88, 0x99)).all()
    assert polling.conditions == (ScreenCondition.COMPARED,)


def test_what_is_read_is_the_picture_that_was_compared(
    polling: PollingScreen, brush: Brush
) -> None:
    drawn = Rect(40, 67, 60, 73)
    brush.fill(drawn, 0x111111)
    assert changes_until(polling, bool)
    brush.fill(drawn, 0x222222)
    assert (polling.read(drawn)[:, :, :3] == 0x11).all()
    assert changes_until(polling, bool)
    assert (polling.read(drawn)[:, :, :3] == 0x22).all()


def test_changes_carry_the_time_of_the_picture(polling: PollingScreen, brush: Brush) -> None:
    before = time.monotonic()
    brush.fill(Rect(40, 67, 60, 73), 0x333333)
    changes = polling.wait(PATIENCE_S)
    assert changes
    assert before <= changes.at <= time.monotonic()


def test_polling_can_be_woken_and_gives_up_in_time(polling: PollingScreen) -> None:
    before = time.monotonic()
    with soon(polling.wake):
        assert polling.wait(PATIENCE_S).rects == []
    assert time.monotonic() - before < 1
    assert polling.wait(0.1).rects == []
