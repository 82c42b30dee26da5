"""Asks whether another technician may come in. Doing nothing is Decline."""

from PySide6.QtCore import Signal

from client.company import Company, EntryQuestion
from client.support_session import Request
from client.translation import tr
from client.ui import company_words, theme
from client.ui.question import LateQuestion


class EntryWindow(LateQuestion):
    """Who would come in, as what, and what that means; a take-over can end the session instead."""

    ended = Signal()

    def __init__(self, request: Request, question: EntryQuestion, company: Company) -> None:
        super().__init__(tr("Handrail – Another technician"), question.deadline)
        self.question = question
        self._end = theme.button(tr("&End the session"), "danger")
        self._end.clicked.connect(lambda: self._answer(self.ended))
        self._lay_out(request, company)

    def _lay_out(self, request: Request, company: Company) -> None:
        question = self.question
        heading = company_words.heading(question)
        meaning = company_words.meaning(question, company)
        layout = self._column(heading)
        layout.addWidget(theme.label(meaning))
        facts = (
            (tr("Technician"), question.ask.participant.name),
            (tr("Organisation"), request.technician.organisation or "–"),
            (tr("Brought in by"), company_words.brought_by(question)),
        )
        layout.addWidget(self._facts(*facts))
        layout.addWidget(theme.label(company_words.refusal(question, company), "faint"))
        self._finish(*((self._end,) if question.takes_over else ()))
        self._let_typing_pass(f"{heading}. {meaning}")
