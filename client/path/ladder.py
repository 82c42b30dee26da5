"""What gives way when the path is slow: frame rate, then resolution, then quality of motion. Pure.

Each frame gets a number of bytes, which its encoder keeps to. A frame that needs more than the path
carries in a thirtieth of a second comes less often; when that would be too seldom, it is made
smaller; only what is smallest and still too much is coded more coarsely.
"""

from dataclasses import dataclass
from typing import Final

from broker.protocol.channels import PicturePreference

SCALES: Final = (1.0, 0.75, 0.5)
"""Of the screen's width and height."""
FASTEST_S: Final = 1 / 30
LONGEST_S: Final = {
    PicturePreference.AUTOMATIC: 1 / 8,
    PicturePreference.SHARP: 1 / 3,
    PicturePreference.SMOOTH: 1 / 20,
}
"""How many seconds of the path one frame may take."""
MOST_BYTES: Final = 24_000
"""A frame is not larger, so that one that is under way when a line gets slow is still in time."""
WANTED_PER_PIXEL: Final = 0.01
"""Bytes a pixel of a frame that changes all over; measured, text is not readable with less."""
POOR: Final = 0.6
"""A frame that got less than this share of what it wanted, and used it up, is a poor one."""
PATIENCE: Final = 3
"""So many poor frames in a row make the picture smaller."""
STAY_S: Final = 1.0
"""For so long the picture stays as it is before it becomes larger again."""


@dataclass(frozen=True, slots=True)
class FrameTarget:
    """What an encoder is to make of a frame."""

    scale: float
    """Of its width and height."""
    size: int
    """Bytes, at most; a key frame may take twice as many."""
    rate: float
    """Bytes per second, for encoders that cannot keep to a size."""


class Ladder:
    """How the picture of one screen is made smaller and larger again."""

    def __init__(self) -> None:
        self._step = 0
        self._poor = 0
        self._stepped_at = float("-inf")

    def target(
        self, pixels: int, rate: float, preference: PicturePreference, now: float
    ) -> FrameTarget:
        """Say how to make a frame of a screen of so many pixels, at so many bytes per second."""
        longest = LONGEST_S[preference]
        if preference is PicturePreference.SHARP:
            self._step = 0
        elif self._may_grow(now) and _carried(rate, longest) >= _wanted(pixels, self._step - 1):
            self._move(-1, now)
        wanted = max(_wanted(pixels, self._step), rate * FASTEST_S)
        size = min(wanted, _carried(rate, longest))
        return FrameTarget(SCALES[self._step], int(size), rate)

    def made(
        self, pixels: int, target: FrameTarget, size: int, preference: PicturePreference, now: float
    ) -> None:
        """Learn how large the frame became, in bytes."""
        poor = target.size < POOR * _wanted(pixels, self._step) and size > 0.7 * target.size
        self._poor = self._poor + 1 if poor else 0
        may = preference is not PicturePreference.SHARP and self._step < len(SCALES) - 1
        if self._poor >= PATIENCE and may:
            self._move(1, now)

    def _may_grow(self, now: float) -> bool:
        return self._step > 0 and now - self._stepped_at >= STAY_S

    def _move(self, by: int, now: float) -> None:
        self._step += by
        self._poor = 0
        self._stepped_at = now


def _wanted(pixels: int, step: int) -> float:
    return min(float(MOST_BYTES), pixels * SCALES[step] ** 2 * WANTED_PER_PIXEL)


def _carried(rate: float, longest_s: float) -> float:
    return min(float(MOST_BYTES), rate * longest_s)
