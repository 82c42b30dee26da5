"""The question in mid-session, and the switches of the rights, as a person meets them."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from broker.protocol.vocabulary import Capability
from client.rights import Ask
from client.ui import ask_window
from client.ui.ask_window import AskWindow
from client.ui.rights_window import RightsWindow
from tests.client.ui.test_session_bar import FULL, LINKED

CONTROL = Capability.CONTROL


@pytest.fixture(scope="module")
def app() -> Iterator[QApplication]:
    app = QApplication.instance() or QApplication(["test", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    yield app


@pytest.fixture
def question(app: QApplication) -> Iterator[AskWindow]:
    window = AskWindow(Ask(CONTROL, "<b>printer</b>", 120, time.monotonic() + 60), "Ada")
    window.show()
    app.processEvents()
    yield window
    window.retire()
    window.deleteLater()


@pytest.fixture
def rights(app: QApplication) -> Iterator[RightsWindow]:
    window = RightsWindow("Ctrl+Shift+F12")
    window.show_situation(replace(LINKED, may_ask=(Capability.VIEW, CONTROL)))
    window.show()
    app.processEvents()
    yield window
    window.close()
    window.deleteLater()


def texts(window: AskWindow | RightsWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))


def test_the_question_says_who_what_why_and_for_how_long(question: AskWindow) -> None:
    said = texts(question)
    for part in ("Ada asks", "Use the mouse", "“<b>printer</b>”", "For 2 hours", "in 60 s"):
        assert part in said


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_escape_decline(question: AskWindow, key: Qt.Key) -> None:
    answers: list[bool] = []
    question.answered.connect(answers.append)
    QTest.keyClick(question, key)
    assert answers == [False]


def test_allow_waits_until_the_question_can_have_been_read(
    app: QApplication, question: AskWindow
) -> None:
    answers: list[bool] = []
    question.answered.connect(answers.append)
    allow = next(b for b in question.findChildren(QPushButton) if "Allow" in b.text())
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert answers == []
    QTest.qWait(ask_window.ARMED_AFTER_MS + 100)
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert answers == [True]


def test_a_question_that_is_settled_elsewhere_answers_nothing(question: AskWindow) -> None:
    answers: list[bool] = []
    question.answered.connect(answers.append)
    question.retire()
    assert answers == []


def test_a_switch_gives_and_takes_and_follows_what_is_in_force(rights: RightsWindow) -> None:
    given, taken = [], []
    rights.given.connect(given.append)
    rights.taken.connect(taken.append)
    view, control = rights.findChildren(QCheckBox)
    QTest.keyClick(control, Qt.Key.Key_Space)
    assert (given, taken) == ([], [CONTROL])
    rights.show_situation(replace(LINKED, consent=FULL.without(CONTROL)))
    assert (view.isChecked(), control.isChecked()) == (True, False)
    assert (given, taken) == ([], [CONTROL])
    QTest.keyClick(control, Qt.Key.Key_Space)
    assert given == [CONTROL]


def test_the_end_of_a_lease_and_the_hot_key_are_told(rights: RightsWindow) -> None:
    leased = FULL.without(CONTROL).with_given(CONTROL, time.monotonic() + 600)
    rights.show_situation(replace(LINKED, consent=leased))
    assert "Until " in texts(rights)
    assert "Ctrl+Shift+F12 pauses" in texts(rights)
