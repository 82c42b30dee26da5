"""Asks in mid-session whether the technician may do one thing more. Doing nothing is Decline."""

import time
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout

from client.rights import Ask
from client.translation import tr
from client.ui import theme, words

ARMED_AFTER_MS: Final = 1000
"""Until then Allow cannot be pressed: whoever is typing when this appears has not read it."""


class AskWindow(QDialog):
    """Who asks, for what, why and for how long; Decline is what Enter and Escape press."""

    answered = Signal(bool)

    def __init__(self, ask: Ask, technician: str) -> None:
        super().__init__()
        self.ask = ask
        self._technician = technician
        self._is_answered = False
        self._countdown = theme.label(tone="faint")
        self._allow = theme.button(tr("&Allow"), "primary")
        self._decline = theme.button(tr("&Decline"))
        self.setWindowTitle(tr("Handrail – A question"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._wire()
        self._lay_out()
        self._tick()
        theme.fit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is Decline."""
        event.accept()
        self._answer(False)

    def reject(self) -> None:
        """Escape is Decline."""
        self._answer(False)

    def retire(self) -> None:
        """Go away: the question is settled."""
        self._is_answered = True
        self._timer.stop()
        self.close()

    def _wire(self) -> None:
        self._allow.setEnabled(False)
        self._allow.clicked.connect(lambda: self._answer(True))
        self._decline.clicked.connect(lambda: self._answer(False))
        self._decline.setDefault(True)
        QTimer.singleShot(ARMED_AFTER_MS, self, lambda: self._allow.setEnabled(True))
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(500)

    def _tick(self) -> None:
        left = max(0, round(self.ask.deadline - time.monotonic()))
        text = tr("Without an answer this is declined in {seconds} s.")
        self._countdown.setText(text.format(seconds=left))

    def _answer(self, allowed: bool) -> None:
        if not self._is_answered:
            self._is_answered = True
            self.answered.emit(allowed)

    # ---- looks

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE * 2)
        heading = tr("{name} asks for something more").format(name=self._technician)
        layout.addWidget(theme.label(heading, "title"))
        layout.addWidget(self._question())
        layout.addWidget(theme.label(words.for_how_long(self.ask.minutes)))
        layout.addWidget(self._countdown)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE + 4)
        row.addStretch()
        row.addWidget(self._decline)
        row.addWidget(self._allow)
        layout.addLayout(row)
        self._decline.setFocus()

    def _question(self) -> QFrame:
        card = theme.frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(theme.label(words.capability_title(self.ask.capability), "strong"))
        inside.addWidget(theme.label(words.capability_detail(self.ask.capability), "faint"))
        inside.addSpacing(theme.SPACE)
        reason = tr("Their reason: “{reason}”").format(reason=self.ask.reason)
        inside.addWidget(theme.label(reason, selectable=True))
        return card
