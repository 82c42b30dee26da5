"""Says that the session is over and why, and offers to go on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from client.keeping import KeepOffer
from client.support_session import Situation
from client.translation import tr
from client.ui import theme, words
from client.ui.keep_card import KeepCard


class EndedWindow(QWidget):
    """The last screen."""

    again = Signal()
    closed = Signal()
    kept = Signal(bool)
    """Whether the chat may be kept with the ticket."""

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self._retired = False
        self.setWindowTitle(tr("Handrail – Session ended"))
        self._again = theme.button(tr("&Enter another code"))
        self._close = theme.button(tr("&Close"), "primary")
        self._again.clicked.connect(self.again)
        self._close.clicked.connect(self.close)
        self._close.setAutoDefault(True)
        self._keep = KeepCard()
        self._keep.answered.connect(self.kept)
        self._lay_out(words.ended(situation))
        self._close.setFocus()
        theme.fit(self)

    def show_keeping(self, offer: KeepOffer | None) -> None:
        """Ask whether the chat may be kept with the ticket, or say how that went."""
        self._keep.show_offer(offer)
        theme.fit(self)

    def retire(self) -> None:
        """Go away without ending the program."""
        self._retired = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing this window ends the program."""
        event.accept()
        if not self._retired:
            self.closed.emit()

    def _lay_out(self, reason: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE * 2)
        layout.addWidget(theme.label(tr("The session has ended"), "title"))
        layout.addWidget(theme.label(theme.breakable(reason)))
        layout.addWidget(
            theme.label(tr("Nobody can see or use this computer through Handrail now."), "faint")
        )
        layout.addWidget(self._keep)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE + 4)
        row.addStretch()
        row.addWidget(self._again)
        row.addWidget(self._close)
        layout.addLayout(row)
