"""Asks for the join code."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from broker.protocol.join_code import CODE_LENGTH, MalformedCode, parse
from broker.protocol.vocabulary import ErrorCode
from client.support_session import Situation, State
from client.translation import tr
from client.ui import theme, words

_TYPED_MAX: Final = 23


class CodeWindow(QWidget):
    """One field, one button, and a place for what went wrong."""

    entered = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(tr("Handrail – Enter code"))
        self._field = self._make_field()
        self._trouble = theme.label(tone="trouble")
        self._trouble.setAccessibleName(tr("Problem"))
        self._connect = theme.button(tr("&Connect"), "primary")
        self._connect.clicked.connect(self._submit)
        self._news = theme.label(tone="faint")
        self._news.setAccessibleName(tr("Progress"))
        self._lay_out()
        theme.fit(self)

    def show_situation(self, situation: Situation) -> None:
        """Show whether the code is being checked, and what was wrong with the last one."""
        busy = situation.state is not State.ENTERING
        self._field.setEnabled(not busy)
        self._connect.setEnabled(not busy)
        self._connect.setText(tr("Connecting…") if busy else tr("&Connect"))
        self._trouble.setText(words.trouble(situation.trouble) if situation.trouble else "")
        self._trouble.setVisible(situation.trouble is not None)
        proving = busy and situation.proof_percent is not None
        self._news.setText(words.proof(situation.proof_percent or 0) if proving else "")
        self._news.setVisible(proving)
        theme.fit(self)
        if not busy:
            self._field.setFocus()
            self._field.selectAll()

    def set_code(self, text: str) -> None:
        """Fill the field, as if typed."""
        self._field.setText(group_digits(text))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing this window ends the program."""
        event.accept()
        self.closed.emit()

    def _make_field(self) -> QLineEdit:
        field = QLineEdit()
        field.setMaxLength(_TYPED_MAX)
        field.setPlaceholderText("0000 0000 0000")
        field.setAccessibleName(tr("Code"))
        field.setAccessibleDescription(tr("The 12 digits your technician tells you"))
        theme.digits_font(field, 20)
        field.textEdited.connect(self._regroup)
        field.returnPressed.connect(self._submit)
        return field

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE * 2)
        layout.addWidget(theme.label(tr("Get help on this computer"), "title"))
        layout.addWidget(theme.label(tr("Type the 12 digits that your technician tells you.")))
        caption = theme.label(tr("C&ode"), "strong")
        caption.setBuddy(self._field)
        column = QVBoxLayout()
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(caption)
        column.addWidget(self._field)
        layout.addLayout(column)
        layout.addWidget(self._trouble)
        layout.addWidget(self._news)
        layout.addWidget(
            theme.label(tr("Nobody sees this screen before you have agreed to it."), "faint")
        )
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._connect)
        layout.addLayout(row)
        self._trouble.hide()
        self._news.hide()

    def _regroup(self, text: str) -> None:
        """Write digits in groups of four while they are typed at the end."""
        if self._field.cursorPosition() == len(text):
            self._field.setText(group_digits(text))
        self._say_typing_error(is_mistyped(text))

    def _say_typing_error(self, wrong: bool) -> None:
        """The check digit tells a wrong digit as soon as all twelve are there."""
        self._trouble.setText(words.trouble(ErrorCode.CODE_MALFORMED) if wrong else "")
        self._trouble.setVisible(wrong)
        theme.fit(self)

    def _submit(self) -> None:
        if self._field.text().strip():
            self.entered.emit(self._field.text())


def is_mistyped(text: str) -> bool:
    """Tell whether this has all digits of a code, and the check digit does not fit."""
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != CODE_LENGTH:
        return False
    try:
        parse(digits)
    except MalformedCode:
        return True
    return False


def group_digits(text: str) -> str:
    """Group what looks like a code; leave anything else as it was typed."""
    digits = text.replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > CODE_LENGTH:
        return text
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
