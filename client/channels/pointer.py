"""The pointer channel: where the pointer is now. Unordered and lossy, so the newest wins."""

from collections.abc import Callable

from broker.protocol.channels import POINTER
from broker.protocol.guide import GuidePoint
from client.channels.desk import Desk
from client.channels.inbox import Inbox
from client.errors import InputLost


class PointerChannel:
    """One peer's pointer channel."""

    def __init__(self, desk: Desk, guide: Callable[[GuidePoint], None] = lambda _: None) -> None:
        self._desk = desk
        self._guide = guide
        self._inbox = Inbox(POINTER)
        self._newest = -1

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
        try:
            self._desk.move(message.x, message.y)
        except InputLost:
            self._desk.refuse("unavailable")
