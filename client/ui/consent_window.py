"""Asks whether the technician may do what they ask for. Doing nothing is Decline."""

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
)

from broker.protocol.vocabulary import Capability
from client.consent import NEEDS, in_order
from client.support_session import Request
from client.translation import tr
from client.ui import theme, words


class ConsentWindow(QDialog):
    """Who asks, for what, and Allow or Decline; Decline is what Enter and Escape press."""

    allowed = Signal(object)
    declined = Signal()

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request
        self._deadline = time.monotonic() + request.timeout_s
        self._answered = False
        self._boxes = {c: self._make_box(c) for c in in_order(request.requested)}
        self._countdown = theme.label(tone="faint")
        self._allow = theme.button(tr("&Allow"), "primary")
        self._decline = theme.button(tr("&Decline"))
        self.setWindowTitle(tr("Handrail – Allow access?"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._wire()
        self._lay_out()
        self._tick()
        theme.fit(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is Decline."""
        event.accept()
        self._answer_no()

    def reject(self) -> None:
        """Escape is Decline."""
        self._answer_no()

    def chosen(self) -> frozenset[Capability]:
        """The ticked capabilities."""
        return frozenset(c for c, box in self._boxes.items() if box.isChecked())

    def retire(self) -> None:
        """Go away: the question is settled."""
        self._answered = True
        self._timer.stop()
        self.close()

    def _wire(self) -> None:
        self._allow.clicked.connect(self._answer_yes)
        self._decline.clicked.connect(self._answer_no)
        self._decline.setDefault(True)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(500)
        for capability, box in self._boxes.items():
            box.toggled.connect(lambda on, c=capability: self._toggled(c, on))

    def _make_box(self, capability: Capability) -> QCheckBox:
        box = QCheckBox(words.capability_title(capability))
        box.setAccessibleDescription(words.capability_detail(capability))
        box.setChecked(True)
        return box

    def _toggled(self, capability: Capability, on: bool) -> None:
        """Untick what needs this one; tick what this one needs."""
        for dependent, needed in NEEDS.items():
            if needed is capability and not on and dependent in self._boxes:
                self._boxes[dependent].setChecked(False)
            if dependent is capability and on and needed in self._boxes:
                self._boxes[needed].setChecked(True)
        self._allow.setEnabled(bool(self.chosen()))

    def _tick(self) -> None:
        left = max(0, round(self._deadline - time.monotonic()))
        text = tr("Without an answer this is declined in {seconds} s.")
        self._countdown.setText(text.format(seconds=left))

    def _answer_yes(self) -> None:
        if not self._answered:
            self._answered = True
            self.allowed.emit(self.chosen())

    def _answer_no(self) -> None:
        if not self._answered:
            self._answered = True
            self.declined.emit()

    # ---- looks

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE * 2)
        name = self._request.technician.name
        heading = tr("{name} wants to help you on this computer").format(name=name)
        layout.addWidget(theme.label(heading, "title"))
        layout.addWidget(self._who())
        layout.addWidget(self._warning())
        layout.addLayout(self._question())
        layout.addWidget(self._countdown)
        layout.addLayout(self._buttons())
        self._decline.setFocus()

    def _who(self) -> QFrame:
        card = theme.frame("card")
        form = QFormLayout(card)
        form.setContentsMargins(16, 12, 16, 12)
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(6)
        facts = (
            (tr("Technician"), self._request.technician.name),
            (tr("Organisation"), self._request.technician.organisation or "–"),
            (tr("Ticket"), self._request.ticket_id),
        )
        for title, value in facts:
            shown = theme.label(value, "strong", selectable=True)
            shown.setAccessibleName(f"{title}: {value}")
            form.addRow(theme.label(title, "faint"), shown)
        return card

    def _warning(self) -> QFrame:
        box = theme.frame("warning")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.addWidget(
            theme.label(
                tr(
                    "Only allow this if you asked for help and know who this is. "
                    "If somebody called you out of the blue, decline."
                )
            )
        )
        return box

    def _question(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(theme.label(tr("What may they do?"), "strong"))
        for capability, box in self._boxes.items():
            detail = theme.label(words.capability_detail(capability), "faint")
            detail.setContentsMargins(30, 0, 0, 6)
            column.addSpacing(6)
            column.addWidget(box)
            column.addWidget(detail)
        return column

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE + 4)
        row.addStretch()
        row.addWidget(self._decline)
        row.addWidget(self._allow)
        return row
