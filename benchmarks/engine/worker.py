"""Reads and encodes the screen that `DISPLAY` names, picture after picture."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from client.capture.contracts import ScreenReport
from client.capture.engine import ScreenEngine
from client.path.ladder import FrameTarget
from client.platform.x11_screen import X11Screen
from client.rtc.encoders import KINDS, OpenEncoder

TARGET = FrameTarget(scale=1.0, size=12_000, rate=1_000_000.0)
Emit = Callable[[float, bytes], object]
"""Gets when a picture was taken (`time.monotonic()` seconds) and its NAL units."""


async def encode(emit: Emit, seconds: float) -> None:
    """Encode for so long."""
    engine = ScreenEngine(X11Screen, _ignore)
    engine.start()
    encoder: OpenEncoder | None = None
    began, loop = time.monotonic(), asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as pool:
        while (now := time.monotonic()) < began + seconds:
            engine.want_picture()
            frame = await engine.next_frame()
            video = frame.video
            if encoder is None:
                encoder = OpenEncoder(KINDS[-1], video.width, video.height, TARGET)
            video.pts = int((now - began) * 90_000)
            opened, key = encoder, now == began
            data = await loop.run_in_executor(
                pool,
                lambda: opened.encode(video, TARGET, key=key),  # noqa: B023 - awaited at once
            )
            emit(frame.captured_at, data)
    await engine.stop()


def run_in_process(pipe: Connection, seconds: float) -> None:
    """Be the process: encode, and send each picture through the pipe."""
    asyncio.run(encode(lambda at, data: pipe.send((at, data)), seconds))
    pipe.close()


def _ignore(_: ScreenReport) -> None:
    """Nobody looks at reports here."""
