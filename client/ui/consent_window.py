"""Asks whether the technician may do what they ask for. Doing nothing is Decline."""

import time
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from broker.protocol.vocabulary import Capability
from client.consent import NEEDS, in_order
from client.support_session import Request, Situation
from client.translation import language_in_use, tr
from client.ui import brand_line, caution_words, theme, words
from client.ui.boxes import CheckBox
from client.ui.compared_question import ComparedQuestion
from client.ui.connection_note import ConnectionNote
from client.ui.session_bar import MAX_UNREAD


class ConsentWindow(ComparedQuestion):
    """Who asks, a box for each thing they ask for, and a way to ask them something first."""

    chat_wanted = Signal()
    distrusted = Signal()

    def __init__(self, request: Request, host: str) -> None:
        self._is_present = True
        person = request.technician
        super().__init__(
            tr("Handrail – Allow access?"),
            time.monotonic() + request.timeout_s,
            person.account_id or "",
            person.name,
        )
        self._request = request
        self._host = host
        self._chat = theme.button(words.chat_button(0, MAX_UNREAD))
        self._chat.setAccessibleDescription(
            tr("Opens the chat: you can ask {name} something before you decide").format(
                name=request.technician.name
            )
        )
        self._chat.clicked.connect(self.chat_wanted)
        self._distrust = theme.button(tr("I &don’t trust this"), "distrust")
        self._distrust.setAccessibleDescription(caution_words.meaning())
        self._distrust.clicked.connect(lambda: self._answer(self.distrusted))
        self._connection = ConnectionNote()
        self._boxes = {c: self._make_box(c) for c in in_order(request.requested)}
        for capability, box in self._boxes.items():
            box.toggled.connect(lambda on, c=capability: self._toggled(c, on))
        self._arm()
        self._lay_out()

    def chosen(self) -> frozenset[Capability]:
        """The ticked capabilities."""
        return frozenset(c for c, box in self._boxes.items() if box.isChecked())

    def show_connection(self, situation: Situation) -> None:
        """Say which way the connection will take, or why there is none."""
        self._is_present = situation.technician_present
        self._tick()
        self._connection.show_situation(situation)
        self._fit()

    def show_unread(self, count: int) -> None:
        """Mark the chat button with the number of unread lines, and read it out."""
        self._chat.setText(words.chat_button(count, MAX_UNREAD))
        theme.set_tone(self._chat, "primary" if count else "")
        if count:
            QAccessible.updateAccessibility(QAccessibleEvent(self._chat, QAccessible.Event.Alert))

    def _make_box(self, capability: Capability) -> CheckBox:
        box = CheckBox(words.capability_title(capability))
        box.setAccessibleDescription(words.capability_detail(capability))
        box.setChecked(capability is Capability.VIEW)
        return box

    def _toggled(self, capability: Capability, on: bool) -> None:
        """Untick what needs this one; tick what this one needs."""
        for dependent, needed in NEEDS.items():
            if needed is capability and not on and dependent in self._boxes:
                self._boxes[dependent].setChecked(False)
            if dependent is capability and on and needed in self._boxes:
                self._boxes[needed].setChecked(True)
        self._arm()

    @property
    def _is_ready(self) -> bool:
        return bool(self.chosen())

    def _left(self, seconds: int) -> str:
        """Say that nobody is there to compare them with, too."""
        if self._agreed is not None or self._is_present:
            return super()._left(seconds)
        return tr("The technician is away. Declined in {seconds} s.").format(seconds=seconds)

    # ---- looks

    def _lay_out(self) -> None:
        person = self._request.technician
        layout = self._column(
            tr("{name} wants to help you on this computer").format(name=person.name)
        )
        facts = (
            (tr("Organisation"), person.organisation or "–"),
            (tr("Registered"), caution_words.known_since(person.account)),
            (tr("Checked by"), self._host),
        )
        marked = tr("Registered") if caution_words.is_new(person.account) else ""
        if (brand := brand_line.of(self._request.branding)) is not None:
            layout.insertWidget(0, brand)
        layout.addWidget(self._facts(*facts, marked=marked))
        layout.addLayout(self._choices())
        layout.addWidget(self._trust)
        layout.addWidget(self._warning(caution_words.warning()))
        if said := getattr(self._request.branding.welcome, language_in_use()):
            layout.addWidget(self._said(person.organisation or self._host, said))
        unchecked = caution_words.unchecked(self._request.ticket_id)
        layout.addWidget(theme.label(theme.breakable(unchecked), "faint"))
        layout.addWidget(self._connection)
        self._finish(self._distrust, self._chat)
        # The way out is not beside the answers: who goes back to a box ends nothing by it.
        for before, after in pairwise((self._trust.way_out, *self._boxes.values())):
            self.setTabOrder(before, after)
        for before, after in pairwise((self._allow, self._chat, self._distrust)):
            self.setTabOrder(before, after)
        self._decline.setFocus()

    @staticmethod
    def _said(organisation: str, text: str) -> QFrame:
        """Show the organisation's words as such: below ours, plain, and never in their place."""
        card = theme.frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 8, 16, 8)
        title = tr("{organisation} says:").format(organisation=organisation)
        inside.addWidget(theme.label(theme.breakable(title), "faint"))
        inside.addWidget(theme.label(theme.breakable(text)))
        return card

    def _choices(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(theme.label(tr("What may they do?"), "strong"))
        for capability, box in self._boxes.items():
            detail = theme.label(words.capability_detail(capability), "faint")
            detail.setContentsMargins(CheckBox.indent(), 0, 0, 0)
            column.addSpacing(4)
            column.addWidget(box)
            column.addWidget(detail)
        if len(self._boxes) > 1:
            column.addSpacing(4)
            column.addWidget(theme.label(tr("You can allow more later, or take it back."), "faint"))
        return column
