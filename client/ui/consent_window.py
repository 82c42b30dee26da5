"""Asks whether the technician may do what they ask for. Doing nothing is Decline."""

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QFrame, QVBoxLayout

from broker.protocol.vocabulary import Capability
from client.consent import NEEDS, in_order
from client.support_session import Request
from client.translation import tr
from client.ui import theme, words
from client.ui.question import Question


class ConsentWindow(Question):
    """Who asks, and a box for each thing they ask for."""

    allowed = Signal(object)
    declined = Signal()

    def __init__(self, request: Request) -> None:
        super().__init__(tr("Handrail – Allow access?"), time.monotonic() + request.timeout_s)
        self._request = request
        self._boxes = {c: self._make_box(c) for c in in_order(request.requested)}
        for capability, box in self._boxes.items():
            box.toggled.connect(lambda on, c=capability: self._toggled(c, on))
        name = request.technician.name
        layout = self._column(tr("{name} wants to help you on this computer").format(name=name))
        layout.addWidget(self._who())
        layout.addWidget(self._warning())
        layout.addLayout(self._choices())
        self._finish(layout)

    def chosen(self) -> frozenset[Capability]:
        """The ticked capabilities."""
        return frozenset(c for c, box in self._boxes.items() if box.isChecked())

    def _tell(self, allowed: bool) -> None:
        if allowed:
            self.allowed.emit(self.chosen())
        else:
            self.declined.emit()

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

    # ---- looks

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

    def _choices(self) -> QVBoxLayout:
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
