"""Tells the broker how many lines each side has said: numbers alone, for the audit log."""

from collections.abc import Callable
from typing import Final

from broker.protocol.chat import ChatCounted, ChatMessage
from client.channels.budget import Budget
from client.chat import Conversation

REPORTS_AT_ONCE: Final = 10
SECONDS_A_REPORT: Final = 1.0
"""So many reports go out at once, then one in this time."""


class ChatAccount:
    """A hearer of a conversation. `later` calls something after SECONDS_A_REPORT."""

    def __init__(
        self,
        conversation: Conversation,
        send: Callable[[ChatCounted], None],
        clock: Callable[[], float],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._transcript = conversation.transcript
        self._send = send
        self._later = later
        self._budget = Budget(1 / SECONDS_A_REPORT, REPORTS_AT_ONCE, clock)
        self._owes = False
        self.close = conversation.listen(self)
        """Count no more."""

    def line_added(self, _: ChatMessage) -> None:
        """Count it, and tell at once if that may be."""
        if self._budget.take():
            self._tell()
        elif not self._owes:
            self._owes = True
            self._later(self.flush)

    def state_changed(self) -> None:
        """Nothing is counted of it."""

    def end_user_types(self) -> None:
        """Nothing is counted of it."""

    def flush(self) -> None:
        """Tell what was not told yet."""
        if self._owes:
            self._tell()

    def repeat(self) -> None:
        """Tell a broker that may have forgotten."""
        if self._transcript.last:
            self._tell()

    def _tell(self) -> None:
        self._owes = False
        self._send(self._transcript.counts)
