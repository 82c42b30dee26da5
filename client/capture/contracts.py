"""What the screen engine gives and to whom: frames for the video, tiles, and news of the screen."""

from dataclasses import dataclass
from typing import Protocol

import av

from broker.protocol.channels import PicturePreference, ScreenCondition, ScreenProblem
from broker.protocol.monitors import Monitor
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
    """Where it is newer than any tile sent before. The list is emptied once all viewers were told;
    until then, newer tiles that leave first are taken out of it."""


@dataclass(frozen=True, slots=True)
class ScreenReport:
    """The shown area and what to know of its picture, or why there is none."""

    area: Area | None
    problem: ScreenProblem | None = None
    conditions: tuple[ScreenCondition, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    shown: str | None = None
    """The id of one of the monitors, or `all`."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a frame was encoded."""

    encoder: str
    """FFmpeg's name of the encoder."""
    width: int
    height: int
    """Pixels of the encoded frame."""
    target_kbps: int
    """What the video may take, in kbit/s."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """How the picture is made now (the figures of a `picture.state` message)."""

    encoder: str | None = None
    """FFmpeg's name of the video encoder; None before the first frame."""
    width: int = 0
    height: int = 0
    """Pixels of a video frame; smaller than the screen when the line is slow."""
    target_kbps: int = 0
    """What the video may take, in kbit/s."""
    exact_share: float = 0.0
    """Which part of the picture the viewer was sent exactly, from 0 to 1."""


class FrameSource(Protocol):
    """Where the video track gets its pictures."""

    async def next_frame(self) -> Frame:
        """Wait for a picture that is worth sending."""

    def want_picture(self) -> None:
        """Let `next_frame` give the picture as it is, changed or not."""

    def give_back(self, replaced: list[Rect]) -> None:
        """A frame never left: what it replaced is still to be told, with a newer one."""

    @property
    def preference(self) -> PicturePreference:
        """What to keep when the line does not carry everything."""

    def encoded(self, encoding: Encoding) -> None:
        """A frame was encoded like this."""


class TileSink(Protocol):
    """Where tiles go. `room` and `reserve` belong to the engine's thread, the rest to the loop."""

    @property
    def room(self) -> int:
        """How many bytes of a change may leave now without queueing."""

    @property
    def refines_in(self) -> float | None:
        """In how many seconds a piece that nobody waits for may leave; None when nobody knows
        before something is heard."""

    @property
    def alone(self) -> bool:
        """Whether there is no video below: then whatever changes comes as tiles, soon."""

    def reserve(self, size: int) -> None:
        """Take room for a tile that is on its way to `tile`; in the engine's thread."""

    def reset(self, width: int, height: int) -> None:
        """Everything sent before is void; the picture has this size."""

    def begin(self, width: int, height: int) -> None:
        """Tiles of a picture that others may have seen for long go here from now on."""

    def tile(self, rect: Rect, png: bytes, captured_at: float) -> None:
        """These pixels are exact; the screen was like this then (`time.monotonic()` seconds)."""
