"""The guide channel: what the technician shows. It needs the right to see the screen, no more."""

from collections.abc import Callable
from typing import Final

from broker.protocol.guide import GUIDE, GuideClear, GuidePoint
from broker.protocol.vocabulary import Capability
from client.channels.budget import Budget
from client.channels.control import RefusalReason
from client.channels.inbox import Inbox
from client.consent import Consent
from client.guide import Guide

SHAPES_PER_S: Final = 20.0
"""Messages a second that are looked at, in the long run; a console sends a growing stroke 10 times
a second."""
BURST: Final = 40.0
"""Messages that are looked at in a row."""


class GuideChannel:
    """One peer's guide channel, and its pointer, which comes over the pointer channel."""

    def __init__(
        self,
        guide: Guide,
        consent: Callable[[], Consent],
        refuse: Callable[[RefusalReason], None],
        clock: Callable[[], float],
    ) -> None:
        self._guide = guide
        self._consent = consent
        self._refuse = refuse
        self._inbox = Inbox(GUIDE)
        self._budget = Budget(SHAPES_PER_S, BURST, clock)
        self._newest = -1

    def receive(self, raw: str | bytes) -> None:
        """Show or clear, if the end user shows the screen now and it is not too much."""
        if not self._admits() or not self._budget.take():
            return
        message = self._inbox.open(raw)
        if message is None:
            self._refuse("invalid")
        elif isinstance(message, GuideClear):
            self._guide.clear()
        else:
            self._guide.draw(message)

    def point(self, message: GuidePoint) -> None:
        """Show the pointer, unless it may not be or a later one was seen."""
        if self._admits() and message.sequence > self._newest:
            self._newest = message.sequence
            self._guide.point(message.x, message.y)

    def rights_changed(self) -> None:
        """Take away at once what may not be shown any more."""
        consent = self._consent()
        if not consent.allows(Capability.VIEW):
            self._guide.clear()
        elif not consent.allows(Capability.CONTROL):
            self._guide.forget_moves()

    def close(self) -> None:
        """The console is gone, and all that it showed with it."""
        self._guide.clear()

    def _admits(self) -> bool:
        reason = self._consent().refusal(Capability.VIEW)
        if reason is not None:
            self._refuse(reason)
        return reason is None
