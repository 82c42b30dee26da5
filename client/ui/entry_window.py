"""Asks whether another technician may come in. Doing nothing is Decline."""

from itertools import pairwise

from PySide6.QtCore import Signal

from client.company import Company, EntryQuestion
from client.support_session import Request, Situation
from client.translation import tr
from client.ui import caution_words, company_words, theme
from client.ui.compared_question import ComparedQuestion


class EntryWindow(ComparedQuestion):
    """Who would come in, as what, and what that means; a take-over can end the session instead.

    It says of them what the consent window said of the first one.
    """

    ended = Signal()
    _by_itself = True

    def __init__(
        self, request: Request, question: EntryQuestion, company: Company, host: str
    ) -> None:
        who = question.ask.participant
        title = tr("Handrail – Another technician")
        super().__init__(title, question.deadline, who.account_id, who.name)
        self.question = question
        self._end = theme.button(tr("&End the session"), "danger")
        self._end.clicked.connect(lambda: self._answer(self.ended))
        self._is_read = False
        self._rest.timeout.connect(self._was_read)
        self._arm()
        self._lay_out(request, company, host)

    def show_situation(self, situation: Situation) -> None:
        """Show what their page and this program have agreed on."""
        account_id = self.question.account_id
        agreed = (one for one in situation.trust if one.account_id == account_id)
        self.show_agreed(next(agreed, None))

    @property
    def _is_ready(self) -> bool:
        return self._is_read

    def _was_read(self) -> None:
        self._is_read = True
        self._arm()

    def _lay_out(self, request: Request, company: Company, host: str) -> None:
        question, account = self.question, self.question.ask.account
        heading = company_words.heading(question)
        meaning = company_words.meaning(question, company)
        layout = self._column(heading)
        layout.addWidget(theme.label(theme.breakable(meaning)))
        facts = (
            (tr("Organisation"), request.technician.organisation or "–"),
            (tr("Registered"), caution_words.known_since(account)),
            (tr("Checked by"), host),
            (tr("Brought in by"), company_words.brought_by(question)),
        )
        marked = tr("Registered") if caution_words.is_new(account) else ""
        layout.addWidget(self._facts(*facts, marked=marked))
        layout.addWidget(self._trust)
        layout.addWidget(self._warning(caution_words.warning()))
        unchecked = caution_words.unchecked(request.ticket_id)
        refusal = company_words.refusal(question, company)
        layout.addWidget(theme.label(theme.breakable(f"{refusal} {unchecked}"), "faint"))
        ends = (self._end,) if question.takes_over else ()
        self._finish(*ends)
        for before, after in pairwise((self._trust.way_out, self._decline, self._allow, *ends)):
            self.setTabOrder(before, after)
        self._let_typing_pass(f"{heading}. {meaning}")
