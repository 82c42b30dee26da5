"""What is to be read in a window; it scrolls where the window would be higher than its room."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from client.translation import tr


class Scroll(QScrollArea):
    """Its `column` takes what is to be read. It never scrolls sideways."""

    def __init__(self) -> None:
        super().__init__()
        body = QWidget()
        self.column = QVBoxLayout(body)
        body.setMinimumHeight(1)  # Qt's own guess is that of much narrower lines
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def needed(self, width: int) -> int:
        """Give the height without scrolling, in device-independent pixels like the width."""
        self.column.activate()
        return self.column.totalHeightForWidth(width)

    def bring(self, part: QWidget, margin: int) -> bool:
        """Scroll until this part is in sight, with as many pixels around it; whether any moved."""
        bar = self.verticalScrollBar()
        before = bar.value()
        self.ensureWidgetVisible(part, 0, margin)
        return bar.value() != before

    def take(self, height: int, *, scrolls: bool) -> None:
        """Be this high; the keyboard reaches it where it scrolls."""
        self.setFixedHeight(height)
        # Qt would keep a bar for the lines that wrap because of the bar.
        off, on = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAlwaysOn
        self.setVerticalScrollBarPolicy(on if scrolls else off)
        self.setAccessibleName(tr("What is to be read; the arrow keys scroll it"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
