"""Asks how the help was: five steps and a comment. Doing nothing is no answer."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from broker.protocol.reports import MAX_REPORT_NOTE
from client.ratings import RatingStage
from client.situation import Request
from client.translation import tr
from client.ui import theme


class RatingCard(QFrame):
    """The question, and what became of the answer."""

    rated = Signal(int, str)
    """The step, 1 to 5, and the comment."""
    resized = Signal()
    """It takes more or less room now."""

    def __init__(self, request: Request | None) -> None:
        super().__init__()
        self.setProperty("tone", "card")
        self._organisation = request.technician.organisation if request else ""
        self._skipped = False
        self._heading = theme.label(tr("How was the help you got?"), "strong")
        self._text = theme.label(tone="faint")
        self._group = QButtonGroup(self)
        self._note = QLineEdit()
        self._note.setMaxLength(MAX_REPORT_NOTE)
        self._note.setPlaceholderText(tr("Anything to add? (optional)"))
        self._note.setAccessibleName(tr("Anything to add? (optional)"))
        self._skip = theme.button(tr("Not n&ow"))
        self._send = theme.button(tr("Send the &answer"))
        self._send.setEnabled(False)
        self._asking = QWidget()
        self._lay_out()
        self._skip.clicked.connect(self._leave_out)
        self._send.clicked.connect(self._answer)
        self._note.returnPressed.connect(self._answer)
        self._group.idClicked.connect(self._chosen)
        self.hide()

    def show_stage(self, stage: RatingStage | None) -> None:
        """Ask, or say how it went; None: there is nothing to ask any more."""
        self.setVisible(stage is not None and not self._skipped)
        if stage is None:
            return
        self._asking.setVisible(stage is not RatingStage.SENT)
        self._asking.setEnabled(stage is not RatingStage.SENDING)
        self._text.setText(theme.breakable(self._words(stage)))
        theme.set_tone(self._text, "trouble" if stage is RatingStage.FAILED else "faint")
        self._settle()
        if stage in (RatingStage.SENT, RatingStage.FAILED):
            QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))

    def _settle(self) -> None:
        """Know our own height now: Qt would tell the window with its next event."""
        for widget in (self._asking, self):
            layout = widget.layout()
            if layout is not None:
                layout.activate()

    def _words(self, stage: RatingStage) -> str:
        if stage is RatingStage.SENT:
            return tr("Thank you. Your answer is with those who answer for the service.")
        if stage is RatingStage.FAILED:
            return tr("The answer could not be sent. Please try again.")
        return tr(
            "Voluntary. {organisation} reads the answer; the technician is not shown it."
        ).format(organisation=self._organisation)

    def _chosen(self, _: int) -> None:
        self._send.setEnabled(True)
        if self._note.isHidden():
            self._note.show()
            self._settle()
            self.resized.emit()

    def _answer(self) -> None:
        if self._send.isEnabled():
            self.rated.emit(self._group.checkedId(), self._note.text())

    def _leave_out(self) -> None:
        self._skipped = True
        self.hide()
        self.resized.emit()

    def _lay_out(self) -> None:
        steps = QHBoxLayout()
        steps.setSpacing(theme.SPACE)
        for step, words in enumerate(_steps(), 1):
            button = QRadioButton(str(step))
            button.setAccessibleName(tr("{step} of 5: {words}").format(step=step, words=words))
            button.setToolTip(words)
            self._group.addButton(button, step)
            steps.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
        ends = QHBoxLayout()
        ends.addWidget(theme.label(_steps()[0], "faint"))
        ends.addStretch()
        ends.addWidget(theme.label(_steps()[-1], "faint"))
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addStretch()
        row.addWidget(self._skip)
        row.addWidget(self._send)
        inside = QVBoxLayout(self._asking)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(theme.SPACE)
        inside.addLayout(steps)
        inside.addLayout(ends)
        inside.addWidget(self._note)
        inside.addLayout(row)
        self._note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*_MARGINS)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._heading)
        layout.addWidget(self._text)
        layout.addWidget(self._asking)


_MARGINS: Final = (16, 12, 16, 12)


def _steps() -> tuple[str, ...]:
    return (tr("Very bad"), tr("Bad"), tr("So-so"), tr("Good"), tr("Very good"))
