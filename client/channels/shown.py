"""The shown channel: the console tells which frame of the video it shows."""

import time
from collections.abc import Callable

from broker.protocol.channels import SHOWN
from client.channels.inbox import Inbox
from client.path.path import Path


class ShownChannel:
    """One peer's shown channel; it is never spoken on from here."""

    def __init__(self, path: Path, made_room: Callable[[], None]) -> None:
        self._path = path
        self._made_room = made_room
        self._inbox = Inbox(SHOWN)

    def receive(self, raw: str | bytes) -> None:
        """Let the path know of a frame that is shown."""
        message = self._inbox.open(raw)
        if message is not None:
            held_s = message.held_ms / 1000
            self._path.video_shown(message.timestamp, held_s, time.monotonic())
            self._made_room()
