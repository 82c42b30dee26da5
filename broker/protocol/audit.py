"""Bodies and queries of the HTTP API for whoever reads the audit log."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.rest import AuditEventView, Cursor, PageSize
from broker.protocol.vocabulary import NOT_IN_NAMES, AskedTime, SessionId, TicketId, WireModel

MAX_ACTIONS: Final = 20
_ACTION: Final = r"[a-z_]+(\.[a-z_]+)+"

SearchText = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=200, strip_whitespace=True, pattern=rf"^[^{NOT_IN_NAMES}]+$"
    ),
]
ActionList = Annotated[
    str,
    StringConstraints(max_length=1000, pattern=rf"^{_ACTION}(,{_ACTION}){{0,{MAX_ACTIONS - 1}}}$"),
]
"""Actions with commas between them: any of these."""


class AuditSelection(WireModel):
    """Which records are asked for; all of it has to hold.

    A session's records are all found by what any of them says of people.
    """

    ticket: TicketId | None = None
    session: SessionId | None = None
    technician: SearchText | None = None
    """An account's id, or words of a name or email."""
    end_user: SearchText | None = None
    """Words of the end user's machine or name, or their address."""
    machine: SearchText | None = None
    address: SearchText | None = None
    """An IP address, or a network of the sizes /24, /16, /64 or /48."""
    file: SearchText | None = None
    """Words of a file's name, or its SHA-256."""
    action: ActionList | None = None
    outcome: Literal["success", "refused", "failure"] | None = None
    since: AskedTime | None = None
    until: AskedTime | None = None
    """The first moment that is not asked for any more."""
    text: SearchText | None = None
    """Beginnings of words of a note: found are the records of such notes."""


class AuditSearchQuery(AuditSelection):
    """A page of what is asked for."""

    cursor: Cursor | None = None
    limit: PageSize = 50


class AuditExportQuery(AuditSelection):
    """What is exported, and how it is written."""

    format: Literal["jsonl", "csv", "ecs", "cef"] = "jsonl"


class AuditRecordView(AuditEventView):
    """A record as whoever reads the log sees it."""

    erased: bool
    """Whether what it said of people is gone."""
    note: str | None
    """What was noted, when the record tells of a note."""


class AuditRecordList(WireModel):
    """A page of records, newest first.

    With fewer records than asked for and a `next_cursor`, the search has not come to its end: ask
    on. `next_cursor` is null when there is nothing older.
    """

    records: tuple[AuditRecordView, ...]
    next_cursor: str | None
    unindexed: Annotated[int, Field(ge=0)]
    """Records that cannot be found by words about people so far."""
