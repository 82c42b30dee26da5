"""The files channel: what one peer says of files, and the pieces of them."""

from collections.abc import Callable
from typing import Final

from broker.protocol.files import CONSOLE_FILES, ClientFileMessage, unpack_chunk
from client.channels.inbox import Inbox
from client.files.desk import FileDesk

Send = Callable[[str | bytes], bool]
MOST_REFUSED: Final = 100
"""A console that says so much that makes no sense is not heard any more."""


class FilesChannel:
    """One peer's files channel; what it says goes to the session's desk."""

    def __init__(self, desk: FileDesk, send: Send) -> None:
        self._desk = desk
        self._send = send
        self._inbox = Inbox(CONSOLE_FILES)
        desk.attach(self)

    def receive(self, raw: str | bytes) -> None:
        """Take a message, or a piece of a file."""
        if self._inbox.refused > MOST_REFUSED:
            return
        if isinstance(raw, bytes):
            self._chunk(raw)
            return
        message = self._inbox.open(raw)
        if message is not None:
            self._desk.hear(message)

    def close(self) -> None:
        """Let go; what was on its way waits for another connection."""
        self._desk.detach(self)

    def say(self, message: ClientFileMessage) -> bool:
        """Send a message; False when the channel is not open."""
        return self._send(message.model_dump_json())

    def send_chunk(self, chunk: bytes) -> bool:
        """Send a piece of a file; False when the channel is not open."""
        return self._send(chunk)

    def _chunk(self, raw: bytes) -> None:
        try:
            piece = unpack_chunk(raw)
        except ValueError:
            self._inbox.refused += 1
        else:
            self._desk.chunk(*piece)
