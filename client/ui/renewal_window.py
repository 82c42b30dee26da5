"""Asks whether technicians may go on. Doing nothing pauses everything, then ends the session."""

import time
from datetime import datetime, timedelta

from PySide6.QtCore import Signal

from client.consent import Term, TermStage
from client.situation import Situation
from client.translation import tr
from client.ui import company_words, renewal_words, theme
from client.ui.deed_words import deeds
from client.ui.question import LateQuestion


class RenewalWindow(LateQuestion):
    """Who is here, since when, and what they may do."""

    ended = Signal()

    def __init__(self, situation: Situation, term: Term) -> None:
        self._lapsed = term.stage is TermStage.LAPSED
        super().__init__(tr("Handrail – Go on?"), term.until)
        self.question = term
        self._allow.setText(tr("&Go on"))
        self._decline.setText(tr("Stay &paused") if self._lapsed else tr("&Pause"))
        self._end = theme.button(tr("&End the session"), "danger")
        self._end.clicked.connect(lambda: self._answer(self.ended))
        self._lay_out(situation)

    def _left(self, seconds: int) -> str:
        return renewal_words.left(self._lapsed, seconds)

    def _lay_out(self, situation: Situation) -> None:
        began = datetime.now().astimezone() - timedelta(
            seconds=time.monotonic() - self.question.since
        )
        heading = renewal_words.heading(self._lapsed)
        layout = self._column(heading)
        facts = (
            (tr("Technician"), company_words.names(situation)),
            (tr("Since"), began.strftime("%H:%M")),
            (tr("What they may do"), deeds(situation.consent.granted)),
        )
        layout.addWidget(self._facts(*facts))
        layout.addWidget(self._warning(renewal_words.advice()))
        self._finish(self._end)
        self._let_typing_pass(f"{heading}. {renewal_words.advice()}")
