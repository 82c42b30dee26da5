"""Bodies of the HTTP API about live feeds of the audit log."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from broker.protocol.vocabulary import WireModel


class FeedView(WireModel):
    """One receiver, and how far it has come."""

    kind: str
    """`webhook`, `syslog` or `witness`."""
    target: str
    """The receiver's host."""
    delivered: Annotated[int, Field(ge=0)]
    """The sequence of the last record that was taken; of a witness, how many records the last
    checkpoint signs that was taken."""
    delivered_at: datetime | None
    behind: Annotated[int, Field(ge=0)]
    """So many records are still to come."""
    problem: str | None
    """What is wrong and what to do about it; null while all is well."""
    failing_since: datetime | None
    next_try_at: datetime | None


class FeedList(WireModel):
    """Every feed that is set."""

    feeds: tuple[FeedView, ...]
