"""What measures need from the outside, as Protocols."""

from datetime import datetime
from typing import Protocol

from broker.audit.event import AuditEvent


class RatingStore(Protocol):
    """How satisfied end users were; the audit log holds what they said beside it."""

    async def rate(
        self, session_id: str, steps: int, rated_at: datetime, event: AuditEvent
    ) -> None:
        """Store the answer to a session's question. Conflict when there is one already."""
        ...
