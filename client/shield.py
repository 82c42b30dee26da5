"""Where Handrail's own windows are: what a technician sends must never operate them.

The windows publish, in their thread; the channels ask, in the event loop's. Nothing here knows how
windows are made or input is injected.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from client.capture.region import Rect


@dataclass(frozen=True, slots=True)
class OwnWindows:
    """Our windows at one moment; rectangles are physical pixels of the desktop, frames included.

    `ids` are their native ones. `have_keyboard` is what the toolkit believes, for systems that
    cannot be asked where keys go. `unsettled` means that one has just appeared, so that its place
    and the keyboard are not settled yet, or that a menu of ours takes everything.
    """

    ids: frozenset[int] = frozenset()
    rects: tuple[Rect, ...] = ()
    have_keyboard: bool = False
    unsettled: bool = False

    def take_keys(self, reached: bool | None = None) -> bool:
        """Whether a key that is pressed now may reach one; `reached` is what the system says."""
        return self.unsettled or (self.have_keyboard if reached is None else reached)

    def take_click(self, x: int, y: int) -> bool:
        """Whether a button that is pressed at this pixel may reach one of them."""
        return self.unsettled or any(
            rect.left <= x < rect.right and rect.top <= y < rect.bottom for rect in self.rects
        )


NO_WINDOWS: Final = OwnWindows()


class Shield:
    """Hands what one thread publishes to another. `changed` is called in the publisher's thread."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._windows = NO_WINDOWS
        self._changed = changed

    @property
    def windows(self) -> OwnWindows:
        """The windows as last published; from any thread."""
        return self._windows

    def publish(self, windows: OwnWindows) -> None:
        """Say where our windows are now."""
        if windows != self._windows:
            self._windows = windows
            self._changed()
