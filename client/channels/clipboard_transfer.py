"""One text on its way over the clipboard channel, in either direction. It asks nobody's consent.

What comes in never holds more than was announced, and nothing is announced beyond
`MAX_CLIPBOARD_BYTES`.
"""

import hashlib
from collections.abc import Iterator

from broker.protocol.clipboard import (
    CLIPBOARD_PART_LENGTH,
    CLIPBOARD_WINDOW,
    MAX_CLIPBOARD_BYTES,
    ClipboardBegin,
    ClipboardEnd,
    ClipboardPart,
    ClipboardProblem,
)
from client.clipboard import problem_of, with_line_feeds


class Incoming:
    """A text that the console sends."""

    def __init__(self, begin: ClipboardBegin) -> None:
        self.id = begin.id
        self._announced = begin
        self._parts: list[str] = []
        self._size = 0
        self.problem: ClipboardProblem | None = None
        if begin.size_bytes > MAX_CLIPBOARD_BYTES:
            self.problem = ClipboardProblem.TOO_LARGE
        elif begin.size_bytes == 0:
            self.problem = ClipboardProblem.EMPTY

    @property
    def parts(self) -> int:
        """How many parts have come."""
        return len(self._parts)

    def add(self, text: str) -> None:
        """Take the next part; `problem` is set when it is more than was announced."""
        self._size += len(text.encode())
        if self._size > self._announced.size_bytes:
            self._parts.clear()
            self.problem = ClipboardProblem.DAMAGED
        else:
            self._parts.append(text)

    def whole(self) -> str | ClipboardProblem:
        """Give the text, or what is wrong with it."""
        text = "".join(self._parts)
        if self._size != self._announced.size_bytes or not self._hash_fits(text):
            return ClipboardProblem.DAMAGED
        text = with_line_feeds(text)
        return problem_of(text) or text

    def _hash_fits(self, text: str) -> bool:
        announced = self._announced.sha256
        return announced in (None, hashlib.sha256(text.encode()).hexdigest())


class Outgoing:
    """A text that goes to the console, `CLIPBOARD_WINDOW` parts at a time."""

    def __init__(self, transfer_id: str, text: str) -> None:
        encoded = text.encode()
        self.id = transfer_id
        self.characters = len(text)
        self.size_bytes = len(encoded)
        self.begin = ClipboardBegin(
            id=transfer_id,
            size_bytes=self.size_bytes,
            sha256=hashlib.sha256(encoded).hexdigest(),
        )
        self._text = text
        self._sent = 0
        self._got = 0
        self.is_over = False

    def due(self) -> Iterator[ClipboardPart | ClipboardEnd]:
        """Give what may be sent now; the end comes with the last part."""
        while not self.is_over and self._sent - self._got < CLIPBOARD_WINDOW:
            at = self._sent * CLIPBOARD_PART_LENGTH
            self._sent += 1
            yield ClipboardPart(id=self.id, text=self._text[at : at + CLIPBOARD_PART_LENGTH])
            if at + CLIPBOARD_PART_LENGTH >= self.characters:
                self.is_over = True
                yield ClipboardEnd(id=self.id)

    def got(self, parts: int) -> None:
        """So many parts have come; more than were sent is nothing that can be known."""
        self._got = max(self._got, min(parts, self._sent))
