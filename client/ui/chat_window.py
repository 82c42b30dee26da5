"""The chat. Lines are inserted as plain text: nothing in them is markup, a link or a command.

Each is in a frame of its own, so that no line of a message can pass for the head of another one.
"""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFont, QTextCharFormat, QTextFrameFormat
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTextEdit, QVBoxLayout, QWidget

from broker.protocol.channels import MAX_CHAT_LENGTH, ChatMessage
from client.plain_text import many_lines
from client.support_session import Situation, State
from client.translation import tr
from client.ui import places, theme

_SIZE: Final = (420, 480)


class ChatWindow(QWidget):
    """What was said so far, and a field to say something."""

    said = Signal(str)
    read = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._technician = ""
        self.setWindowTitle(tr("Handrail – Chat"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.resize(*_SIZE)
        self._lines = QTextEdit()
        self._lines.setReadOnly(True)
        self._lines.setTabChangesFocus(True)
        self._lines.setAcceptDrops(False)
        self._lines.setAccessibleName(tr("Messages"))
        self._lines.verticalScrollBar().rangeChanged.connect(
            self._show_newest, Qt.ConnectionType.QueuedConnection
        )
        self._field = QLineEdit()
        self._field.setMaxLength(MAX_CHAT_LENGTH)
        self._field.setPlaceholderText(tr("Write a message"))
        self._field.setAccessibleName(tr("Message"))
        self._field.setAcceptDrops(False)  # a drag may end here that remote input began elsewhere
        self._field.returnPressed.connect(self._say)
        self._send = theme.button(tr("S&end"), "primary")
        self._send.clicked.connect(self._say)
        self._note = theme.label(tone="faint")
        self._lay_out()

    def show_situation(self, situation: Situation) -> None:
        """Say whether messages arrive now or later."""
        if situation.request is not None:
            self._technician = situation.request.technician.name
        linked = situation.state is State.LINKED
        self._note.setText("" if linked else tr("Will be delivered when connected."))
        self._note.setVisible(not linked)

    def add(self, line: ChatMessage) -> None:
        """Append one line."""
        author = tr("You") if line.author == "end_user" else self._technician
        at = line.sent_at.astimezone().strftime("%H:%M")
        cursor = self._lines.document().rootFrame().lastCursorPosition()
        cursor.insertText(f"{author}  ", _heavy())
        cursor.insertText(at, self._faint())
        cursor.insertFrame(self._around(line.author == "end_user"))
        cursor.insertText(many_lines(line.text), QTextCharFormat())

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front means that the lines are read."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.read.emit()

    def open(self, below: int = 0) -> None:
        """Come to the front, ready to type; below this line of the desktop when it was away."""
        if not self.isVisible():
            places.put_aside(self, below)
        self.show()
        self.raise_()
        self.activateWindow()
        self._field.setFocus()
        self.read.emit()

    def _show_newest(self) -> None:
        bar = self._lines.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _say(self) -> None:
        text = self._field.text().strip()
        if text:
            self.said.emit(text)
            self._field.clear()

    def _faint(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(self._lines.palette().placeholderText())
        return form

    def _around(self, ours: bool) -> QTextFrameFormat:
        palette = self._lines.palette()
        form = QTextFrameFormat()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(palette.mid())
        form.setBackground(palette.base() if ours else palette.alternateBase())
        form.setPadding(6)
        form.setTopMargin(2)
        form.setBottomMargin(10)
        return form

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(theme.SPACE + 2)
        layout.addWidget(self._lines)
        layout.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self._field)
        row.addWidget(self._send)
        layout.addLayout(row)


def _heavy() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.DemiBold)
    return form
