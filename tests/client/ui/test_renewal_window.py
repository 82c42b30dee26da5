"""The question whether the rights go on: before all others, and nobody answers it by accident."""

import time
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, ConsentSource
from client import events as on
from client.company import Company, Member
from client.consent import Consent, Term, TermStage
from client.rights import Ask
from client.situation import Request, Situation, State
from client.ui.ask_window import AskWindow
from client.ui.question import ARMING_MS
from client.ui.questions import Questions
from client.ui.renewal_window import RenewalWindow
from client.ui.typing_pause import TypingPause

VIEW, CONTROL = Capability.VIEW, Capability.CONTROL
REQUEST = Request("ses", Technician(name="Ada", organisation="Example IT"), "T-1", (VIEW,), 60)
COMPANY = Company(Member("a", "Ada"), (Member("b", "Ben", 1),))


def situation(stage: TermStage) -> Situation:
    now = time.monotonic()
    consent = Consent(frozenset({VIEW, CONTROL}), ConsentSource.WINDOW)
    consent = replace(consent, term=Term(stage, now + 60, now - 1800))
    ask = Ask(CONTROL, "quickly", 30, now + 60)
    return Situation(State.LINKED, REQUEST, consent, company=COMPANY, ask=ask)


def shown(app: QApplication, kind: type[AskWindow | RenewalWindow]) -> AskWindow | RenewalWindow:
    (window,) = [one for one in app.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    return window


def press(window: AskWindow | RenewalWindow, text: str) -> None:
    (button,) = [b for b in window.findChildren(QPushButton) if b.text().replace("&", "") == text]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_comes_before_what_is_asked_and_names_everybody(app: QApplication) -> None:
    posted: list[on.Event] = []
    questions = Questions(posted.append, lambda: 0, "help.example.org", TypingPause())
    questions.show_situation(situation(TermStage.RUNNING))
    shown(app, AskWindow)
    questions.show_situation(situation(TermStage.ASKED))
    window = shown(app, RenewalWindow)
    said = [label.accessibleName() for label in window.findChildren(QLabel)]
    assert "Technician: Ada and Ben" in said
    assert "What they may do: see this screen and use the mouse and keyboard" in said
    press(window, "Go on")
    assert posted == []  # not armed yet
    QTest.qWait(ARMING_MS + 100)
    press(window, "Go on")
    (answer,) = posted
    assert isinstance(answer, on.RenewalAnswered)
    assert answer.allowed
    questions.retire()


def test_the_session_can_be_ended_from_it_and_escape_only_pauses(app: QApplication) -> None:
    posted: list[on.Event] = []
    questions = Questions(posted.append, lambda: 0, "help.example.org", TypingPause())
    questions.show_situation(situation(TermStage.LAPSED))
    press(shown(app, RenewalWindow), "End the session")
    assert posted == [on.StopChosen()]
    questions.show_situation(situation(TermStage.ASKED))
    window = shown(app, RenewalWindow)
    QTest.qWait(ARMING_MS + 100)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert isinstance(posted[-1], on.RenewalAnswered)
    assert not posted[-1].allowed
    questions.retire()
