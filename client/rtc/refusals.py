"""Tells of refused messages without filling the log, however many the other side sends."""

from collections.abc import Callable
from typing import Any, Final

import structlog

log = structlog.get_logger()

TOLD_EVERY_S: Final = 60.0


class RefusalLog:
    """Logs the first refusal, then at most once a minute how many there were since.

    `clock` gives monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told_at: float | None = None
        self._count = 0

    def refused(self, **why: Any) -> None:
        """One more was refused; `why` is logged when it is told of."""
        self._count += 1
        now = self._clock()
        if self._told_at is None or now - self._told_at >= TOLD_EVERY_S:
            log.warning("channel_message_refused", count=self._count, **why)
            self._told_at, self._count = now, 0
