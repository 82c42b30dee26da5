"""The pointer channel: where the pointer is now. Unordered and lossy, so the newest wins."""

from broker.protocol.channels import POINTER
from client.channels.desk import Desk
from client.channels.inbox import Inbox


class PointerChannel:
    """One peer's pointer channel."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inbox = Inbox(POINTER)
        self._newest = -1

    def receive(self, raw: str | bytes) -> None:
        """Move the pointer, unless it may not be or a later move was seen."""
        message = self._inbox.open(raw)
        if message is None:
            self._desk.refuse("invalid")
            return
        if not self._desk.admits() or message.sequence <= self._newest:
            return
        self._newest = message.sequence
        with self._desk.acting():
            self._desk.move(message.x, message.y)
