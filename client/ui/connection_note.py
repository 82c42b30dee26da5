"""Which way the connection will take, in one calm line.

When none can be expected: why, and what can be done, with the details to copy for whoever runs the
network.
"""

from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from client import way_words
from client.situation import Situation
from client.translation import tr
from client.ui import theme


class ConnectionNote(QWidget):
    """Hidden as long as there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._details = ""
        self._line = theme.label(tone="faint")
        self._why = theme.label(tone="trouble")
        self._copy = theme.button(tr("Cop&y details"))
        self._copy.setAccessibleDescription(
            tr("Copies what was tried, for whoever runs the network")
        )
        self._copy.clicked.connect(self._copy_details)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE)
        column.addWidget(self._line)
        column.addWidget(self._why)
        row = QHBoxLayout()
        row.addWidget(self._copy)
        row.addStretch()
        column.addLayout(row)
        self.hide()

    def show_situation(self, situation: Situation) -> None:
        """Say it; a trouble is read out once."""
        line, why = way_words.connection(situation), way_words.trouble(situation)
        news = bool(why) and theme.breakable(why) != self._why.text()
        self._details = way_words.details(situation.trials)
        self._line.setText(theme.breakable(line))
        self._why.setText(theme.breakable(why))
        self._why.setVisible(bool(why))
        self._copy.setVisible(bool(why and self._details))
        self.setVisible(bool(line))
        if news:
            QAccessible.updateAccessibility(QAccessibleEvent(self._why, QAccessible.Event.Alert))

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
        self._copy.setText(tr("Copied"))
