"""Asks in mid-session whether the technician may have one right more. Doing nothing is Decline."""

from client.consent import Consent
from client.rights import Ask
from client.support_session import Request
from client.translation import tr
from client.ui import theme, words
from client.ui.question import LateQuestion


class AskWindow(LateQuestion):
    """Who asks for what, why and for how long."""

    def __init__(self, request: Request, ask: Ask, consent: Consent) -> None:
        super().__init__(tr("Handrail – Allow this too?"), ask.deadline)
        self.question = ask
        self._lay_out(request, consent)

    def _lay_out(self, request: Request, consent: Consent) -> None:
        ask, person = self.question, request.technician
        heading = words.asks(person.name, ask, consent)
        reason = words.quoted(ask.reason)
        layout = self._column(heading)
        layout.addWidget(theme.label(words.capability_detail(ask.capability), "faint"))
        facts = (
            (tr("Technician"), person.name),
            (tr("Organisation"), person.organisation or "–"),
            (tr("Their reason"), reason),
            (tr("For how long"), words.duration(ask.minutes)),
        )
        layout.addWidget(self._facts(*facts))
        layout.addWidget(
            self._warning(
                tr("Only allow this if it is part of the help you asked for. If unsure, decline.")
            )
        )
        self._finish()
        self._let_typing_pass(f"{heading}. {reason}")
