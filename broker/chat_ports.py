"""What the chat needs from the outside, as Protocols: canned replies, and kept transcripts.

Every write takes the audit event that goes with it, as in `broker.ports`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.protocol.transcripts import TranscriptLine


@dataclass(frozen=True, slots=True)
class Reply:
    """A canned reply. `version` goes up by one with every change."""

    reply_id: str
    title: str
    text: str
    version: int
    changed_by: str
    changed_at: datetime


class ReplyStore(Protocol):
    """The canned replies of this broker."""

    async def all(self) -> tuple[Reply, ...]:
        """Give every reply, by title."""
        ...

    async def create(self, reply: Reply, most: int, event: AuditEvent) -> None:
        """Store a new reply. Conflict when there are `most` already."""
        ...

    async def change(self, reply: Reply, event: AuditEvent) -> None:
        """Store the next version of a reply. NotFound; Conflict when it is not the next one."""
        ...

    async def delete(self, reply_id: str, event: AuditEvent) -> None:
        """Take a reply away; nothing, and no event, when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """That a session's transcript is kept, since when, and how long it is."""

    kept_at: datetime
    line_count: int


class TranscriptStore(Protocol):
    """The transcripts that end users agreed to keep."""

    async def keep(
        self,
        session_id: str,
        kept_at: datetime,
        lines: tuple[TranscriptLine, ...],
        event: AuditEvent,
    ) -> None:
        """Store a whole transcript. Conflict when there is one already."""
        ...

    async def kept(self, session_id: str) -> Kept | None:
        """Tell of a session's transcript, or None."""
        ...

    async def lines(self, session_id: str, after: int, limit: int) -> tuple[TranscriptLine, ...]:
        """Give lines with a number above `after`, in order."""
        ...

    async def delete(self, session_id: str, event: AuditEvent) -> None:
        """Take a transcript away. NotFound when there is none."""
        ...
