"""H.264 for screens: aiortc's packetiser with x264 set for low latency and a live bitrate.

Stock aiortc takes x264's medium preset (12 to 23 ms a 1080p frame; ultrafast takes 4 to 6) and
throws the encoder away, with a key frame, whenever the bitrate changes by a tenth.
"""

import fractions
from collections.abc import Iterator
from typing import Any, Final

import av
from aiortc.codecs.h264 import H264Encoder
from av.video.frame import PictureType

DEFAULT_BITRATE: Final = 3_000_000
MIN_BITRATE: Final = 300_000
MAX_BITRATE: Final = 8_000_000
"""Bits per second: where to begin, and the limits of what the receiver's estimate may ask.

What the video leaves soft the tiles make exact, so more than this would buy nothing.
"""

_MAX_FPS: Final = 60
_BURST_S: Final = 0.1
"""No tenth of a second takes more than its share of MAX_BITRATE: no frame may be a queue."""

_HEADROOM: Final = 0.85
"""The share of the receiver's estimate that the video takes; tiles and chat need the rest."""


class ScreenH264Encoder(H264Encoder):
    """One sender's encoder. `encode` runs in an executor thread, one frame at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._bitrate = DEFAULT_BITRATE

    @property
    def target_bitrate(self) -> int:
        """Bits per second; set by aiortc from the receiver's estimate (REMB)."""
        return self._bitrate

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._bitrate = max(MIN_BITRATE, min(int(bitrate * _HEADROOM), MAX_BITRATE))

    def _encode_frame(self, frame: av.VideoFrame, force_keyframe: bool) -> Iterator[bytes]:
        size_changed = self.codec is not None and (
            (frame.width, frame.height) != (self.codec.width, self.codec.height)
        )
        if self.codec is None or size_changed:
            self.codec = self._open(frame.width, frame.height)
        if abs(self._bitrate - (self.codec.bit_rate or 0)) > 0.1 * self._bitrate:
            self.codec.bit_rate = self._bitrate
        frame.pict_type = PictureType.I if force_keyframe else PictureType.NONE
        packets = b"".join(bytes(packet) for packet in self.codec.encode(frame))
        if packets:
            yield from self._split_bitstream(packets)

    def _open(self, width: int, height: int) -> Any:
        codec: Any = av.CodecContext.create("libx264", "w")
        codec.width, codec.height = width, height
        codec.bit_rate = self._bitrate
        codec.pix_fmt = "yuv420p"
        codec.framerate = fractions.Fraction(_MAX_FPS, 1)
        codec.time_base = fractions.Fraction(1, 90_000)
        burst_kbit = int(MAX_BITRATE * _BURST_S / 1000)
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "forced-idr": "1",
            "x264-params": (
                "keyint=100000:scenecut=0:sliced-threads=1:threads=2"
                f":vbv-maxrate={MAX_BITRATE // 1000}:vbv-bufsize={burst_kbit}"
            ),
        }
        codec.profile = "Baseline"
        return codec
