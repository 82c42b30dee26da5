""" "I don't trust this": an end user reports a session, and admins look at the reports.

A connection that is not to be trusted ends its session too, and admins are told in the same way.

No technician is told of a report: their console shows that the end user ended the session.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, StringConstraints

from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import (
    NOT_IN_NOTES,
    AccountId,
    PersonName,
    SessionId,
    ShortText,
    TicketId,
    WireModel,
)

MAX_REPORT_NOTE: Final = 500
"""Longest sentence that goes with a report, in characters."""

MAX_SAID: Final = 20
"""So much is kept of what one place says of one session."""

ReportToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""With it one session can be reported, from the place that it was given to."""
_UNFIT: Final = re.compile(rf"[{NOT_IN_NOTES}\ud800-\udfff]")


def _fit(note: object) -> object:
    return _UNFIT.sub("\ufffd", note) if isinstance(note, str) else note


ReportNote = Annotated[
    str,
    BeforeValidator(_fit),
    StringConstraints(
        min_length=1,
        max_length=MAX_REPORT_NOTE,
        strip_whitespace=True,
        pattern=rf"^[^{NOT_IN_NOTES}]+$",
    ),
]
"""What is unfit is shown as a \N{REPLACEMENT CHARACTER}: no reason to refuse a report."""


class ReportPlace(StrEnum):
    """Where a report came from."""

    JOIN_PAGE = "join_page"
    """From somebody who has the join code: perhaps not the end user."""
    SUPPORT_CLIENT = "support_client"
    """From the end user's own computer."""
    CONSOLE = "console"
    """From a technician's console, which found that the connection is not to be trusted."""


class ReportSession(WireModel):
    """Somebody does not trust this session. Sent again, it adds the sentence."""

    session_id: SessionId
    token: ReportToken
    """Where it comes from, too: the join page and the support client have different ones."""
    note: ReportNote | None = None


class ReportSaid(WireModel):
    """One thing that was said against a session."""

    place: ReportPlace
    source_address: str | None
    note: str | None
    said_at: datetime
    breach: TrustBreach | None
    """Why the connection is not to be trusted, when that is what was said."""


class ReportView(WireModel):
    """A reported session, for admins alone."""

    session_id: SessionId
    ticket_id: TicketId
    technician_id: AccountId
    technician_name: PersonName
    machine: ShortText | None
    reported_at: datetime
    said: tuple[ReportSaid, ...]
    """In the order in which it was said."""
    seen_at: datetime | None
    """None, too, when something was said since an admin saw it."""
    seen_by: PersonName | None


class ReportList(WireModel):
    """The newest reports, those that no admin has seen first."""

    reports: tuple[ReportView, ...]
    unseen: Annotated[int, Field(ge=0)]
    """How many no admin has seen, beyond those listed too."""
