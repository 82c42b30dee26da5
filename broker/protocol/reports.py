""" "I don't trust this": an end user reports a session, and admins look at the reports.

No technician is told of a report: their console shows that the end user ended the session.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import (
    NOT_IN_TEXTS,
    AccountId,
    PersonName,
    SessionId,
    ShortText,
    TicketId,
    WireModel,
)

MAX_REPORT_NOTE: Final = 500
"""Longest sentence that goes with a report, in characters."""

ReportToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""Given to whoever knows the join code of a session: with it that session can be reported."""
ReportNote = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=MAX_REPORT_NOTE,
        strip_whitespace=True,
        pattern=rf"^[^{NOT_IN_TEXTS}]+$",
    ),
]


class ReportPlace(StrEnum):
    """Where the end user was when they reported."""

    JOIN_PAGE = "join_page"
    SUPPORT_CLIENT = "support_client"


class ReportSession(WireModel):
    """The end user does not trust this session. Sent again, it adds the sentence."""

    session_id: SessionId
    token: ReportToken
    place: ReportPlace
    note: ReportNote | None = None


class ReportView(WireModel):
    """A reported session, for admins alone."""

    session_id: SessionId
    ticket_id: TicketId
    technician_id: AccountId
    technician_name: PersonName
    machine: ShortText | None
    source_address: str | None
    """Where the report came from."""
    place: ReportPlace
    note: str | None
    reported_at: datetime
    seen_at: datetime | None
    seen_by: PersonName | None


class ReportList(WireModel):
    """The newest reports, those that no admin has seen first."""

    reports: tuple[ReportView, ...]
    unseen: Annotated[int, Field(ge=0)]
    """How many no admin has seen, beyond those listed too."""
