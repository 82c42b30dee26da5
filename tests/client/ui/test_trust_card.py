"""The string on both screens in the end user's windows: there before consent, and a way out."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from broker.protocol.signaling import Technician
from broker.protocol.trust import TrustString, string_of
from broker.protocol.vocabulary import Capability, ConsentSource
from client.company import Company, Member
from client.consent import Consent
from client.hot_key import DEFAULT, parse
from client.support_session import Request, Situation, State
from client.translation import LANGUAGES, language_in_use, use_language
from client.trust.exchanges import Agreed
from client.ui.consent_window import ConsentWindow
from client.ui.question import ARMING_MS
from client.ui.rights_popover import RightsPopover
from client.ui.session_bar import SessionBar
from tests.client.trusted import OWN

ADA, BEN = "usr_" + "a" * 32, "usr_" + "2" * 32
PERSON = Technician(name="Ada Example", organisation="Example IT", account_id=ADA)
REQUEST = Request("ses", PERSON, "T-1", (Capability.VIEW,), 60)


ANSWERS = ("Allow", "Autoriser")


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


def agreed(account_id: str = ADA, *, is_new: bool = False) -> Agreed:
    console = OWN.model_copy(update={"nonce": account_id[-1] * 64})
    return Agreed(account_id, string_of("ses", console, OWN, language_in_use()), console, is_new)


def texts(window: object) -> str:
    assert isinstance(window, ConsentWindow | SessionBar | RightsPopover)
    return " ".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def the_way_out(window: ConsentWindow | RightsPopover) -> list[QPushButton]:
    names = ("They differ", "Ils diffèrent")
    return [b for b in window.findChildren(QPushButton) if b.text() in names and b.isVisible()]


@pytest.mark.usefixtures("language")
def test_the_string_is_there_before_consent_and_moves_nothing_when_it_comes(
    app: QApplication,
) -> None:
    window = ConsentWindow(REQUEST, "help.example.org")
    window.ask()
    app.processEvents()
    (button,) = the_way_out(window)
    assert not button.isEnabled()
    (answer,) = [b for b in window.findChildren(QPushButton) if b.text()[1:] in ANSWERS]
    assert not answer.isEnabled()
    assert "waits for the digits" in texts(window) or "attend les chiffres" in texts(window)
    allow = window.findChildren(QPushButton)
    before = [(one.text(), one.mapTo(window, one.rect().topLeft())) for one in allow]
    string = agreed(is_new=True)
    window.show_agreed(string)
    app.processEvents()
    assert string.string.digits in texts(window)
    assert answer.isEnabled()
    assert " ".join(string.string.words) in texts(window)
    assert "by voice" in texts(window) or "de vive voix" in texts(window)
    assert [(one.text(), one.mapTo(window, one.rect().topLeft())) for one in allow] == before
    for label in window.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
    said: list[str] = []
    window.differs.connect(said.append)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert said == [ADA]
    window.retire()
    window.deleteLater()


def test_an_allow_that_crossed_another_string_can_be_pressed_again_but_not_at_once(
    app: QApplication,
) -> None:
    window = ConsentWindow(REQUEST, "help.example.org")
    window.ask()
    (allow,) = [b for b in window.findChildren(QPushButton) if b.text()[1:] in ANSWERS]
    seen: list[TrustString | None] = []
    window.allowed.connect(lambda: seen.append(window.seen))
    first, second = agreed(), agreed(BEN)
    window.show_agreed(first)
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    window.show_agreed(first)
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert seen == [first.string], "nothing has changed: it is answered once"
    window.show_agreed(None)
    window.show_agreed(second)
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert seen == [first.string], "this press was for the one before"
    assert QSignalSpy(window._settling.timeout).wait(2 * ARMING_MS)
    QTest.mouseClick(allow, Qt.MouseButton.LeftButton)
    assert seen == [first.string, second.string]
    window.retire()
    window.deleteLater()


def test_each_technicians_string_is_on_the_bar_with_a_way_out_for_each(app: QApplication) -> None:
    company = Company(Member(ADA, "Ada Example"), (Member(BEN, "Ben", 1),))
    sees = Consent(frozenset({Capability.VIEW}), ConsentSource.WINDOW)
    situation = Situation(
        State.LINKED,
        REQUEST,
        sees,
        company=replace(company, guests=()),
        may_ask=(Capability.VIEW,),
    )
    bar = SessionBar(parse(DEFAULT))
    bar.show_situation(situation)
    bar.place()
    bar.show()
    assert "On both screens" not in texts(bar)
    first, second = agreed(), agreed(BEN)
    bar.show_situation(replace(situation, trust=(first,)))
    digits, words = first.string.digits, " ".join(first.string.words)
    assert f"On both screens: {digits} · {words}" in texts(bar)
    bar.show_situation(replace(situation, company=company, trust=(first, second)))
    assert f"Ben {second.string.digits}" in texts(bar)
    (popover,) = bar.findChildren(RightsPopover)
    popover.open()
    app.processEvents()
    said: list[str] = []
    bar.differs.connect(said.append)
    for button in the_way_out(popover):
        button.click()
    assert said == [ADA, BEN]
    popover.hide()
    bar.retire()
    bar.deleteLater()
