"""One path to one viewer: what is under way on it, and how much more may leave now. Pure.

Everything that is sent shares it, in this order of urgency: the echo of an input, video, what makes
a still picture exact, files. The less urgent, the emptier the path must be. One thread changes it
(the event loop's); `room` may be asked from any.
"""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from client.path.estimate import LEAST, Arrival, Estimate

VIDEO_SHARE: Final = 0.9
"""The share of the estimate that video takes; tiles, chat and headers need the rest."""
MOST_VIDEO: Final = 1_000_000.0
"""Bytes per second. What the video leaves soft the tiles make exact: more would buy nothing."""
MOST_UNSEEN: Final = 26_000
"""Bytes of video that may be under way unseen, but for a key frame: what a line that falls
to 300 kbit/s without warning still carries in three quarters of a second."""
_UNSEEN_SHARE: Final = 0.6
"""Frames are such that those under way take this share of MOST_UNSEEN."""
_USEFUL_SHARE: Final = 0.7
"""A frame that would get less than this share of its size waits for more room."""
EARLY_SHARE: Final = 0.2
"""A frame leaves before the line is free by this share of the time that it will take: so the line
is never idle, and an estimate that is too low is found out."""
_SOONEST_S: Final = 0.001
"""Nobody waits for less."""
_TELLING_S: Final = 0.02
"""What a frame takes beyond the path's delay and the viewer's holding it, where nothing queues."""
_SMOOTHING: Final = 0.3
MOST_TILES: Final = 40_000
"""Bytes of tiles that may be under way; for the same reason."""
HOLD_S: Final = 0.5
"""When nothing is heard of frames, another one leaves after this long: the news may be lost."""
SHOWING_S: Final = 0.06
"""What a viewer may take from having received a frame to having told of it."""
LATE_S: Final = 0.05
"""A frame is late when it is not told of this long after it could have been."""
FORGOTTEN_S: Final = 2.0
"""What was not told of after this long is not under way any more."""


class Urgency(IntEnum):
    """Who may go before whom."""

    ECHO = 0
    VIDEO = 1
    EXACTNESS = 2
    FILES = 3


_QUEUE_S: Final = {
    Urgency.ECHO: 0.02,
    Urgency.VIDEO: 0.004,
    Urgency.EXACTNESS: 0.02,
    Urgency.FILES: 0.01,
}
"""With this much waiting for the line, in seconds of its time, nothing of that urgency is added.
Exactness and files fill a line that nobody else wants, which takes a little queue."""


@dataclass(frozen=True, slots=True)
class _Sent:
    key: int | None
    size: int
    sent_at: float
    under_way: int
    """Bytes of its kind under way with it."""


class Path:
    """What is under way to one viewer."""

    def __init__(self) -> None:
        self.estimate = Estimate()
        self._video: deque[_Sent] = deque()
        self._tiles: deque[_Sent] = deque()
        self._tile_bytes = 0
        self._video_bytes = 0
        self._line_free_at = 0.0
        self._moved_at = float("-inf")
        """When a frame last left, or was last heard of."""
        self._is_told = False
        self._newest: int | None = None
        self._newest_is_shown = False
        self._held_s = SHOWING_S
        self._receiver_rate: float | None = None

    # ---- what leaves and what comes in

    def video_sent(self, timestamp: int | None, size: int, now: float) -> None:
        """A frame has left: its RTP timestamp (None while nobody knows it) and its bytes."""
        self._forget(now)
        self._newest, self._newest_is_shown = timestamp, False
        self._video_bytes += size
        self._video.append(_Sent(timestamp, size, now, self._video_bytes))
        self._moved_at = now
        self._occupy(size, now)

    def tile_sent(self, total: int, size: int, now: float) -> None:
        """A tile has left: bytes of all tiles so far, and of this one."""
        self._forget(now)
        self._tile_bytes += size
        self._tiles.append(_Sent(total, size, now, self._tile_bytes))
        self._occupy(size, now)

    def video_shown(self, timestamp: int, held_s: float, now: float) -> None:
        """The viewer shows this frame, which it had received `held_s` before it told.

        Earlier frames were shown or will never be. What is told again or late changes nothing.
        """
        self._is_told = True
        self._newest_is_shown = self._newest_is_shown or timestamp == self._newest
        self._forget(now)
        came: list[_Sent] = []
        while self._video and not _is_after(self._video[0].key, timestamp):
            came.append(self._video.popleft())
        if came:
            self._moved_at = now
            self._video_bytes -= sum(sent.size for sent in came)
            self._held_s += _SMOOTHING * (held_s - self._held_s)
            came_at = max(now - held_s, came[-1].sent_at)
            self.estimate.came([Arrival(sent.size, sent.sent_at, came_at) for sent in came])
            self._look_at_line(now)

    def tiles_drawn(self, total: int, now: float) -> None:
        """The viewer has drawn this many bytes of tiles so far."""
        self._forget(now)
        while self._tiles and (self._tiles[0].key or 0) <= total:
            sent = self._tiles.popleft()
            self._tile_bytes -= sent.size
            arrival = Arrival(sent.size, sent.sent_at, now)
            self.estimate.tile_came(arrival, sent.under_way)
            self._passed(sent.sent_at)
        self._look_at_line(now)

    def receiver_estimates(self, bits_per_second: int) -> None:
        """Take the receiver's estimate of what it could get (REMB)."""
        self._receiver_rate = bits_per_second / 8
        self.estimate.receiver_estimates(self._receiver_rate)

    def receiver_counted(self, lost: int, highest: int, now: float) -> None:
        """Take packets lost so far, and the highest sequence number (RTCP receiver report)."""
        self.estimate.receiver_counted(lost, highest, now)

    @property
    def newest_is_shown(self) -> bool:
        """Whether the viewer has told that it shows the last frame that left."""
        return self._newest_is_shown

    def round_trip(self, sent_at: float, held_s: float, now: float) -> None:
        """Take the round trip of a small packet, which was held before it was answered (RTCP)."""
        self.estimate.delay.seen(now - sent_at - held_s, now)
        self._passed(sent_at)

    # ---- what may leave

    def video_rate(self, now: float) -> float:
        """Bytes per second that video may take."""
        rate = self._rate(now)
        if not self._is_told and self._receiver_rate is not None:
            rate = max(LEAST, self._receiver_rate)
        return min(VIDEO_SHARE * rate, MOST_VIDEO)

    def frame_size(self, frame_s: float) -> float:
        """Bytes of a frame, such that one can leave every `frame_s` seconds with few unseen."""
        if not self._is_told:
            return MOST_UNSEEN
        told_after = self.estimate.delay.shortest + self._held_s + _TELLING_S
        return _UNSEEN_SHARE * MOST_UNSEEN * min(1.0, frame_s / told_after)

    def video_room(self) -> int:
        """Bytes of one more frame that may be under way unseen."""
        return MOST_UNSEEN - self._video_bytes if self._is_told else MOST_UNSEEN

    def video_wait(self, size: int, now: float) -> float:
        """Say for how many seconds a frame of this size must wait, unless something comes in."""
        self._forget(now)
        early = max(_QUEUE_S[Urgency.VIDEO], EARLY_SHARE * size / self._rate(now))
        wait = self._line_free_at - now - early
        if self._is_told and self._video:
            too_much = self.video_room() < _USEFUL_SHARE * size
            if too_much or self._lateness(now) > LATE_S:
                wait = HOLD_S
        wait = min(wait, self._moved_at + HOLD_S - now)
        return wait if wait > _SOONEST_S else 0.0

    def room(self, urgency: Urgency, now: float) -> int:
        """Say how many bytes of this urgency may leave now; from any thread."""
        queue_s = max(0.0, self._line_free_at - now)
        room = int((_QUEUE_S[urgency] - queue_s) * self.estimate.rate)
        return max(0, min(room, MOST_TILES - self._tile_bytes))

    def wait(self, urgency: Urgency, now: float) -> float:
        """Say in how many seconds the line has room for this urgency; from any thread."""
        return max(0.0, self._line_free_at - now - _QUEUE_S[urgency])

    # ----

    def _rate(self, now: float) -> float:
        """The estimate, or less: a late frame says that the line carries no more than it did."""
        late = self._lateness(now)
        if late <= LATE_S:
            return self.estimate.rate
        return max(LEAST, min(self.estimate.rate, self._video[0].size / late))

    def _lateness(self, now: float) -> float:
        """How long the line must have been busy with the oldest unseen frame by now, in seconds."""
        if not self._is_told or not self._video:
            return 0.0
        return now - SHOWING_S - self.estimate.begins(self._video[0].sent_at)

    def _passed(self, sent_at: float) -> None:
        """What left at this time has come in, and so have frames before it: the news is lost."""
        while self._video and self._video[0].sent_at < sent_at:
            self._video_bytes -= self._video.popleft().size

    def _occupy(self, size: int, now: float) -> None:
        self._line_free_at = max(self._line_free_at, now) + size / self._rate(now)

    def _look_at_line(self, now: float) -> None:
        """Reckon anew when the line will be free, from what is under way."""
        free_at, rate = self.estimate.free_since, self._rate(now)
        for sent in sorted((*self._video, *self._tiles), key=lambda sent: sent.sent_at):
            free_at = max(free_at, sent.sent_at) + sent.size / rate
        self._line_free_at = free_at

    def _forget(self, now: float) -> None:
        lost = False
        for under_way in (self._video, self._tiles):
            while under_way and now - under_way[0].sent_at > FORGOTTEN_S:
                under_way.popleft()
                lost = True
        if lost:
            self._video_bytes = sum(sent.size for sent in self._video)
            self._tile_bytes = sum(sent.size for sent in self._tiles)
            if self._is_told:
                self.estimate.fell_silent()


def _is_after(one: int | None, other: int) -> bool:
    """Whether an RTP timestamp is later than another; they begin anew after 2^32."""
    return one is not None and 0 < (one - other) & 0xFFFFFFFF < 1 << 31
