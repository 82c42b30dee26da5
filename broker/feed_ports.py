"""What live feeds of the audit log need from the outside, as Protocols."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from broker.audit.chain import SealedEvent
from broker.audit.checkpoint import Checkpoint

FEEDS_CHANGED: Final = "feed.changed"
"""The action that tells whom the log is sent to from now on."""


@dataclass(frozen=True, slots=True)
class FeedMark:
    """Up to where a feed was taken; 0 and no time before anything was."""

    position: int = 0
    moved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One thing to send, as it is written, and its place: positions only go up."""

    position: int
    data: bytes


class FeedStore(Protocol):
    """What there is to send, and how far each feed has come."""

    async def mark(self, feed: str) -> FeedMark:
        """Give up to where a feed was taken."""
        ...

    async def move(self, feed: str, before: int, after: int, at: datetime) -> bool:
        """Move a feed's mark on; False, and nothing, when it is not at `before` any more."""
        ...

    async def records_after(
        self, position: int, most: int
    ) -> tuple[tuple[SealedEvent, str | None], ...]:
        """Give the next records in order, each with the note that it tells of."""
        ...

    async def last_change(self) -> str | None:
        """Give the fingerprint that the last record of a change of feeds holds."""
        ...

    async def last_record(self) -> int:
        """Give the sequence of the log's last record; 0 when there is none."""
        ...

    async def checkpoints_after(self, records: int, most: int) -> tuple[Checkpoint, ...]:
        """Give the next checkpoints in order, those over more than so many records."""
        ...

    async def last_checkpoint(self) -> int:
        """Give how many records the last checkpoint signs; 0 when there is none."""
        ...


class FeedSource(Protocol):
    """Things in order, ready to be sent."""

    async def after(self, position: int, most: int) -> tuple[FeedItem, ...]:
        """Give the next ones."""
        ...

    async def last(self) -> int:
        """Give the position of the last one there is; 0 when there is none."""
        ...


class FeedSender(Protocol):
    """A way to one receiver."""

    kind: str
    target: str
    """Whom it reaches, without anything secret."""
    most: int
    """So many items are sent at once at the most."""

    async def send(self, items: Sequence[FeedItem], now: datetime) -> None:
        """Send one or more items in order. DeliveryFailed unless all were taken."""
        ...
