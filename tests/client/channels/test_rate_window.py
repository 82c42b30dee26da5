"""The window of files, on lines in simulated time."""

from collections import deque

from client.channels.rate_window import RateWindow
from client.channels.window import Bounds

BOUNDS = Bounds(first=64 * 1024, least=32 * 1024, most=8 * 1024 * 1024, late_s=0.02)
PIECE = 16 * 1024
FIRST_CONGESTION_WINDOW = 12_000


class Line:
    """Pieces wait for SCTP's congestion window, then for the line's rate, then for its length.

    The congestion window grows by what arrives while it is used up, as in slow start.
    """

    def __init__(self, rate: float, round_trip_s: float) -> None:
        self.window = RateWindow(BOUNDS)
        self.rate = rate
        self.round_trip_s = round_trip_s
        self.now = 0.0
        self.arrived = 0
        self.queues: list[float] = []
        """How long each piece waited for the line, in seconds."""
        self._congestion_window = FIRST_CONGESTION_WINDOW
        self._waiting: deque[int] = deque()
        self._news: deque[tuple[float, int]] = deque()
        self._outstanding = 0
        self._sent = 0
        self._free_at = 0.0

    def run(self, seconds: float, *, step_s: float = 0.001) -> float:
        """Send all that is allowed for so long, and give the bytes a second that arrived."""
        before, end = self.arrived, self.now + seconds
        while self.now < end:
            self.now += step_s
            self._hear()
            while self.window.room >= PIECE:
                self.window.reserve(PIECE)
                self._sent += PIECE
                self.window.sent(self._sent, self.now)
                self._waiting.append(PIECE)
            while self._waiting and self._outstanding < self._congestion_window:
                self._leave(self._waiting.popleft())
        return (self.arrived - before) / seconds

    def rest(self, seconds: float) -> None:
        """Send nothing for so long."""
        end = self.now + seconds
        while self._news:
            self.now = max(self.now, self._news[0][0])
            self._hear()
        self.now = end

    def _leave(self, size: int) -> None:
        self._outstanding += size
        self.queues.append(max(0.0, self._free_at - self.now))
        self._free_at = max(self._free_at, self.now) + size / self.rate
        self._news.append((self._free_at + self.round_trip_s, size))

    def _hear(self) -> None:
        while self._news and self._news[0][0] <= self.now:
            _, size = self._news.popleft()
            if self._outstanding >= self._congestion_window:
                self._congestion_window += size
            self._outstanding -= size
            self.arrived += size
            self.window.acknowledged(self.arrived, self.now)


def test_a_long_line_is_filled_though_pieces_wait_for_sctp_at_first() -> None:
    line = Line(rate=10_000_000, round_trip_s=0.04)
    line.run(2)
    assert line.run(2) > 9_000_000


def test_a_very_long_line_is_filled_too() -> None:
    line = Line(rate=2_000_000, round_trip_s=0.5)
    line.run(20)
    assert line.run(5) > 1_700_000


def test_no_more_than_a_moment_waits_on_a_slow_line_however_long_the_file_is() -> None:
    line = Line(rate=625_000, round_trip_s=0.04)
    line.run(2)
    line.queues.clear()
    assert line.run(60) > 500_000
    assert max(line.queues) < 0.06


def test_a_line_that_becomes_slower_has_no_queue_soon() -> None:
    line = Line(rate=10_000_000, round_trip_s=0.04)
    line.run(3)
    line.rate = 1_000_000
    line.run(3)
    line.queues.clear()
    line.run(5)
    assert max(line.queues) < 0.06


def test_it_grows_again_after_a_pause() -> None:
    line = Line(rate=10_000_000, round_trip_s=0.04)
    line.run(2)
    line.rest(30)
    assert line.run(2) > 8_000_000


def test_it_has_a_most_and_holds_a_few_pieces_on_the_slowest_line() -> None:
    fast = Line(rate=10_000_000_000, round_trip_s=0.04)
    fast.run(20)
    assert fast.window.size == BOUNDS.most
    slow = Line(rate=10_000, round_trip_s=0.04)
    slow.run(30)
    assert BOUNDS.least <= slow.window.size <= 4 * PIECE
