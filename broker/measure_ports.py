"""What measures need from the outside, as Protocols: answers of end users, and figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.protocol.measures import Figures, GroupedBy, Period


class RatingStore(Protocol):
    """How satisfied end users were; the audit log holds what they said beside it."""

    async def rate(
        self, session_id: str, steps: int, rated_at: datetime, event: AuditEvent
    ) -> None:
        """Store the answer to a session's question. Conflict when there is one already."""
        ...


@dataclass(frozen=True, slots=True)
class Measured:
    """Which sessions are added up: those that were opened in this time."""

    since: datetime
    until: datetime
    again_days: int
    technician_id: str | None = None
    group_id: str | None = None
    team: frozenset[str] | None = None
    """Only sessions of one of these groups; None: all."""
    period: Period = "day"


class MeasureStore(Protocol):
    """Adds up; what it gives is as long as there are parts, whatever the number of sessions."""

    async def figures(self, which: Measured, by: GroupedBy | None) -> tuple[Figures, ...]:
        """Give the figures of each part, or of all together (one, even of no session)."""
        ...
