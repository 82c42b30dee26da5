"""Which H.264 encoder to use: each is really opened, and must encode frames at once.

That a hardware encoder is in the build or can be opened does not mean that it works.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Final

import av
import numpy as np
import structlog

from client.path.ladder import FrameTarget
from client.rtc.encoders import CLOCK_RATE, KINDS, EncoderFailed, EncoderKind, OpenEncoder

log = structlog.get_logger()

WIDTH: Final = 1280
HEIGHT: Final = 720
FRAMES: Final = 3
_TARGET: Final = FrameTarget(1.0, 20_000, 250_000.0)
_IDR: Final = 5
"""The type of a NAL unit that a decoder can begin with (ITU-T H.264, table 7-1)."""

Probe = Callable[[EncoderKind], None]
"""Raises EncoderFailed when that encoder is of no use here."""


class EncoderChoice:
    """The encoder in use, and those that come after it when it fails.

    The first look takes a thread; until it is over, the last of the kinds is used, which is
    software and works everywhere.
    """

    def __init__(self, kinds: Sequence[EncoderKind] = KINDS, probe: Probe | None = None) -> None:
        self._lock = threading.Lock()
        self._left = list(kinds)
        self._fallback = kinds[-1]
        self._probe = probe or try_out
        self._chosen: EncoderKind | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look for the best encoder in a thread of its own."""
        self._thread = threading.Thread(target=self._choose, name="encoder-probe", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait until the look that `start` began is over."""
        if self._thread is not None:
            self._thread.join()

    def current(self) -> EncoderKind:
        """Give the encoder to open; from any thread. Raises EncoderFailed when none is left."""
        with self._lock:
            if self._chosen is not None:
                return self._chosen
            if not self._left:
                raise EncoderFailed("no H.264 encoder works")
            return self._fallback

    def failed(self, kind: EncoderKind, error: EncoderFailed) -> None:
        """Never use this encoder again, and say so; the next one that works takes its place."""
        log.warning("encoder_failed", encoder=kind.name, reason=str(error))
        self._drop(kind)
        with self._lock:
            look_again = self._chosen is kind
        if look_again:
            self._choose()

    def _choose(self) -> None:
        for kind in tuple(self._left):
            try:
                self._probe(kind)
            except EncoderFailed as error:
                log.debug("encoder_not_used", encoder=kind.name, reason=str(error))
                self._drop(kind)
            else:
                log.info("encoder_chosen", encoder=kind.name)
                with self._lock:
                    self._chosen = kind
                return
        with self._lock:
            self._chosen = None

    def _drop(self, kind: EncoderKind) -> None:
        with self._lock:
            if kind in self._left:
                self._left.remove(kind)


def try_out(kind: EncoderKind) -> None:
    """Open an encoder and encode a few frames of noise. Raises EncoderFailed.

    Each frame must come out at once, and the first, and one that is asked for, as key frames.
    """
    encoder = OpenEncoder(kind, WIDTH, HEIGHT, _TARGET)
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    noise = np.random.default_rng(1)
    for number in range(FRAMES):
        for plane in frame.planes:
            plane.update(noise.integers(0, 256, plane.buffer_size, np.uint8).tobytes())
        frame.pts = number * CLOCK_RATE // 30
        key = number in (0, FRAMES - 1)
        data = encoder.encode(frame, _TARGET, key=key)
        if not data:
            raise EncoderFailed("it holds frames back")
        if key and not has_key(data):
            raise EncoderFailed("it makes no key frame when asked")


def has_key(data: bytes) -> bool:
    """Whether these NAL units (annex B) hold one that a decoder can begin with."""
    at = data.find(b"\0\0\1")
    while at >= 0 and at + 3 < len(data):
        if data[at + 3] & 0x1F == _IDR:
            return True
        at = data.find(b"\0\0\1", at + 3)
    return False
