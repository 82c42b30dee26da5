"""What happened in a session and could not be stored yet: kept in order until it can be."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from broker.audit.event import BROKER
from broker.protocol.signaling import AuditState
from broker.protocol.vocabulary import EndReason
from broker.session import events as ev

UNRECORDED_S: Final = 45
"""A session that nothing can be recorded of ends after so many seconds. With the time until that is
noticed (`log_watch.LOOK_S`, and a database that takes its time to answer) it is a minute."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event, the moment at which it happened, and what is to be done once it is stored."""

    event: ev.Event
    at: datetime
    before_effects: Callable[[], None] | None


@dataclass(slots=True)
class Unrecorded:
    """One session's, while its log fails."""

    waiting: list[Happened] = field(default_factory=list)
    fails: bool = False
    """Whether the log does so now."""
    since: datetime | None = None
    """When that was found; it stands until the log works and nothing waits."""

    def begin(self, now: datetime) -> bool:
        """Note that the log fails; False when that was known."""
        if self.since is not None:
            return False
        self.since = now
        return True

    def is_over(self) -> bool:
        """Note that nothing waits any more; whether the log works again by that."""
        if self.since is None or self.fails:
            return False
        self.since = None
        return True

    @property
    def deadline(self) -> tuple[datetime, ev.Event] | None:
        """When the session has to end if the log still fails then, and with which event."""
        if self.since is None:
            return None
        end = ev.TimeRanOut(BROKER, EndReason.AUDIT_UNAVAILABLE)
        return self.since + timedelta(seconds=UNRECORDED_S), end

    def state(self, now: datetime) -> AuditState:
        """Give what both sides are told."""
        due = self.deadline
        left = None if due is None else max(0, round((due[0] - now).total_seconds()))
        return AuditState(ends_in_s=left)
