"""The chat: what was said, where each line is, who is writing, and a field to say something."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from broker.protocol.chat import MAX_CHAT_LENGTH, TYPING_SHOWN_S, ChatMessage
from client.chat import ChatView
from client.situation import Situation
from client.translation import tr
from client.ui import places, theme, words
from client.ui.chat_lines import ChatLines

_SIZE: Final = (440, 520)


class ChatWindow(QWidget):
    """What was said so far, and a field to say something."""

    said = Signal(str)
    typed = Signal()
    read = Signal()
    seen = Signal(int)
    """The lines up to this number are on the screen now."""

    def __init__(self) -> None:
        super().__init__()
        self._situation = Situation()
        self._view = ChatView()
        self._last = 0
        self.setWindowTitle(tr("Handrail – Chat"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self.resize(*_SIZE)
        self._lines = ChatLines()
        self._typing = theme.label(tone="faint")
        self._typing.hide()
        self._typing_timer = QTimer(self)
        self._typing_timer.setSingleShot(True)
        self._typing_timer.timeout.connect(self._typing.hide)
        self.field = QLineEdit()
        self.field.setMaxLength(MAX_CHAT_LENGTH)
        self.field.setPlaceholderText(tr("Write a message"))
        self.field.setAccessibleName(tr("Message"))
        self.field.setAcceptDrops(False)  # a drag may end here that remote input began elsewhere
        self.field.returnPressed.connect(self._say)
        self.field.textEdited.connect(self._tell_typing)
        self._send = theme.button(tr("S&end"), "primary")
        self._send.clicked.connect(self._say)
        self._note = theme.label(tone="faint")
        self._note.hide()
        self._lay_out()

    def show_situation(self, situation: Situation) -> None:
        """Say whether messages arrive now or later, and by which road."""
        self._situation = situation
        self._show_news()

    def show_view(self, view: ChatView) -> None:
        """Say where the end user's lines are by now."""
        self._view = view
        self._show_news()

    def show_typing(self) -> None:
        """Say for a while that the technician is writing."""
        text = tr("{name} is writing…").format(name=self._technician)
        self._typing.setText(theme.breakable(text))
        self._typing.show()
        self._typing_timer.start(int(TYPING_SHOWN_S * 1000))

    def add(self, line: ChatMessage) -> None:
        """Append one line."""
        self._last = line.sequence
        ours = line.author == "end_user"
        author = tr("You") if ours else (line.by.name if line.by else self._technician)
        mark = words.chat_mark(line.sequence, self._view, self._situation)
        self._lines.add(line, author, mark)
        if not ours:
            self._typing.hide()
        self._tell_seen()

    def changeEvent(self, event: QEvent) -> None:
        """Coming to the front means that the lines are read."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.read.emit()
        if event.type() is QEvent.Type.WindowStateChange:
            self._tell_seen()

    def showEvent(self, event: QShowEvent) -> None:
        """What came while the window was away is on the screen now, the newest of it in sight."""
        super().showEvent(event)
        self._lines.show_newest()
        self._tell_seen()

    def open(self, below: int = 0) -> None:
        """Come to the front, ready to type; below this line of the desktop when it was away."""
        if not self.isVisible():
            places.put_aside(self, below)
        self.show()
        self.raise_()
        self.activateWindow()
        self.field.setFocus()
        self.read.emit()

    @property
    def _technician(self) -> str:
        request = self._situation.request
        return request.technician.name if request else ""

    def _show_news(self) -> None:
        view, situation = self._view, self._situation
        for sequence in self._lines.marked:
            mark = words.chat_mark(sequence, view, situation)
            self._lines.mark(sequence, mark, final=sequence <= view.shown)
        note = words.chat_note(view, situation)
        theme.set_tone(self._note, "trouble" if view.is_full else "faint")
        self._note.setText(theme.breakable(note))
        self._note.setVisible(bool(note))
        for part in (self.field, self._send):
            part.setEnabled(not view.is_full)

    def _tell_seen(self) -> None:
        if self._last and self.isVisible() and not self.isMinimized():
            self.seen.emit(self._last)

    def _tell_typing(self, text: str) -> None:
        if text.strip():
            self.typed.emit()

    def _say(self) -> None:
        text = self.field.text().strip()
        if text:
            self.said.emit(text)
            self.field.clear()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(theme.SPACE + 2)
        layout.addWidget(self._lines)
        layout.addWidget(self._typing)
        layout.addWidget(self._note)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE)
        row.addWidget(self.field)
        row.addWidget(self._send)
        layout.addLayout(row)
