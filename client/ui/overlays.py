"""What the technicians show: each has an overlay, so that one never clears another's."""

from PySide6.QtCore import QObject, QRect, Signal

from client.guide import NOTHING, Drawing, Hand
from client.platform.interface import Area
from client.ui.overlay import Overlay


class Overlays(QObject):
    """One overlay for each technician who shows something or has done so."""

    guided = Signal()
    """A technician points at something for the first time."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[Hand, Overlay] = {}
        self._windows: list[QRect] = []

    def show_drawings(self, drawings: tuple[Drawing, ...], area: Area | None) -> None:
        """Show all of this on this part of the desktop; whoever is not among it shows nothing."""
        wanted = {drawing.hand: drawing for drawing in drawings}
        for hand in wanted:
            if hand not in self._of:
                self._of[hand] = self._make(hand)
        for hand, overlay in self._of.items():
            overlay.show_drawing(wanted.get(hand, NOTHING), area)

    def keep_off(self, windows: list[QRect]) -> None:
        """Never cover our own windows: what they ask, and how to stop, stays readable."""
        self._windows = windows
        for overlay in self._of.values():
            overlay.keep_off(windows)

    def retire(self) -> None:
        """Take everything away."""
        for overlay in self._of.values():
            overlay.retire()

    def _make(self, hand: Hand) -> Overlay:
        overlay = Overlay(hand)
        overlay.setParent(self)
        overlay.keep_off(self._windows)
        overlay.guided.connect(self.guided)
        return overlay
