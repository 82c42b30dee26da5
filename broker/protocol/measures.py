"""Figures of sessions: what was measured, added up. Bodies and queries of the HTTP API.

Moments are the broker's own, from sessions and audit events. A session is counted where it began.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from broker.protocol.vocabulary import AccountId, AskedTime, ShortText, WireModel

MAX_DAYS: Final = 1100
"""Longest span that is asked for at once."""
MAX_POINTS: Final = 400
"""Most periods of one answer."""

GroupedBy = Literal["period", "technician", "group"]
Period = Literal["day", "week", "month"]
GroupKey = Annotated[str, Field(pattern=r"^grp_[0-9a-f]{32}$")]


class MeasureQuery(WireModel):
    """Which sessions, and how they are put together; the last 30 days unless it is said."""

    since: AskedTime | None = None
    until: AskedTime | None = None
    """The first moment that is not counted any more."""
    by: GroupedBy = "period"
    period: Period = "day"
    """In UTC; a week begins on Monday."""
    technician: AccountId | None = None
    group: GroupKey | None = None
    again_days: Annotated[int, Field(ge=1, le=90)] = 7
    """Another session for the same ticket or machine within so many days is a repeat."""


class Counted(WireModel):
    """How many sessions are in a state, or ended for a reason."""

    word: ShortText
    count: int


class Spread(WireModel):
    """How long something took; percentiles are of the nearest rank. None: it never happened."""

    count: int
    average_s: float | None
    p50_s: float | None
    p95_s: float | None


class Satisfaction(WireModel):
    """What end users answered, from 1 to 5."""

    count: int
    average: float | None
    steps: tuple[int, ...]
    """How many answered 1, 2, 3, 4 and 5."""


class Figures(WireModel):
    """What was measured of some sessions."""

    key: ShortText | None
    """The first day of a period, an account or a group; None: all of them, or without a group."""
    name: ShortText | None
    sessions: int
    states: tuple[Counted, ...]
    end_reasons: tuple[Counted, ...]
    wait: Spread
    """From opening the session to the end user's entering the code."""
    code_to_picture: Spread
    """From entering the code to the first connection: choosing what is allowed is in it."""
    first_response: Spread
    """From opening the session to the first connection."""
    duration: Spread
    """From the first connection to the end."""
    resolution: Spread
    """From opening the session to its end, where there was a connection."""
    transfers: int
    """How often a session was handed to another technician, or taken from the queue."""
    satisfaction: Satisfaction
    repeats: int
    """Sessions that followed another for the same ticket or machine."""
    first_contacts: int
    """Sessions with a connection, over, that followed no other."""
    first_contacts_resolved: int
    """Those of them that no other session followed."""


class Backlog(WireModel):
    """What waits now."""

    waiting: int
    """Sessions whose end user has not entered the code."""
    queued: int
    """Sessions that wait for any technician to take them."""
    oldest_queued_since: datetime | None


class Measures(WireModel):
    """The figures that were asked for, all together and in their parts."""

    since: datetime
    until: datetime
    by: GroupedBy
    again_days: int
    total: Figures
    rows: tuple[Figures, ...]
    """By period in order of time; otherwise the most sessions first, at most 400."""
    backlog: Backlog
