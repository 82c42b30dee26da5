"""Asks whether the chat may be kept with the ticket. Doing nothing is No."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from client.keeping import KeepOffer, KeepStage
from client.translation import tr
from client.ui import theme, words

ARMING_MS: Final = 1000
"""Keep does nothing for this long: the window comes while somebody types or clicks elsewhere."""


class KeepCard(QFrame):
    """The question, and what became of it."""

    answered = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("tone", "card")
        self._heading = theme.label(tone="strong")
        self._text = theme.label()
        self._yes = theme.button(tr("&Keep the chat"))
        self._no = theme.button(tr("&No"))
        self._yes.clicked.connect(lambda: self.answered.emit(True))
        self._no.clicked.connect(lambda: self.answered.emit(False))
        self._arming = QTimer(self)
        self._arming.setSingleShot(True)
        self._arming.setInterval(ARMING_MS)
        self._arming.timeout.connect(lambda: self._yes.setEnabled(True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._heading)
        layout.addWidget(self._text)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addStretch()
        row.addWidget(self._no)
        row.addWidget(self._yes)
        layout.addLayout(row)
        self.hide()

    def show_offer(self, offer: KeepOffer | None) -> None:
        """Ask, or say how it went; None: there is nothing to ask any more."""
        self.setVisible(offer is not None)
        if offer is None:
            return
        asks = offer.stage in (KeepStage.ASKED, KeepStage.FAILED)
        self._heading.setText(theme.breakable(words.keep_heading(offer)))
        self._text.setText(theme.breakable(words.keep_text(offer)))
        theme.set_tone(self._text, "trouble" if offer.stage is KeepStage.FAILED else "")
        self._yes.setVisible(asks)
        self._no.setVisible(asks)
        if offer.stage is KeepStage.ASKED:
            self._yes.setEnabled(False)
            self._arming.start()
        else:
            QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))
