"""Where reports of sessions that end users did not trust are kept, as a Protocol."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.protocol.reports import ReportPlace
from broker.protocol.trust import TrustBreach
from broker.session.facts import Session


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said against a session."""

    place: ReportPlace
    source_address: str | None
    note: str | None
    """The sentence, if there was one."""
    said_at: datetime
    breach: TrustBreach | None = None
    """Why the connection is not to be trusted, when that is what was said."""


@dataclass(frozen=True, slots=True)
class Report:
    """A session that its end user does not trust."""

    session_id: str
    ticket_id: str
    technician_id: str
    technician_name: str
    machine: str | None
    reported_at: datetime
    seen_at: datetime | None = None
    seen_by: str | None = None
    """The name of the admin who saw it first, with all that was said by then."""
    said: tuple[Said, ...] = ()
    """In the order in which it was said."""

    @classmethod
    def against(cls, session: Session, at: datetime) -> "Report":
        """Begin one: whose session it is, as it stands at this moment."""
        return cls(
            session.session_id,
            session.ticket_id,
            session.technician_id,
            session.technician_name,
            session.machine,
            at,
        )


class ReportStore(Protocol):
    """The reports of all sessions, one a session."""

    async def file(self, report: Report, said: Said, event: AuditEvent) -> bool:
        """Store a report, or add to the one there is, which nobody has seen then.

        False: it told nothing new, or that place has said `MAX_SAID` things already. What was said
        before is new once somebody has seen the report: it may be another who says it.
        """
        ...

    async def get(self, session_id: str) -> Report | None:
        """Give the report of a session, or None."""
        ...

    async def newest(self, limit: int) -> tuple[Report, ...]:
        """Give the last reports, those that nobody has seen first, then the newest."""
        ...

    async def unseen(self) -> int:
        """Count those that nobody has seen."""
        ...

    async def see(self, session_id: str, by: str, now: datetime, event: AuditEvent) -> None:
        """Note that somebody has seen a report; nothing when somebody had, or there is none."""
        ...
