"""The one question that the end user is asked when a session is over: how was it?

It needs no account: the support client that joined answers with the token of its receipt, once.
"""

from typing import Annotated, Final

from pydantic import Field

from broker.protocol.reports import ReportNote
from broker.protocol.vocabulary import WireModel

RATE_WITHIN_S: Final = 3600
"""So long after the session's end it may be rated."""

BEST: Final = 5
"""Steps go from 1, very bad, to this, very good."""

Steps = Annotated[int, Field(ge=1, le=BEST)]


class RateSession(WireModel):
    """How satisfied the end user is. Sent again, it changes nothing: the first answer counts."""

    steps: Steps
    comment: ReportNote | None = None
