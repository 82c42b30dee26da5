import math
from collections.abc import Callable

import pytest

from broker.protocol.channels import PicturePreference
from client.path.ladder import GOOD_ENOUGH, LONGEST_S, MOST_BYTES, SCALES, STAY_S, FrameMade, Ladder

AUTOMATIC, SHARP, SMOOTH = PicturePreference
PIXELS = 1920 * 1080
SLOW, FAST = 300e3 / 8, 1e6
"""Bytes per second."""


def coded(need: float) -> Callable[[int, float], float]:
    """Say how coarse a frame of this many bytes and this scale is; at `need` it is good enough."""

    def quantiser(size: int, scale: float) -> float:
        return GOOD_ENOUGH + 10 * math.log2(need * scale**2 / size)

    return quantiser


class Motion:
    """Frames of one kind, made as the ladder says."""

    def __init__(self, need: float, preference: PicturePreference = AUTOMATIC) -> None:
        self.ladder = Ladder()
        self.preference = preference
        self.now = 0.0
        self._coarse = coded(need)

    def frames(self, count: int, rate: float, most: float = MOST_BYTES) -> list[tuple[float, int]]:
        """Make frames; gives scale and bytes of each."""
        made = []
        for _ in range(count):
            target = self.ladder.target(rate, most, self.preference, self.now)
            quantiser = self._coarse(target.size, target.scale)
            pixels = int(PIXELS * target.scale**2)
            self.ladder.made(target, FrameMade(target.size, pixels, quantiser))
            self.now += max(1 / 30, target.size / rate)
            made.append((target.scale, target.size))
        return made


def test_on_a_fast_path_frames_are_whole_and_as_large_as_they_may_be() -> None:
    assert set(Motion(8000).frames(30, 10 * FAST)) == {(1.0, MOST_BYTES)}


def test_frame_rate_gives_way_first() -> None:
    scale, size = Motion(4000).frames(30, SLOW)[-1]
    assert scale == 1.0
    assert SLOW / 30 < size <= SLOW * LONGEST_S[AUTOMATIC]


def test_resolution_gives_way_next() -> None:
    scales = [scale for scale, _ in Motion(30_000).frames(30, SLOW)]
    assert scales[0] == 1.0
    assert scales[-1] == SCALES[-1]


def test_sharp_keeps_the_resolution_and_lets_the_frame_rate_fall_further() -> None:
    scale, size = Motion(30_000, SHARP).frames(30, SLOW)[-1]
    assert scale == 1.0
    assert size == int(SLOW * LONGEST_S[SHARP])


def test_smooth_keeps_the_frame_rate_and_lets_the_resolution_fall() -> None:
    frames = Motion(8000, SMOOTH).frames(30, SLOW)
    assert frames[-1][0] < 1.0
    assert max(size for _, size in frames) <= SLOW * LONGEST_S[SMOOTH]


def test_choosing_sharp_brings_the_resolution_back_at_once() -> None:
    motion = Motion(30_000)
    motion.frames(30, SLOW)
    motion.preference = SHARP
    assert motion.frames(1, SLOW)[0][0] == 1.0


def test_once_the_path_is_fast_again_the_picture_grows_step_by_step() -> None:
    motion = Motion(30_000)
    motion.frames(30, SLOW)
    scales = [scale for scale, _ in motion.frames(100, 10 * FAST)]
    assert scales == sorted(scales)
    assert scales[-1] == 0.75
    assert scales.count(0.5) <= (STAY_S + 0.2) * 30


def test_a_frame_is_never_larger_than_may_be_under_way() -> None:
    assert all(size <= 5000 for _, size in Motion(30_000).frames(20, FAST, most=5000))


@pytest.mark.parametrize(("size", "scale"), [(1300, 0.5), (200, 1.0)])
def test_an_encoder_that_tells_no_quantiser_is_judged_by_its_bytes(size: int, scale: float) -> None:
    ladder, now = Ladder(), 0.0
    for _ in range(20):
        target = ladder.target(10_000, MOST_BYTES, AUTOMATIC, now)
        ladder.made(target, FrameMade(min(size, target.size), int(PIXELS * target.scale**2), None))
        now += 0.1
    assert ladder.target(10_000, MOST_BYTES, AUTOMATIC, now).scale == scale
