"""What gives way when the path is slow: frame rate, then resolution, then quality of motion. Pure.

Each frame gets a number of bytes, which its encoder keeps to by coding it more coarsely. Frames
that come out too coarse get more of the path's time each, so they come less often; when that would
be too seldom, the picture is made smaller. It goes back the same way.
"""

from dataclasses import dataclass
from typing import Final

from broker.protocol.channels import PicturePreference

SCALES: Final = (1.0, 0.75, 0.5)
"""Of the screen's width and height."""
SHORTEST_S: Final = 1 / 30
LONGEST_S: Final = {
    PicturePreference.AUTOMATIC: 1 / 8,
    PicturePreference.SHARP: 1 / 3,
    PicturePreference.SMOOTH: 1 / 24,
}
"""How many seconds of the path one frame may take."""
MOST_BYTES: Final = 24_000
"""A frame is not larger, so that one that is under way when a line gets slow is still in time."""
FINE: Final = 40.0
COARSE: Final = 46.0
TOO_COARSE: Final = 56.0
"""Quantisers of H.264, and libx264's beyond its 51, where it leaves out what does not fit. Measured
on scrolling text: up to TOO_COARSE the whole resolution shows more than three quarters of it."""
COARSE_PER_PIXEL: Final = 0.004
"""Bytes a pixel of a frame that is too coarse, where the encoder does not tell its quantiser."""
PATIENCE: Final = 3
"""So many frames in a row that are too coarse make the picture smaller."""
STAY_S: Final = 1.0
"""For so long the picture stays as it is before it becomes larger again."""

_LONGER: Final = 1.5
_SHORTER: Final = 1.25


@dataclass(frozen=True, slots=True)
class FrameTarget:
    """What an encoder is to make of a frame."""

    scale: float
    """Of its width and height."""
    size: int
    """Bytes, at most; a key frame may take twice as many."""
    rate: float
    """Bytes per second, for encoders that cannot keep to a size."""


@dataclass(frozen=True, slots=True)
class FrameMade:
    """What an encoder made of a frame."""

    size: int
    """Bytes."""
    pixels: int
    """Of the frame as it was encoded."""
    quantiser: float | None
    """None when the encoder does not tell."""


class Ladder:
    """How the picture of one screen is made coarser, smaller and larger again."""

    def __init__(self) -> None:
        self._step = 0
        self._frame_s = SHORTEST_S
        self._coarse = 0
        self._stepped_at = float("-inf")

    def target(self, rate: float, most: float, preference: PicturePreference) -> FrameTarget:
        """Say how to make a frame of at most so many bytes, at so many bytes per second."""
        self._frame_s = min(self._frame_s, LONGEST_S[preference])
        if preference is PicturePreference.SHARP:
            self._step = 0
        size = min(most, MOST_BYTES, rate * self._frame_s)
        return FrameTarget(SCALES[self._step], int(size), rate)

    def made(
        self, target: FrameTarget, made: FrameMade, preference: PicturePreference, now: float
    ) -> None:
        """Learn from a frame that was made to this target."""
        quantiser = _quantiser(target, made)
        longest = LONGEST_S[preference]
        path_bounds = target.size >= int(target.rate * self._frame_s)
        may_take_longer = path_bounds and self._frame_s < longest
        too_coarse = quantiser > TOO_COARSE and not may_take_longer
        self._coarse = self._coarse + 1 if too_coarse else 0
        if quantiser > COARSE and may_take_longer:
            self._frame_s = min(longest, self._frame_s * _LONGER)
        elif quantiser < FINE:
            self._get_better(now)
        smallest = self._step == len(SCALES) - 1 or preference is PicturePreference.SHARP
        if self._coarse >= PATIENCE and not smallest:
            self._move(1, now)

    def _get_better(self, now: float) -> None:
        if self._frame_s > SHORTEST_S:
            self._frame_s = max(SHORTEST_S, self._frame_s / _SHORTER)
        elif self._step > 0 and now - self._stepped_at >= STAY_S:
            self._move(-1, now)

    def _move(self, by: int, now: float) -> None:
        self._step += by
        self._coarse = 0
        self._stepped_at = now


def _quantiser(target: FrameTarget, made: FrameMade) -> float:
    if made.quantiser is not None:
        return made.quantiser
    used_up = made.size > 0.8 * target.size
    too_coarse = used_up and made.size < COARSE_PER_PIXEL * made.pixels
    return TOO_COARSE + 1 if too_coarse else FINE - 1
