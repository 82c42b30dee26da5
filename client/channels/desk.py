"""What input and pointer share: may it happen, where does it land, and who is told when not."""

from collections.abc import Callable
from dataclasses import dataclass

from broker.protocol.vocabulary import Capability
from client.channels.control import RefusalReason
from client.consent import Consent
from client.platform.interface import Area, Injector


@dataclass(frozen=True)
class Desk:
    """The desktop as the input channels see it.

    `area` gives the shared monitor, None while there is no picture to point at.
    """

    injector: Injector
    consent: Callable[[], Consent]
    area: Callable[[], Area | None]
    refuse: Callable[[RefusalReason], None]

    def admits(self) -> bool:
        """Whether input may act now; if not, the console is told why."""
        reason = self.consent().refusal(Capability.CONTROL)
        if reason is not None:
            self.refuse(reason)
        return reason is None

    def move(self, x: float, y: float) -> bool:
        """Put the pointer at these fractions of the picture; False when there is no picture."""
        area = self.area()
        if area is None:
            self.refuse("unavailable")
            return False
        self.injector.move(*area.at(x, y))
        return True
