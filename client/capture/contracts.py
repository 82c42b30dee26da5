"""What the screen engine gives and to whom: frames for the video, tiles, and news of the screen."""

from dataclasses import dataclass
from typing import Protocol

import av

from broker.protocol.channels import ScreenCondition, ScreenProblem
from client.capture.region import Rect
from client.platform.interface import Area


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture for the video. The frame object is reused: encode it before asking again."""

    area: Area
    video: av.VideoFrame
    captured_at: float
    """When the screen was like this: `time.monotonic()` seconds."""
    replaced: list[Rect]
    """Where it is newer than any tile sent before. Whoever tells the viewer empties the list; until
    then, newer tiles that leave first are taken out of it."""


@dataclass(frozen=True, slots=True)
class ScreenReport:
    """The shared area and what to know of its picture, or why there is none."""

    area: Area | None
    problem: ScreenProblem | None = None
    conditions: tuple[ScreenCondition, ...] = ()


class FrameSource(Protocol):
    """Where the video track gets its pictures."""

    async def next_frame(self) -> Frame:
        """Wait for a picture that is worth sending."""

    def want_picture(self) -> None:
        """Let `next_frame` give the picture as it is, changed or not."""


class TileSink(Protocol):
    """Where tiles go. `room` and `reserve` belong to the engine's thread, the rest to the loop."""

    @property
    def room(self) -> int:
        """How many bytes may leave now without queueing."""

    def reserve(self, size: int) -> None:
        """Take room for a tile that is on its way to `tile`; in the engine's thread."""

    def reset(self, width: int, height: int) -> None:
        """Everything sent before is void; the picture has this size."""

    def tile(self, rect: Rect, png: bytes) -> None:
        """These pixels are exact."""
