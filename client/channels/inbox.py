"""The front door of every channel: size, form and type of a message come first."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES

M = TypeVar("M")


@dataclass
class Inbox(Generic[M]):
    """Opens the messages of one channel and counts those it refuses."""

    adapter: TypeAdapter[M]
    refused: int = field(default=0)

    def open(self, raw: str | bytes) -> M | None:
        """Give the message, or None when it is not text, too large or not of this channel."""
        if isinstance(raw, str) and _size(raw) <= MAX_CHANNEL_MESSAGE_BYTES:
            try:
                return self.adapter.validate_json(raw)
            except (ValidationError, ValueError):
                pass  # counted below: the one answer to every malformed message
        self.refused += 1
        return None


def _size(text: str) -> int:
    """Bytes of `text` in UTF-8, lone surrogates included."""
    return len(text.encode("utf-8", "surrogatepass"))
