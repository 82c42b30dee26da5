"""What input and pointer share: may it happen, where does it land, and who is told when not."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from broker.protocol.vocabulary import Capability
from client.channels.control import RefusalReason
from client.consent import Consent
from client.platform.interface import Area, Injector
from client.shield import NO_WINDOWS, OwnWindows


@dataclass(frozen=True)
class Desk:
    """The desktop as the input channels see it.

    `area` gives the shared monitor, None while there is no picture to point at; `own_windows` says
    where Handrail's windows are, which only the person at this computer may operate; `moved` hears
    where the pointer was put, as fractions of the picture.
    """

    injector: Injector
    consent: Callable[[], Consent]
    area: Callable[[], Area | None]
    refuse: Callable[[RefusalReason], None]
    own_windows: Callable[[], OwnWindows] = lambda: NO_WINDOWS
    clock: Callable[[], float] = time.monotonic
    """Seconds that never go back."""
    moved: Callable[[float, float], None] = lambda _x, _y: None

    def admits(self) -> bool:
        """Whether input may act now; if not, the console is told why."""
        reason = self.consent().refusal(Capability.CONTROL)
        if reason is not None:
            self.refuse(reason)
        return reason is None

    def admits_key(self) -> bool:
        """Whether a key that is pressed now stays away from our own windows."""
        windows = self.own_windows()
        if windows.take_keys(self.injector.keys_reach(windows.ids)):
            self.refuse("own_window")
            return False
        return True

    def move(self, x: float, y: float) -> bool:
        """Put the pointer at these fractions of the picture; False when there is no picture."""
        place = self._place(x, y)
        if place is not None:
            self.injector.move(*place)
            self.moved(x, y)
        return place is not None

    def point(self, x: float, y: float) -> bool:
        """The same, for something to be pressed there: False over one of our own windows too."""
        place = self._place(x, y)
        if place is None:
            return False
        if self.own_windows().take_click(*place):
            self.refuse("own_window")
            return False
        self.injector.move(*place)
        self.moved(x, y)
        return True

    def _place(self, x: float, y: float) -> tuple[int, int] | None:
        area = self.area()
        if area is None:
            self.refuse("unavailable")
            return None
        return area.at(x, y)
