"""A stream of encoded pictures for each codec that a viewer may have negotiated.

A stream is made once for all viewers of its codec. It is used by one thread at a time.
"""

from dataclasses import dataclass
from typing import Any, Final, Protocol

import av
from aiortc.codecs.h264 import H264Encoder
from aiortc.codecs.vpx import Vp8Encoder
from av.video.frame import PictureType

from client.path.ladder import FrameTarget
from client.rtc.encoders import EncoderFailed, OpenEncoder
from client.rtc.probe import EncoderChoice, has_key

H264: Final = "video/h264"
VP8: Final = "video/vp8"

_VP8_CHANGE: Final = 0.4
"""aiortc's VP8 encoder begins anew, with a key frame, at any change of the rate it is told of."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One picture as RTP payloads."""

    payloads: list[bytes]
    encoder: str
    """FFmpeg's name for what made it."""
    width: int
    height: int
    is_key: bool
    quantiser: float | None = None
    """H.264's, where the encoder tells it."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.payloads))


class Stream(Protocol):
    """Encodes one picture after the other."""

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> Encoded:
        """Encode a yuv420p frame. Raises EncoderFailed when nothing can."""


class H264Stream:
    """H.264 by the best encoder that works; when one fails, the next goes on with a key frame."""

    def __init__(self, choice: EncoderChoice) -> None:
        self._choice = choice
        self._open: OpenEncoder | None = None

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> Encoded:
        """Encode a frame, whatever it takes. Raises EncoderFailed when no encoder is left."""
        picture = scaled(frame, target.scale)
        while True:
            kind = self._choice.current()
            try:
                return self._encode(picture, target, key)
            except EncoderFailed as error:
                self._choice.failed(self._open.kind if self._open else kind, error)
                self._open = None

    def _encode(self, picture: av.VideoFrame, target: FrameTarget, key: bool) -> Encoded:
        size = picture.width, picture.height
        encoder = self._open
        if encoder is None or encoder.size != size or encoder.must_restart(target):
            encoder = self._open = OpenEncoder(self._choice.current(), *size, target)
            key = True
        data = encoder.encode(picture, target, key=key)
        payloads = H264Encoder._packetize(H264Encoder._split_bitstream(data))
        return Encoded(payloads, encoder.kind.name, *size, has_key(data), encoder.quantiser)


class Vp8Stream:
    """VP8 by aiortc's own encoder, for browsers without H.264."""

    def __init__(self) -> None:
        self._encoder = Vp8Encoder()
        self._size: tuple[int, int] | None = None

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> Encoded:
        """Encode a frame. Raises EncoderFailed."""
        picture = scaled(frame, target.scale)
        picture.pict_type = PictureType.NONE  # aiortc sets it for a key frame and leaves it so
        self._set_rate(int(target.rate * 8))
        size = picture.width, picture.height
        key, self._size = key or size != self._size, size
        try:
            payloads, _ = self._encoder.encode(picture, key)
        except (av.FFmpegError, ValueError) as error:
            raise EncoderFailed(f"{type(error).__name__}") from error
        return Encoded(payloads, "libvpx", *size, key)

    def _set_rate(self, bit_rate: int) -> None:
        encoder: Any = self._encoder
        if abs(bit_rate - encoder.target_bitrate) > _VP8_CHANGE * encoder.target_bitrate:
            encoder.target_bitrate = bit_rate


def scaled(frame: av.VideoFrame, scale: float) -> av.VideoFrame:
    """Give the frame in this share of its width and height, both even."""
    if scale == 1.0:
        return frame
    width, height = (round(side * scale / 2) * 2 for side in (frame.width, frame.height))
    smaller = frame.reformat(width=max(2, width), height=max(2, height), interpolation="AREA")
    smaller.pts, smaller.time_base = frame.pts, frame.time_base
    return smaller


def make_stream(codec: str, choice: EncoderChoice) -> Stream:
    """Begin a stream of this MIME type."""
    return Vp8Stream() if codec == VP8 else H264Stream(choice)
