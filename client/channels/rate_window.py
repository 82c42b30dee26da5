"""A window for bulk: as much as the line brings in its fastest round trip, and a little more.

`Window` takes every late acknowledgement for a queue on the line. A file fills whatever it is
given, so its pieces also wait behind SCTP's congestion window, which grows with what is sent:
such a window shrinks before the other has grown. This one follows the rate at which bytes arrive
(as BBR does, draft-cardwell-iccrg-bbr-congestion-control) and holds half a round trip more of it
than the line does: `late_s` at most, a quarter of that at least. Nothing waits longer than that
behind a file, whatever the rate is.
"""

from collections import deque
from typing import Final

from client.channels.window import Bounds, Window

ROUND_S: Final = 0.02
"""A rate is taken over a round trip, and no shorter time than this."""
ROUNDS: Final = 8
"""The best of so many counts: in some there was nothing to send."""
QUEUE_S: Final = 0.1
"""Behind so much of a queue, what arrives is what the line brings now, and nothing else is."""
LEAST_GROWTH: Final = 1.25
"""Beyond what the line held, so that a long line is filled in time, too."""
REMEMBERED_S: Final = 10.0
"""When the fastest time was not seen again for so long, what is under way is halved for a round
trip: the window's own queue would be taken for the line's length."""


class RateWindow(Window):
    """Like `Window`, but sized by the rate at which bytes arrive."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(bounds)
        self._rates: deque[float] = deque(maxlen=ROUNDS)
        self._round: tuple[float, int] | None = None
        self._heard_at = 0.0
        self._fastest_at = 0.0
        self._drained_at = 0.0

    def sent(self, total: int, now: float) -> None:
        """Everything up to this many bytes has left. What nobody sent says nothing of the line."""
        if not self._under_way and now - self._heard_at > ROUND_S:
            self._round = None
        super().sent(total, now)

    def _adapt(self, took: float, gained: int, now: float) -> None:
        self._heard_at = now
        self._remember(took, now)
        if self._round is None:
            self._round = (now, self._acknowledged)
        elif now - self._round[0] >= max(took, ROUND_S):
            began, total = self._round
            if took > self._fastest + QUEUE_S:
                self._rates.clear()
            self._rates.append((self._acknowledged - total) / (now - began))
            self._round = (now, self._acknowledged)
        wanted = self._wanted(now) if self._rates else self.size + gained
        self.size = max(self._bounds.least, min(self._bounds.most, wanted))

    def _remember(self, took: float, now: float) -> None:
        if took <= self._fastest:
            self._fastest, self._fastest_at = took, now
        elif now - self._fastest_at > REMEMBERED_S:
            self._drained_at = now + took
            self._fastest, self._fastest_at = took, now

    def _wanted(self, now: float) -> int:
        rate = max(self._rates)
        if now < self._drained_at:
            return int(rate * self._fastest / 2)
        most = self._bounds.late_s
        late = min(most, max(most / 4, self._fastest / 2))
        span = max(self._fastest + late, self._fastest * LEAST_GROWTH)
        return int(rate * span) + self._bounds.least // 2  # a piece more, or it could not grow
