"""The H.264 encoders FFmpeg may have, how each is opened for a live screen, and one that is open.

Measured with libx264 on 1080p text, two threads: ultrafast 4 to 6 ms a frame where superfast takes
5 to 7 for 0.1 dB. libx264 takes a new `bit_rate` on the open codec only while it has a VBV, and
where that began as CBR the VBV follows, down to one frame of the declared rate: so the bit rate is
the size of the next frame times the declared frame rate, and no frame is larger than it was told.
"""

import fractions
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import av
from av.video.frame import PictureType

from client.path.ladder import FrameTarget

CLOCK_RATE: Final = 90_000
"""RTP's for video (RFC 6184, section 8.2.1)."""
KEY_FRAME_TIMES: Final = 1.5
"""A key frame may be so many times as large as another."""
_SIZED_FPS: Final = 10
_ONE_FRAME: Final = 1000
"""Bits of a VBV that libx264 makes as large as one frame, whatever the rate is and becomes."""
_PACED_FPS: Final = 30
_NO_GOP: Final = 100_000
"""Frames between key frames that nobody asked for: a day of them."""
_CHANGE: Final = 0.1
"""Changes of the rate by less than this share are not passed on."""
_QP_TO_LAMBDA: Final = 118
_RESTART: Final = 0.4
"""An encoder that must begin anew for another rate does so, with a key frame, for this much."""


class EncoderFailed(Exception):
    """An encoder could not be opened, or did not encode; the message says why, briefly."""


@dataclass(frozen=True, slots=True)
class EncoderKind:
    """One of FFmpeg's encoders, and its options for a picture that nobody may wait for."""

    name: str
    options: Mapping[str, str]
    pixels: str = "yuv420p"
    keeps_to_sizes: bool = False
    """Each frame is at most as large as it was told; else the rate holds over some frames."""
    takes_new_rate: bool = True
    """The bit rate can change while it is open."""
    profile: str | None = field(default="Baseline")


KINDS: Final = (
    EncoderKind(
        "h264_nvenc",
        {
            "preset": "p3",
            "tune": "ull",
            "rc": "cbr",
            "zerolatency": "1",
            "delay": "0",
            "forced-idr": "1",
            "profile": "baseline",
        },
        profile=None,
    ),
    EncoderKind(
        "h264_qsv",
        {"preset": "veryfast", "async_depth": "1", "look_ahead": "0", "forced_idr": "1"},
        pixels="nv12",
        profile="Baseline",
    ),
    EncoderKind(
        "h264_amf",
        {"usage": "ultralowlatency", "quality": "speed", "rc": "cbr", "forced_idr": "1"},
        pixels="nv12",
        takes_new_rate=False,
        profile=None,
    ),
    EncoderKind(
        "h264_videotoolbox",
        {"realtime": "1", "allow_sw": "0", "profile": "constrained_baseline"},
        pixels="nv12",
        takes_new_rate=False,
        profile=None,
    ),
    EncoderKind(
        "libx264",
        {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "x264-params": "scenecut=0:sliced-threads=1:threads=2",
        },
        keeps_to_sizes=True,
    ),
)
"""In the order in which they are tried. There is no VAAPI: the wheels of PyAV do not carry it."""

FINEST: Final = 30
"""The smallest quantiser: what is finer than this is what the tiles are for."""


class OpenEncoder:
    """An encoder that is open for one size. Used by one thread at a time."""

    def __init__(self, kind: EncoderKind, width: int, height: int, target: FrameTarget) -> None:
        """Open it. Raises EncoderFailed."""
        self.kind = kind
        self.size = width, height
        self.quantiser: float | None = None
        """The last frame's, 0 to 51; None when the encoder does not tell."""
        self._bit_rate = self._wanted_rate(target, key=True)
        with _telling():
            self._codec: Any = av.CodecContext.create(kind.name, "w")
            self._set_up(width, height)
            self._codec.open()

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> bytes:
        """Give the frame's NAL units (ITU-T H.264, annex B). Raises EncoderFailed."""
        self._set_rate(self._wanted_rate(target, key))
        with _telling():
            picture = self._converted(frame)
            picture.pict_type = PictureType.I if key else PictureType.NONE
            packets = self._codec.encode(picture)
            self.quantiser = next(map(_quantiser_of, packets), None)
            return b"".join(bytes(packet) for packet in packets)

    def must_restart(self, target: FrameTarget) -> bool:
        """Whether it cannot be brought to this target as it is."""
        wanted = self._wanted_rate(target, key=False)
        change = abs(wanted - self._bit_rate) / self._bit_rate
        return not self.kind.takes_new_rate and change > _RESTART

    def _converted(self, frame: av.VideoFrame) -> av.VideoFrame:
        if frame.format.name == self.kind.pixels:
            return frame
        converted = frame.reformat(format=self.kind.pixels)
        converted.pts, converted.time_base = frame.pts, frame.time_base
        return converted

    def _wanted_rate(self, target: FrameTarget, key: bool) -> int:
        if self.kind.keeps_to_sizes:
            return int(target.size * (KEY_FRAME_TIMES if key else 1) * 8 * _SIZED_FPS)
        return int(target.rate * 8)

    def _set_rate(self, bit_rate: int) -> None:
        if self.kind.takes_new_rate and abs(bit_rate - self._bit_rate) > _CHANGE * self._bit_rate:
            self._bit_rate = self._codec.bit_rate = bit_rate

    def _set_up(self, width: int, height: int) -> None:
        codec, fps = self._codec, _SIZED_FPS if self.kind.keeps_to_sizes else _PACED_FPS
        codec.width, codec.height = width, height
        codec.pix_fmt = self.kind.pixels
        codec.bit_rate = self._bit_rate
        codec.gop_size, codec.max_b_frames = _NO_GOP, 0
        codec.qmin = FINEST
        codec.framerate = fractions.Fraction(fps, 1)
        codec.time_base = fractions.Fraction(1, CLOCK_RATE)
        buffer = _ONE_FRAME if self.kind.keeps_to_sizes else self._bit_rate // fps
        rate = {"maxrate": str(self._bit_rate), "bufsize": str(buffer)}
        codec.options = {**rate, **self.kind.options}
        if self.kind.profile is not None:
            codec.profile = self.kind.profile


def _quantiser_of(packet: Any) -> float | None:
    """Read AV_PKT_DATA_QUALITY_STATS: its first 32 bits are the quantiser times FF_QP2LAMBDA."""
    if not packet.has_sidedata("quality_stats"):
        return None
    stats = bytes(packet.get_sidedata("quality_stats"))
    return int.from_bytes(stats[:4], "little") / _QP_TO_LAMBDA


@contextmanager
def _telling() -> Iterator[None]:
    """Turn what FFmpeg raises, and PyAV before it asks FFmpeg, into EncoderFailed."""
    try:
        yield
    except (av.FFmpegError, ValueError, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EncoderFailed(f"{type(error).__name__}: {reason}") from error
