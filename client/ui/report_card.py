"""What became of "I don't trust this", what to do now, and a sentence for the administrators."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from broker.protocol.reports import MAX_REPORT_NOTE
from client.distrust import ReportStage
from client.situation import Request
from client.translation import tr
from client.ui import caution_words, theme


def advice_card(request: Request | None) -> QFrame:
    """Make a card of what to do now."""
    card = theme.frame("warning")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(14, 10, 14, 10)
    for line in caution_words.advice(request):
        inside.addWidget(theme.label(theme.breakable(line)))
    return card


class ReportCard(QWidget):
    """Hidden until a session is reported."""

    written = Signal(str)
    """The end user's sentence."""
    tried = Signal()
    """They want it told once more."""

    def __init__(self, request: Request | None) -> None:
        super().__init__()
        self._outcome = theme.label()
        self._again = theme.button(tr("&Try again"), "primary")
        self._again.clicked.connect(self.tried)
        self._note = QLineEdit()
        self._note.setMaxLength(MAX_REPORT_NOTE)
        self._note.setAccessibleName(tr("What happened? One sentence helps (optional)"))
        self._send = theme.button(tr("&Send"))
        self._send.clicked.connect(self._write)
        self._note.returnPressed.connect(self._write)
        self._sentence = QWidget()
        self._lay_out(request)
        self.hide()

    def show_stage(self, stage: ReportStage | None) -> None:
        """Say how far the report is."""
        self.setVisible(stage is not None)
        if stage is None:
            return
        text = caution_words.outcome(stage)
        if text != self._outcome.text():
            self._outcome.setText(text)
            theme.set_tone(self._outcome, "trouble" if stage is ReportStage.FAILED else "strong")
            QAccessible.updateAccessibility(
                QAccessibleEvent(self._outcome, QAccessible.Event.Alert)
            )
        self._again.setVisible(stage is ReportStage.FAILED)
        self._sentence.setVisible(stage in (ReportStage.SENDING, ReportStage.TOLD))
        self._send.setEnabled(stage is ReportStage.TOLD)

    def take_typing(self) -> None:
        """Let what is typed now become the sentence, and press no button."""
        self._note.setFocus()

    def _write(self) -> None:
        if self._send.isEnabled() and self._note.text().strip():
            self.written.emit(self._note.text())

    def _lay_out(self, request: Request | None) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._outcome)
        layout.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(advice_card(request))
        sentence = QVBoxLayout(self._sentence)
        sentence.setContentsMargins(0, 0, 0, 0)
        sentence.setSpacing(theme.SPACE // 2)
        asked = theme.label(tr("What happened? One sentence helps (optional)"))
        asked.setBuddy(self._note)
        sentence.addWidget(asked)
        row = QHBoxLayout()
        row.addWidget(self._note, 1)
        row.addWidget(self._send)
        sentence.addLayout(row)
        layout.addWidget(self._sentence)
