"""Asks whether the technician may do what they ask for. Doing nothing is Decline."""

import time

from PySide6.QtWidgets import QVBoxLayout

from broker.protocol.vocabulary import Capability
from client.consent import NEEDS, in_order
from client.support_session import Request
from client.translation import tr
from client.ui import theme, words
from client.ui.boxes import CheckBox
from client.ui.question import Question


class ConsentWindow(Question):
    """Who asks, and a box for each thing they ask for."""

    def __init__(self, request: Request) -> None:
        super().__init__(tr("Handrail – Allow access?"), time.monotonic() + request.timeout_s)
        self._request = request
        self._boxes = {c: self._make_box(c) for c in in_order(request.requested)}
        for capability, box in self._boxes.items():
            box.toggled.connect(lambda on, c=capability: self._toggled(c, on))
        self._lay_out()

    def chosen(self) -> frozenset[Capability]:
        """The ticked capabilities."""
        return frozenset(c for c, box in self._boxes.items() if box.isChecked())

    def _make_box(self, capability: Capability) -> CheckBox:
        box = CheckBox(words.capability_title(capability))
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

    def _lay_out(self) -> None:
        person = self._request.technician
        layout = self._column(
            tr("{name} wants to help you on this computer").format(name=person.name)
        )
        facts = (
            (tr("Technician"), person.name),
            (tr("Organisation"), person.organisation or "–"),
            (tr("Ticket"), self._request.ticket_id),
        )
        layout.addWidget(self._facts(*facts))
        warning = tr(
            "Only allow this if you asked for help and know who this is. "
            "If somebody called you out of the blue, decline."
        )
        layout.addWidget(self._warning(warning))
        layout.addLayout(self._choices())
        self._finish()
        self._decline.setFocus()

    def _choices(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(theme.label(tr("What may they do?"), "strong"))
        for capability, box in self._boxes.items():
            detail = theme.label(words.capability_detail(capability), "faint")
            detail.setContentsMargins(CheckBox.indent(), 0, 0, 6)
            column.addSpacing(6)
            column.addWidget(box)
            column.addWidget(detail)
        return column
