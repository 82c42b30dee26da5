"""The end user's clipboard as the rest of the client sees it: a port, and what fits through it.

It knows no window toolkit: `client.ui.clipboard` is the one that is behind it in a desktop.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from broker.protocol.clipboard import MAX_CLIPBOARD_BYTES, ClipboardDirection, ClipboardProblem


class Clipboard(Protocol):
    """Called in the engine's loop, where answers and news arrive too."""

    def read(self, answer: Callable[[str | None], None]) -> None:
        """Give the text that is in it, empty without any; None when it cannot be reached."""

    def write(self, text: str, answer: Callable[[bool], None]) -> None:
        """Put a text into it, and tell whether it is there. `watch` does not tell of it."""

    def watch(self, changed: Callable[[str], None] | None) -> None:
        """Tell every text that is copied from now on; None ends that."""


class NoClipboard:
    """A computer, or a test, without one."""

    def read(self, answer: Callable[[str | None], None]) -> None:
        """There is nothing to read."""
        answer(None)

    def write(self, text: str, answer: Callable[[bool], None]) -> None:  # noqa: ARG002
        """There is nowhere to put it."""
        answer(False)

    def watch(self, changed: Callable[[str], None] | None) -> None:
        """Nothing is ever copied."""


NO_CLIPBOARD: Final = NoClipboard()


@dataclass(frozen=True, slots=True)
class ClipboardUse:
    """A text went from one clipboard to the other."""

    direction: ClipboardDirection
    characters: int
    """Unicode code points."""
    size_bytes: int
    """In UTF-8."""
    by: str = ""
    """The name of the technician whose page it went to or came from."""


def with_line_feeds(text: str) -> str:
    """Give a text with the line ends it travels with; the other side makes them its own."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def problem_of(text: str) -> ClipboardProblem | None:
    """Say why a text may not travel; None when it may."""
    if not text:
        return ClipboardProblem.EMPTY
    if len(text) > MAX_CLIPBOARD_BYTES:
        return ClipboardProblem.TOO_LARGE
    if "\0" in text:
        return ClipboardProblem.UNFIT
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return ClipboardProblem.UNFIT
    return ClipboardProblem.TOO_LARGE if size > MAX_CLIPBOARD_BYTES else None
