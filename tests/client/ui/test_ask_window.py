"""The question in mid-session: what it says, and that nothing but a deliberate press allows."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel

from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import MAX_SHORT_TEXT, Capability, ConsentSource
from client.consent import Consent
from client.rights import Ask
from client.support_session import Request
from client.translation import LANGUAGES, use_language
from client.ui import words
from client.ui.ask_window import AskWindow
from client.ui.question import ARMING_MS

REQUEST = Request("ses", Technician(name="Ada Example", organisation="Example IT"), "T-1", (), 60)
ASK = Ask(Capability.CONTROL, "<b>to fix</b> the printer", 30, float("inf"))
SEES = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)


def an_ask(seconds: float = 60) -> Ask:
    return replace(ASK, deadline=time.monotonic() + seconds)


class Asked:
    """A window that is shown, and what it was answered."""

    def __init__(self, ask: Ask, consent: Consent = SEES) -> None:
        self.window = AskWindow(REQUEST, ask, consent)
        self.answers: list[bool] = []
        self.window.allowed.connect(lambda: self.answers.append(True))
        self.window.declined.connect(lambda: self.answers.append(False))
        self.window.ask()
        assert QTest.qWaitForWindowActive(self.window)

    def arm(self) -> None:
        assert QSignalSpy(self.window._rest.timeout).wait(ARMING_MS + 2000)


@pytest.fixture
def asked(app: QApplication) -> Iterator[Asked]:
    made = Asked(an_ask())
    yield made
    made.window.retire()
    made.window.deleteLater()


def test_it_says_who_asks_for_what_why_and_for_how_long(asked: Asked) -> None:
    texts = [label.text() for label in asked.window.findChildren(QLabel)]
    assert "Ada Example asks to use the mouse and keyboard" in texts
    assert {"“<b>to fix</b> the printer”", "30 minutes", "Example IT"} <= set(texts)
    assert "Without an answer this is declined in 60 s." in texts
    formats = {label.textFormat() for label in asked.window.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape])
def test_enter_and_escape_refuse_once_nobody_types(asked: Asked, key: Qt.Key) -> None:
    QTest.keyClick(asked.window, key)
    assert asked.answers == [], "it was on its way to another window"
    asked.arm()
    QTest.keyClick(asked.window, key)
    QTest.keyClick(asked.window, key)
    assert asked.answers == [False]


def test_closing_the_window_refuses(asked: Asked) -> None:
    asked.window.close()
    assert asked.answers == [False]


def test_allow_cannot_be_pressed_in_the_first_moment(asked: Asked) -> None:
    allow = asked.window._allow
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    QTest.keyClick(asked.window, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert asked.answers == []
    asked.arm()
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert asked.answers == [True]


def test_typing_a_sentence_answers_nothing(asked: Asked) -> None:
    asked.arm()
    for key in (Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_R, Qt.Key.Key_Space):
        QTest.keyClick(asked.window, key)
    assert asked.answers == []


def test_no_key_answers_while_somebody_goes_on_typing(asked: Asked) -> None:
    spy = QSignalSpy(asked.window._rest.timeout)
    for key in (Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape) * 4:
        QTest.keyClick(asked.window, key)
        assert not spy.wait(ARMING_MS // 8), "each key begins it anew"
    assert asked.answers == []
    asked.arm()
    QTest.keyClick(asked.window, Qt.Key.Key_Escape)
    assert asked.answers == [False]


def test_a_settled_question_goes_without_an_answer(asked: Asked) -> None:
    asked.window.retire()
    assert not asked.window.isVisible()
    assert asked.answers == []


def test_what_the_right_needs_is_asked_for_too() -> None:
    nothing = replace(SEES, granted=frozenset())
    text = words.asks("Ada", ASK, nothing)
    assert text == "Ada asks to see this screen and use the mouse and keyboard"
    full = replace(SEES, granted=frozenset({Capability.VIEW, Capability.CONTROL}))
    assert words.asks("Ada", ASK, full) == "Ada asks to use the mouse and keyboard"


@pytest.mark.parametrize("minutes", [1, 59, 60, 90, 480])
def test_how_long_is_told_in_minutes_or_whole_hours(minutes: int) -> None:
    told = {1: "1 minute", 59: "59 minutes", 60: "1 hour", 90: "90 minutes", 480: "8 hours"}
    assert words.duration(minutes) == told[minutes]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize("reason", ["W" * MAX_SHORT_TEXT, "so " * 66])
def test_nothing_is_cut_off_however_long_the_reason(app: QApplication, reason: str) -> None:
    made = Asked(replace(an_ask(), reason=reason))
    for label in made.window.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
        assert label.minimumSizeHint().width() <= label.width()
    made.window.retire()
    made.window.deleteLater()
