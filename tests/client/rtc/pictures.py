"""Pictures for tests: a source of frames, a stream that keeps them as they are, a hub at work."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import av
import numpy as np

from broker.protocol.channels import PicturePreference
from client.capture.contracts import Encoding, Frame, FrameSource
from client.capture.region import Rect
from client.consent import Consent
from client.path.ladder import FrameTarget
from client.platform.interface import Area
from client.rtc.hub import Hub
from client.rtc.probe import EncoderChoice
from client.rtc.streams import Encoded, Stream, make_stream


def plain(width: int, height: int, luma: int) -> av.VideoFrame:
    """One grey."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (luma, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


class Source:
    """A FrameSource whose frames the test hands out."""

    def __init__(self, width: int = 64, height: int = 48) -> None:
        self.area = Area(0, 0, width, height)
        self.frames: asyncio.Queue[Frame] = asyncio.Queue()
        self.asked = asyncio.Event()
        self.wanted = 0
        self.preference = PicturePreference.AUTOMATIC
        self.given_back: list[Rect] = []
        self.encodings: list[Encoding] = []

    async def next_frame(self) -> Frame:
        self.asked.set()
        return await self.frames.get()

    def want_picture(self) -> None:
        self.wanted += 1

    def give_back(self, replaced: list[Rect]) -> None:
        self.given_back += replaced

    def encoded(self, encoding: Encoding) -> None:
        self.encodings.append(encoding)

    def give(self, luma: int = 200, replaced: tuple[Rect, ...] = ()) -> Frame:
        video = plain(self.area.width, self.area.height, luma)
        frame = Frame(self.area, video, 0.0, list(replaced))
        self.frames.put_nowait(frame)
        return frame


class PlainStream:
    """Keeps the brightness of each picture as its payload, row by row; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[FrameTarget, bool]] = []

    def encode(self, frame: av.VideoFrame, target: FrameTarget, *, key: bool) -> Encoded:
        self.asked.append((target, key))
        plane = frame.planes[0]
        rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)
        data = rows[: frame.height, : frame.width].tobytes()
        return Encoded([data], "plain", frame.width, frame.height, key)


def real_stream(codec: str) -> Stream:
    """Encode as the client does."""
    return make_stream(codec, EncoderChoice())


@asynccontextmanager
async def running_hub(
    source: FrameSource,
    consent: Callable[[], Consent],
    make: Callable[[str], Stream] = real_stream,
) -> AsyncIterator[Hub]:
    """Give a hub that works until the end of the block."""
    hub = Hub(source, consent, make)
    work = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
