"""The lines of the chat as they are shown. Inserted as plain text: nothing in them is markup, a
link or a command.

Each is in a frame of its own, so that no line of a message can pass for the head of another one.
Behind the head of each of the end user's own lines is a mark that says where the line is.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextCharFormat, QTextCursor, QTextFrameFormat
from PySide6.QtWidgets import QTextEdit

from broker.protocol.chat import ChatMessage
from client.plain_text import many_lines
from client.translation import tr
from client.ui import theme

MAX_SHOWN: Final = 500
"""Of a longer chat the newest lines are shown: a document of thousands makes its window slow."""
_DROPPED_AT_ONCE: Final = 50


class ChatLines(QTextEdit):
    """What was said so far, the newest in sight."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: dict[int, QTextCursor] = {}
        """The marks that may still change, selected, by the number of their line."""
        self._shown = 0
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setAccessibleName(tr("Messages"))
        self.verticalScrollBar().rangeChanged.connect(
            self.show_newest, Qt.ConnectionType.QueuedConnection
        )

    def add(self, line: ChatMessage, author: str, mark: str) -> None:
        """Append a line; a mark only where it is the end user's own."""
        ours = line.author == "end_user"
        at = line.sent_at.astimezone().strftime("%H:%M")
        cursor = self.document().rootFrame().lastCursorPosition()
        cursor.insertText(f"{author}  ", _heavy())
        cursor.insertText(at, self._faint())
        head_end = cursor.position()
        frame = cursor.insertFrame(self._around(ours))
        frame.firstCursorPosition().insertText(many_lines(line.text), QTextCharFormat())
        if ours:
            place = QTextCursor(self.document())
            place.setPosition(head_end)
            self._marks[line.sequence] = place
            self.mark(line.sequence, mark)
        self._shown += 1
        if self._shown > MAX_SHOWN + _DROPPED_AT_ONCE:
            self._drop_oldest()

    @property
    def marked(self) -> tuple[int, ...]:
        """The numbers of the lines whose marks may still change."""
        return tuple(self._marks)

    def mark(self, sequence: int, text: str, final: bool = False) -> None:
        """Say where one of the end user's own lines is; after the final mark there is no other."""
        cursor = self._marks[sequence]
        written = f"  ·  {text}"
        if cursor.selectedText() != written:
            start = cursor.selectionStart()
            cursor.insertText(written, self._faint())
            cursor.setPosition(start)
            end = start + len(written)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if final:
            del self._marks[sequence]

    def _drop_oldest(self) -> None:
        """Take the oldest lines away: their heads, and the frames behind them."""
        frames = self.document().rootFrame().childFrames()[:_DROPPED_AT_ONCE]
        cursor = QTextCursor(self.document())
        cursor.setPosition(frames[-1].lastPosition() + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        self._shown -= len(frames)
        self._marks = {s: c for s, c in self._marks.items() if c.hasSelection()}

    def show_newest(self) -> None:
        """Scroll to the end."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _faint(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(theme.colour("faint"))
        return form

    def _around(self, ours: bool) -> QTextFrameFormat:
        palette = self.palette()
        form = QTextFrameFormat()
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(theme.colour("accent" if ours else "line"))
        form.setBackground(palette.base() if ours else palette.alternateBase())
        form.setPadding(6)
        form.setTopMargin(2)
        form.setBottomMargin(10)
        return form


def _heavy() -> QTextCharFormat:
    form = QTextCharFormat()
    form.setFontWeight(QFont.Weight.DemiBold)
    return form
