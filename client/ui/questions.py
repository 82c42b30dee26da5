"""The questions of a session: one window at a time, taken away when its question is settled."""

import time
from collections.abc import Callable

from broker.protocol.trust import TrustBreach
from client import events as on
from client.company import EntryQuestion
from client.consent import Term, TermStage
from client.rights import Ask
from client.support_session import Situation
from client.ui.ask_window import AskWindow
from client.ui.entry_window import EntryWindow
from client.ui.renewal_window import RenewalWindow
from client.ui.typing_pause import TypingPause


class Questions:
    """Whether somebody may come in goes before what somebody may do."""

    def __init__(
        self,
        post: Callable[[on.Event], None],
        edge: Callable[[], int],
        host: str,
        pause: TypingPause,
    ) -> None:
        """`host` is the broker's own name, as in the consent window."""
        self._pause = pause
        self._post = post
        self._host = host
        self._edge = edge
        self._window: AskWindow | EntryWindow | RenewalWindow | None = None

    def show_situation(self, situation: Situation) -> None:
        """Ask what is open, once."""
        wanted = self._wanted(situation)
        shown = self._window.question if self._window is not None else None
        if wanted != shown:
            self.retire()
            if situation.request is not None and wanted is not None:
                self._window = self._make(situation)
                self._window.ask(self._edge(), self._pause)
        if isinstance(self._window, EntryWindow):
            self._window.show_situation(situation)

    def retire(self) -> None:
        """Take the question away."""
        window, self._window = self._window, None
        if window is not None:
            window.retire()
            window.deleteLater()

    @staticmethod
    def _wanted(situation: Situation) -> Term | EntryQuestion | Ask | None:
        """Whether anything goes on at all goes before whatever else is asked."""
        return open_term(situation) or situation.company.question or situation.ask

    def _make(self, situation: Situation) -> AskWindow | EntryWindow | RenewalWindow:
        term = open_term(situation)
        if term is not None:
            return self._make_renewal(situation, term)
        if situation.company.question is not None:
            return self._make_entry(situation)
        return self._make_ask(situation)

    def _make_renewal(self, situation: Situation, term: Term) -> RenewalWindow:
        window = RenewalWindow(situation, term)
        window.allowed.connect(lambda: self._renew(True))
        window.declined.connect(lambda: self._renew(False))
        window.ended.connect(lambda: self._post(on.StopChosen()))
        return window

    def _renew(self, allowed: bool) -> None:
        self._post(on.RenewalAnswered(allowed, time.monotonic()))

    def _make_entry(self, situation: Situation) -> EntryWindow:
        question, request = situation.company.question, situation.request
        assert question is not None and request is not None  # noqa: S101 - asked above
        number = question.ask.number
        window = EntryWindow(request, question, situation.company, self._host)
        window.allowed.connect(lambda: self._post(on.EntryAnswered(number, True, window.seen)))
        window.declined.connect(lambda: self._post(on.EntryAnswered(number, False)))
        window.differs.connect(self._differs)
        window.ended.connect(lambda: self._post(on.StopChosen()))
        return window

    def _differs(self, account_id: str) -> None:
        self._post(on.TrustBroken(TrustBreach.STRINGS_DIFFER, account_id))

    def _make_ask(self, situation: Situation) -> AskWindow:
        ask, request = situation.ask, situation.request
        assert ask is not None and request is not None  # noqa: S101 - asked above
        deadline = ask.deadline
        window = AskWindow(request, ask, situation.consent)
        window.allowed.connect(lambda: self._answer(True, deadline))
        window.declined.connect(lambda: self._answer(False, deadline))
        return window

    def _answer(self, allowed: bool, deadline: float) -> None:
        self._post(on.AskAnswered(allowed, time.monotonic(), deadline))


def open_term(situation: Situation) -> Term | None:
    """The question whether the rights go on; None: it is not asked now."""
    term = situation.consent.term
    return None if term is None or term.stage is TermStage.RUNNING else term
