"""Tells the broker how much went through the clipboard: at once, or summed when it is often.

Sizes alone: what was in it is not even known here.
"""

from collections.abc import Callable
from typing import Final

from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.signaling import ClipboardUsed
from client.channels.budget import Budget
from client.clipboard import ClipboardUse

REPORTS_AT_ONCE: Final = 5
SECONDS_A_REPORT: Final = 10.0
"""So many reports go out at once, then one in this time with the sum of what happened."""


class ClipboardAccount:
    """Sums uses. `flush` is called some time after it owes, and before the session is over."""

    def __init__(self, send: Callable[[ClipboardUsed], None], clock: Callable[[], float]) -> None:
        self._send = send
        self._budget = Budget(1 / SECONDS_A_REPORT, REPORTS_AT_ONCE, clock)
        self._sums: dict[ClipboardDirection, ClipboardUsed] = {}

    @property
    def owes(self) -> bool:
        """Whether something was not told yet."""
        return bool(self._sums)

    def add(self, use: ClipboardUse) -> None:
        """Count a use, and tell it if one may be told now."""
        known = self._sums.get(use.direction)
        self._sums[use.direction] = ClipboardUsed(
            direction=use.direction,
            transfers=1 + (known.transfers if known else 0),
            characters=use.characters + (known.characters if known else 0),
            bytes=use.size_bytes + (known.bytes if known else 0),
        )
        if self._budget.take():
            self.flush()

    def flush(self) -> None:
        """Tell everything that was not told yet."""
        owed, self._sums = self._sums, {}
        for message in owed.values():
            self._send(message)
