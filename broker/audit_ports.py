"""What readers of the audit log need from the outside, as Protocols: its index and its search."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from broker.audit.chain import SealedEvent
from broker.audit.event import Outcome
from broker.audit.terms import TermField
from broker.protocol.saved_filters import SavedFilters


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which records are asked for. All of it has to hold; what is empty asks for nothing."""

    ticket_id: str | None = None
    session_id: str | None = None
    actions: tuple[str, ...] = ()
    """Any of these."""
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is not asked for any more."""
    words: tuple[tuple[TermField, str], ...] = ()
    """Words about people, as `broker.audit.terms` has them. A session's records are all found by
    what any of them says, so that one may ask which files went to a machine."""
    note_words: tuple[str, ...] = ()
    """Beginnings of words of a note: found are the records of such notes."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Records, newest first."""

    records: tuple[SealedEvent, ...]
    notes: dict[int, str] = field(default_factory=dict)
    """What was noted, by the sequence of the record that tells of the note."""
    next_before: int | None = None
    """Ask on with it; None when there is nothing older. A page with fewer records than asked for
    and more to come is one whose time was over."""


class SavedFilterStore(Protocol):
    """Filters that people keep in their accounts."""

    async def of(self, account_id: str) -> SavedFilters:
        """Give what an account keeps."""
        ...

    async def keep(self, account_id: str, filters: SavedFilters) -> None:
        """Keep these in place of those that there were."""
        ...


class AuditSearch(Protocol):
    """Finds records by what they say."""

    async def page(self, query: AuditQuery, before: int | None, limit: int) -> AuditPage:
        """Give the newest records that fit, those below the sequence `before` when there is one."""
        ...


class AuditIndex(Protocol):
    """What the search finds words about people with; it follows the log."""

    async def follow(self, most: int) -> int:
        """Take up to `most` more records in, and give how many are still to come."""
        ...
