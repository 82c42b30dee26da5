"""What gives way when the path is slow: frame rate, then resolution, then quality of motion. Pure.

Each frame gets a number of bytes, which its encoder keeps to by coding it more coarsely. How many
bytes a frame needs to be good enough is learnt from those before. A frame that needs more than the
path carries in a thirtieth of a second gets more of its time, so frames come less often; when that
would be too seldom, the picture is made smaller. It goes back the same way.
"""

from dataclasses import dataclass
from typing import Final

from broker.protocol.channels import PicturePreference

SCALES: Final = (1.0, 0.75, 0.5)
"""Of the screen's width and height."""
SHORTEST_S: Final = 1 / 60
LONGEST_S: Final = {
    PicturePreference.AUTOMATIC: 1 / 8,
    PicturePreference.SHARP: 1 / 3,
    PicturePreference.SMOOTH: 1 / 24,
}
"""How many seconds of the path one frame may take."""
MOST_BYTES: Final = 24_000
"""A frame is not larger, so that one that is under way when a line gets slow is still in time."""
GOOD_ENOUGH: Final = 46.0
"""The quantiser of H.264 (0 to 51) up to which moving text can be followed."""
TOO_COARSE: Final = 2.0
"""A frame that gets less than its need divided by this would not even show what changed."""
PER_PIXEL: Final = 0.004
"""Bytes a pixel that are enough for any frame, where the encoder tells no quantiser."""
STAY_S: Final = 1.0
"""For so long the picture stays as it is before it becomes larger again."""

_DOUBLES: Final = 10.0
"""The bytes of a frame of text double for each so much that the quantiser falls (measured)."""
_EASIER: Final = 0.3
"""The need is taken to fall by this share of the difference with each frame; it rises at once."""


@dataclass(frozen=True, slots=True)
class FrameTarget:
    """What an encoder is to make of a frame."""

    scale: float
    """Of its width and height."""
    size: int
    """Bytes, at most; a key frame may take half as many again."""
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
        self._need = 0.0
        """Bytes of a frame in full size that is good enough."""
        self._stepped_at = float("-inf")

    def target(
        self, rate: float, most: float, preference: PicturePreference, now: float
    ) -> FrameTarget:
        """Say how to make a frame of at most so many bytes, at so many bytes per second."""
        longest = LONGEST_S[preference]
        most = min(most, MOST_BYTES)
        self._choose_step(min(most, rate * longest), preference, now)
        frame_s = min(longest, max(SHORTEST_S, self._needed(self._step) / rate))
        return FrameTarget(SCALES[self._step], int(min(most, rate * frame_s)), rate)

    def made(self, target: FrameTarget, made: FrameMade) -> None:
        """Learn from a frame that was made to this target, and is not a key frame."""
        need = _need(target, made) / target.scale**2
        self._need = max(need, self._need + _EASIER * (need - self._need))

    def _choose_step(self, most: float, preference: PicturePreference, now: float) -> None:
        if preference is PicturePreference.SHARP:
            self._step = 0
        while self._step < len(SCALES) - 1 and self._is_too_coarse(self._step, most, preference):
            self._step += 1
            self._stepped_at = now
        rested = self._step > 0 and now - self._stepped_at >= STAY_S
        if rested and self._needed(self._step - 1) <= most:
            self._step -= 1
            self._stepped_at = now

    def _is_too_coarse(self, step: int, most: float, preference: PicturePreference) -> bool:
        may = preference is not PicturePreference.SHARP
        return may and self._needed(step) > TOO_COARSE * most

    def _needed(self, step: int) -> float:
        return self._need * SCALES[step] ** 2


def _need(target: FrameTarget, made: FrameMade) -> float:
    """Give the bytes with which this frame would have been just good enough."""
    if made.quantiser is not None:
        return float(made.size * 2 ** ((made.quantiser - GOOD_ENOUGH) / _DOUBLES))
    if made.size <= 0.8 * target.size:
        return made.size / 2
    enough = max(float(made.size), PER_PIXEL * made.pixels)
    return min(enough, 1.5 * TOO_COARSE * made.size)
