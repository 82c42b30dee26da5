"""Encodes each picture once, for all who look at the same screen.

A picture is asked for when a viewer has sent the one before and its path has room, so that it is as
fresh as can be. The last gate before an encoder: while the end user does not allow to look, only a
neutral picture is made, and what was encoded before a pause does not leave after it.
"""

import asyncio
import fractions
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import av
import structlog

from broker.protocol.vocabulary import Capability
from client import memory
from client.capture.contracts import Encoding, Frame, FrameSource
from client.capture.region import Rect
from client.consent import Consent
from client.path.ladder import MOST_BYTES, SHORTEST_S, FrameMade, FrameTarget, Ladder
from client.path.path import Path
from client.platform.interface import Area
from client.rtc.encoders import CLOCK_RATE, EncoderFailed
from client.rtc.streams import Encoded, Stream
from client.rtc.viewer import Picture, Tell, Viewer

log = structlog.get_logger()

NEUTRAL_INTERVAL_S: Final = 1.0
NEUTRAL_LUMA: Final = 0x38
_DEFAULT_AREA: Final = Area(0, 0, 1280, 720)
SLOWEST_SHARE: Final = 0.25
"""The slowest viewer's path sets the rate, but not below this share of the fastest's."""
REST_S: Final = 8.0
"""When the video had nothing to show for so long the encoders are closed; the next picture is a
key frame. An encoder of 1080p holds 30 MB."""
LEAST_BYTES: Final = 1500
"""A frame gets so many bytes, however little room there is: about a packet."""


class Hub:
    """The pictures of one screen for any number of viewers. `run` owns the work."""

    def __init__(
        self,
        source: FrameSource,
        consent: Callable[[], Consent],
        make_stream: Callable[[str], Stream],
    ) -> None:
        """`make_stream` begins a stream of a codec, by its MIME type in small letters."""
        self._source = source
        self._consent = consent
        self._make_stream = make_stream
        self._viewers: list[Viewer] = []
        self._streams: dict[str, Stream] = {}
        self._ladder = Ladder()
        self._area = _DEFAULT_AREA
        self._changed = asyncio.Event()
        self._neutral_due = True
        self._broken = False
        self._began = time.monotonic()
        self._last_pts = -1
        self._last_key_at = float("-inf")
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="encoder")

    # ---- viewers

    def join(self, codec: str, path: Path, tell: Tell) -> Viewer:
        """Let somebody look who negotiated this codec (a MIME type, in small letters)."""
        viewer = Viewer(codec, path, tell, self._changed.set)
        self._viewers.append(viewer)
        self._source.want_picture()
        self._changed.set()
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """This viewer is gone; one that left before stays gone."""
        viewer.leave()
        if viewer in self._viewers:
            self._viewers.remove(viewer)
            self._changed.set()

    def watch(self, viewer: Viewer, watching: bool) -> None:
        """This viewer's page is seen, or is not: then nothing is made for it."""
        viewer.watch(watching)
        if watching:
            self._source.want_picture()

    def key_wanted(self, viewer: Viewer) -> None:
        """This viewer has lost the picture, or thinks so.

        Chromium asks for a key frame when no frame came for 3 s though some packet did in the last
        5 s (WebRTC's `VideoReceiveStream2::HandleFrameBufferTimeout`). Who answers is asked again:
        a still picture would be a key frame every 3 s. Who shows the last frame needs none.
        """
        if viewer.path.newest_is_shown:
            return
        viewer.ask_key()
        self._source.want_picture()

    def room_made(self) -> None:
        """Something was heard of a path: it may have room again."""
        self._changed.set()

    def consent_changed(self) -> None:
        """Look at the consent again now."""
        self._neutral_due = True
        self._changed.set()

    # ---- the work

    async def run(self) -> None:
        """Encode for whoever looks, until cancelled."""
        try:
            while True:
                await self._until_wanted()
                await (self._show() if self._may_show() else self._show_nothing())
        finally:
            self._worker.shutdown(wait=False, cancel_futures=True)

    def _may_show(self) -> bool:
        return self._consent().allows(Capability.VIEW)

    async def _until_wanted(self) -> None:
        """Wait until a viewer has sent all it had and its path has room for more."""
        while (wait := self._wait()) != 0.0:
            self._changed.clear()
            await self._until_changed(wait)

    def _wait(self) -> float | None:
        now = time.monotonic()
        size = self._target(now).size
        waits = [viewer.path.video_wait(size, now) for viewer in self._viewers if viewer.waits]
        return min(waits, default=None)

    async def _until_changed(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return

    async def _show(self) -> None:
        """Encode the next picture; or nothing, when something else changed first."""
        self._changed.clear()
        asked = asyncio.ensure_future(self._source.next_frame())
        changed = asyncio.ensure_future(self._nobody_waits_any_more())
        try:
            await self._either(asked, changed)
        finally:
            changed.cancel()
            if not asked.done():
                asked.cancel()
        if asked.done() and not asked.cancelled():
            await self._encode(asked.result())

    async def _either(self, *awaited: asyncio.Future[Any]) -> None:
        """Wait for the first of these; rest meanwhile, when it takes long."""
        for seconds in (REST_S, None):
            await asyncio.wait(awaited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if any(one.done() for one in awaited):
                return
            await asyncio.get_running_loop().run_in_executor(self._worker, self._rest)

    def _rest(self) -> None:
        """Let go of the encoders, which keep a handful of pictures each; in their thread."""
        if self._streams:
            self._streams.clear()
            memory.give_back()

    async def _nobody_waits_any_more(self) -> None:
        while self._may_show() and any(viewer.waits for viewer in self._viewers):
            self._changed.clear()
            await self._changed.wait()

    async def _show_nothing(self) -> None:
        if not self._neutral_due:
            self._changed.clear()
            await self._until_changed(NEUTRAL_INTERVAL_S)
            self._neutral_due = True
            return
        self._neutral_due = False
        width, height = self._area.width, self._area.height
        whole = Rect(0, 0, width, height)
        neutral = neutral_frame(width, height)
        await self._encode(Frame(self._area, neutral, time.monotonic(), [whole]), shows=False)

    async def _encode(self, frame: Frame, *, shows: bool = True) -> None:
        """Encode a frame once for each codec in use, and give it to all who look."""
        self._area = frame.area
        if shows and not self._may_show():
            self._source.give_back(frame.replaced)
            return
        now = time.monotonic()
        target, pts = self._frame_target(now), self._stamp(frame.video, now)
        made: dict[str, Encoded] = {}
        for codec in {viewer.codec for viewer in self._looking}:
            key = self._key_is_due(codec, now)
            encoded = await self._encode_for(codec, frame.video, target, key)
            if encoded is not None:
                made[codec] = encoded
        if shows and not self._may_show():  # encoded before a pause, too late to leave
            self._source.give_back(frame.replaced)
            self._broken = True
            return
        self._hand_out(frame, pts, made, target)

    async def _encode_for(
        self, codec: str, video: av.VideoFrame, target: FrameTarget, key: bool
    ) -> Encoded | None:
        stream = self._streams.get(codec)
        if stream is None:
            stream = self._streams[codec] = self._make_stream(codec)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._worker, lambda: stream.encode(video, target, key=key)
            )
        except EncoderFailed as error:
            log.warning("picture_not_encoded", codec=codec, reason=str(error))
            return None

    def _hand_out(
        self, frame: Frame, pts: int, made: dict[str, Encoded], target: FrameTarget
    ) -> None:
        now = time.monotonic()
        self._broken = False
        told = [
            viewer.offer(Picture(made[viewer.codec], pts, frame.replaced, frame.captured_at))
            for viewer in self._looking
            if viewer.codec in made
        ]
        if told and all(told):
            frame.replaced.clear()
        for encoded in made.values():
            self._learn(encoded, target, now)
        self._want_keys(now)

    def _learn(self, encoded: Encoded, target: FrameTarget, now: float) -> None:
        if encoded.is_key:
            self._last_key_at = now
        else:
            pixels = encoded.width * encoded.height
            made = FrameMade(encoded.size, pixels, encoded.quantiser)
            self._ladder.made(target, made)
        kbps = int(target.rate * 8 / 1000)
        self._source.encoded(Encoding(encoded.encoder, encoded.width, encoded.height, kbps))

    # ---- how

    @property
    def _looking(self) -> list[Viewer]:
        """The viewers whose page is seen."""
        return [viewer for viewer in self._viewers if viewer.watching]

    def _rate(self, now: float) -> float:
        """Bytes per second for all viewers together, who see the same stream."""
        rates = [viewer.path.video_rate(now) for viewer in self._looking]
        if not rates:
            return Path().video_rate(now)
        return max(min(rates), SLOWEST_SHARE * max(rates))

    def _target(self, now: float) -> FrameTarget:
        sizes = [viewer.path.frame_size(SHORTEST_S) for viewer in self._looking]
        most = max(sizes, default=float(MOST_BYTES))
        return self._ladder.target(self._rate(now), most, self._source.preference, now)

    def _frame_target(self, now: float) -> FrameTarget:
        target = self._target(now)
        room = max((viewer.path.video_room() for viewer in self._looking), default=target.size)
        return FrameTarget(target.scale, min(target.size, max(room, LEAST_BYTES)), target.rate)

    def _key_is_due(self, codec: str, now: float) -> bool:
        """Whether a viewer needs a key frame; one serves all."""
        age = now - self._last_key_at
        those = [viewer for viewer in self._looking if viewer.codec == codec]
        return self._broken or any(viewer.key_due_in(age) == 0.0 for viewer in those)

    def _want_keys(self, now: float) -> None:
        """Whoever needs a key frame that is not due yet gets it when it is, changed or not."""
        age = now - self._last_key_at
        waits = [wait for v in self._looking if (wait := v.key_due_in(age)) is not None]
        if waits:
            asyncio.get_running_loop().call_later(max(0.02, min(waits)), self._source.want_picture)

    def _stamp(self, video: av.VideoFrame, now: float) -> int:
        pts = int((now - self._began) * CLOCK_RATE)
        self._last_pts = max(pts, self._last_pts + 1)
        video.pts = self._last_pts
        video.time_base = fractions.Fraction(1, CLOCK_RATE)
        return self._last_pts


def neutral_frame(width: int, height: int) -> av.VideoFrame:
    """Give a picture of nothing: one dark grey."""
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(frame.planes, (NEUTRAL_LUMA, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame
