"""The pointer channel: where the pointer is now. Unordered and lossy, so the newest wins."""

from collections.abc import Callable
from typing import Final

from broker.protocol.channels import POINTER, PointerMove
from broker.protocol.guide import GuidePoint
from client.channels.budget import Budget
from client.channels.desk import Desk
from client.channels.inbox import Inbox

MOST_MOVES_A_SECOND: Final = 300
"""A console tells of one move a frame of its display; of what exceeds this, the newest counts."""


class PointerChannel:
    """One peer's pointer channel."""

    def __init__(self, desk: Desk, guide: Callable[[GuidePoint], None] = lambda _: None) -> None:
        self._desk = desk
        self._guide = guide
        self._inbox = Inbox(POINTER)
        self._newest = -1
        self._budget = Budget(MOST_MOVES_A_SECOND, MOST_MOVES_A_SECOND, desk.clock)
        self._late: PointerMove | None = None

    def receive(self, raw: str | bytes) -> None:
        """Move the pointer, unless it may not be or a later move was seen."""
        message = self._inbox.open(raw)
        if message is None:
            self._desk.refuse("invalid")
            return
        if isinstance(message, GuidePoint):
            self._guide(message)
            return
        if not self._desk.admits() or message.sequence <= self._newest:
            return
        self._newest = message.sequence
        if self._budget.take():
            self._move(message)
        else:
            self._late = message

    def catch_up(self) -> None:
        """Make the newest move, if it was one too many when it came."""
        late = self._late
        if late is not None and self._desk.admits():
            self._move(late)
        self._late = None

    def forget(self) -> None:
        """Drop a move that waits: something newer says where the pointer is."""
        self._late = None

    def _move(self, message: PointerMove) -> None:
        self._late = None
        with self._desk.acting():
            self._desk.move(message.x, message.y)
