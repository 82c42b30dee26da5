"""What input and pointer share: may it happen, where does it land, and who is told when not."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from broker.protocol.vocabulary import Capability
from client.channels.control import RefusalReason
from client.consent import Consent
from client.errors import InputLost
from client.platform.interface import Area, Injector
from client.shield import NO_WINDOWS, OwnWindows


@dataclass(frozen=True)
class Desk:
    """The desktop as the input channels see it.

    `area` gives the shared monitor, None while there is no picture to point at; `own_windows` says
    where Handrail's windows are, which only the person at this computer may operate; `moved` hears
    where the pointer was put, as fractions of the picture; `held_back` says whether the person at
    this computer uses it now, and `is_hot_key` whether a key, with those that are held, would be
    their hot key. `takes_input` is told whether the desktop took what was injected.
    """

    injector: Injector
    consent: Callable[[], Consent]
    area: Callable[[], Area | None]
    refuse: Callable[[RefusalReason], None]
    own_windows: Callable[[], OwnWindows] = lambda: NO_WINDOWS
    clock: Callable[[], float] = time.monotonic
    """Seconds that never go back."""
    moved: Callable[[float, float], None] = lambda _x, _y: None
    held_back: Callable[[], bool] = lambda: False
    is_hot_key: Callable[[str, Iterable[str]], bool] = lambda _key, _held: False
    takes_input: Callable[[bool], None] = lambda _: None

    def admits(self) -> bool:
        """Whether input may act now; if not, the console is told why."""
        reason: RefusalReason | None = self.consent().refusal(Capability.CONTROL)
        if reason is None and self.held_back():
            reason = "local_user"
        if reason is not None:
            self.refuse(reason)
        return reason is None

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Inject in here: a desktop that takes no input is told of, and when it takes it again."""
        try:
            yield
        except InputLost:
            self.takes_input(False)
            self.refuse("unavailable")
        else:
            self.takes_input(True)

    def admits_key(self, key: str, held: Iterable[str]) -> bool:
        """Whether a key that is pressed now stays away from our own windows and the hot key."""
        if self.is_hot_key(key, held):
            self.refuse("hot_key")
            return False
        return self.admits_text()

    def admits_text(self) -> bool:
        """Whether what is typed now stays away from our own windows."""
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
