"""How long a session may last, as the broker said when it began. Pure.

The broker ends it itself; this holds where the broker is away and a peer connection still stands.
"""

from typing import Final

from broker.protocol.vocabulary import EndReason
from client import events as on

SLACK_S: Final = 5.0
"""The broker's own word comes first where it can."""


class TimeLimit:
    """The limit of one session after another, by this program's own clock (monotonic seconds)."""

    def __init__(self) -> None:
        self._left_s: float | None = None
        self._ends_at: float | None = None

    def begin(self, left_s: int | None) -> None:
        """Begin a session that may last so much longer; None: no broker has said."""
        self._left_s = None if left_s is None else left_s + SLACK_S
        self._ends_at = None

    def next_moment(self, now: float) -> float | None:
        """When `on.TimePassed` is due; the clock runs from the first time this is asked."""
        if self._ends_at is None and self._left_s is not None:
            self._ends_at = now + self._left_s
        return self._ends_at if self._ends_at is not None and self._ends_at > now else None

    def refine(self, event: on.Event) -> on.Event:
        """Name the case at hand: time that is over ends the session, as the broker would."""
        ends_at = self._ends_at
        if isinstance(event, on.TimePassed) and ends_at is not None and ends_at <= event.now:
            return on.EndedByBroker(EndReason.SESSION_TIME_LIMIT)
        return event
