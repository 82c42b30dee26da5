"""Asks in mid-session whether the technician may do one thing more. Doing nothing is Decline."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from client.rights import Ask
from client.translation import tr
from client.ui import theme, words
from client.ui.question import Question

ARMED_AFTER_MS: Final = 1000
"""Until then Allow cannot be pressed: whoever is typing when this appears has not read it."""


class AskWindow(Question):
    """Who asks, for what, why and for how long."""

    answered = Signal(bool)

    def __init__(self, ask: Ask, technician: str) -> None:
        super().__init__(tr("Handrail – A question"), ask.deadline)
        self.what = ask
        self._allow.setEnabled(False)
        QTimer.singleShot(ARMED_AFTER_MS, self, lambda: self._allow.setEnabled(True))
        layout = self._column(tr("{name} asks for something more").format(name=technician))
        layout.addWidget(self._card())
        layout.addWidget(theme.label(words.for_how_long(ask.minutes)))
        self._finish(layout)

    def _tell(self, allowed: bool) -> None:
        self.answered.emit(allowed)

    def _card(self) -> QFrame:
        card = theme.frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(theme.label(words.capability_title(self.what.capability), "strong"))
        inside.addWidget(theme.label(words.capability_detail(self.what.capability), "faint"))
        inside.addSpacing(theme.SPACE)
        reason = tr("Their reason: “{reason}”").format(reason=self.what.reason)
        inside.addWidget(theme.label(reason, selectable=True))
        return card
