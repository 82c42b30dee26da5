"""The bar's buttons stay where they are, whatever the bar says."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, ConsentSource, ErrorCode
from client.clipboard import ClipboardUse
from client.company import NOBODY, Company, Member
from client.consent import Consent
from client.hot_key import DEFAULT, parse
from client.support_session import Request, Situation, State
from client.translation import LANGUAGES, use_language
from client.ui import words
from client.ui.session_bar import MAX_UNREAD, SessionBar

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
LINKED = Situation(
    State.LINKED,
    Request("ses", Technician(name="Ada Example", organisation="Example IT"), "T-1", (), 60),
    FULL,
    broker_attached=True,
    may_ask=(Capability.VIEW, Capability.CONTROL, Capability.CLIPBOARD_RECEIVE),
    company=Company(Member("ada", "Ada Example")),
)
LATER = [
    replace(LINKED, consent=FULL.with_paused(True)),
    replace(LINKED, broker_attached=False),
    replace(LINKED, state=State.READY, link_trouble=True),
    replace(LINKED, state=State.READY, technician_present=False),
    replace(LINKED, state=State.READY, broker_attached=False, unrecovered=True),
    replace(LINKED, broker_attached=False, trouble=ErrorCode.TOO_MANY_REQUESTS),
    replace(LINKED, consent=replace(FULL, source=ConsentSource.COMMAND_LINE)),
    replace(LINKED, consent=FULL.without(Capability.VIEW)),
    replace(LINKED, consent=FULL.with_given(Capability.CLIPBOARD_RECEIVE)),
    replace(LINKED, held_back=True),
    replace(LINKED, ending=(Capability.CONTROL,)),
    replace(LINKED, unrecorded=True),
]


@pytest.fixture(params=LANGUAGES)
def bar(app: QApplication, request: pytest.FixtureRequest) -> Iterator[SessionBar]:
    use_language(request.param)
    made = SessionBar(parse(DEFAULT))
    made.show_situation(LINKED)
    made.place()
    made.show()
    app.processEvents()
    yield made
    made.retire()
    made.deleteLater()
    use_language(LANGUAGES[0])


def places(app: QApplication, bar: SessionBar) -> list[tuple[QPoint, int, int]]:
    app.processEvents()
    buttons = [button for button in bar.findChildren(QPushButton) if button.isVisible()]
    return [(b.mapToGlobal(QPoint(0, 0)), b.width(), b.height()) for b in buttons]


@pytest.mark.parametrize("situation", LATER)
def test_no_button_moves_whatever_happens_to_the_session(
    app: QApplication, bar: SessionBar, situation: Situation
) -> None:
    before = places(app, bar)
    bar.show_situation(situation)
    after = places(app, bar)
    assert [place for place in before if place not in after] == []
    bar.show_situation(LINKED)
    assert places(app, bar) == before


@pytest.mark.parametrize("unread", [1, 9, 10, 4000])
def test_no_button_moves_for_unread_messages(
    app: QApplication, bar: SessionBar, unread: int
) -> None:
    before = places(app, bar)
    bar.show_unread(unread)
    assert places(app, bar) == before


def test_a_copied_text_is_told_by_its_size_and_moves_no_button(
    app: QApplication, bar: SessionBar
) -> None:
    before = places(app, bar)
    bar.show_clipboard(ClipboardUse(ClipboardDirection.RECEIVE, 312, 500))
    assert any("312" in label.text() for label in bar.findChildren(QLabel) if label.isVisible())
    assert places(app, bar) == before
    bar._forget_clipboard()
    assert not any("312" in label.text() for label in bar.findChildren(QLabel))
    assert places(app, bar) == before


def test_the_bar_says_since_when_and_never_changes_by_itself(bar: SessionBar) -> None:
    texts = [label.text() for label in bar.findChildren(QLabel)]
    assert any(re.fullmatch(r"\w+ \d\d:\d\d", text) for text in texts)
    assert bar.findChildren(QTimer) == []


def test_a_very_long_name_does_not_make_the_bar_wider(bar: SessionBar) -> None:
    before = bar.width()
    assert LINKED.request is not None
    person = Technician(name="Ada Example " * 5 + "Example" * 8, organisation="Example IT " * 10)
    bar.show_situation(replace(LINKED, request=replace(LINKED.request, technician=person)))
    assert bar.width() == before
    for label in bar.findChildren(QLabel):
        assert label.minimumSizeHint().width() <= label.width()


def shown_texts(bar: SessionBar) -> list[str]:
    return [label.text() for label in bar.findChildren(QLabel) if label.isVisible()]


def test_while_nobody_is_in_charge_the_bar_names_nobody_and_says_that_nobody_sees(
    bar: SessionBar,
) -> None:
    queued = replace(LINKED, state=State.READY, technician_present=False, company=NOBODY)
    bar.show_situation(queued)
    shown = shown_texts(bar)
    assert "Example IT" in shown
    assert not any("Ada Example" in text for text in shown)
    assert words.rights(queued) in shown
    assert words.rights(queued) != words.rights(LINKED)
    assert words.link(queued) == ""


def test_it_is_whoever_has_control_who_waits_for_the_end_user() -> None:
    company = Company(Member("ada", "Ada"), (Member("ben", "Ben", 1),), "ben")
    assert "Ben" in words.held_back(replace(LINKED, held_back=True, company=company))


def test_the_bar_says_who_waits_for_as_long_as_they_do(bar: SessionBar) -> None:
    height = bar.height()
    bar.show_situation(replace(LINKED, held_back=True))
    assert words.held_back(replace(LINKED, held_back=True)) in shown_texts(bar)
    assert bar.height() > height
    bar.show_situation(LINKED)
    assert bar.height() == height
    assert not any("Ada Example " in text and ":" in text for text in shown_texts(bar))


def test_the_bar_says_which_right_is_about_to_end(bar: SessionBar) -> None:
    soon = replace(LINKED, ending=(Capability.CONTROL,))
    bar.show_situation(soon)
    assert words.ending(soon) in shown_texts(bar)
    bar.show_situation(replace(soon, consent=FULL.without(Capability.CONTROL)))
    assert words.ending(soon) not in shown_texts(bar)


def test_the_hot_key_is_told(bar: SessionBar) -> None:
    assert "F12" in bar.toolTip()
    assert any("F12" in label.text() for label in bar._popover.findChildren(QLabel))


def test_without_rights_to_give_or_take_there_is_no_button_for_them(
    app: QApplication, bar: SessionBar
) -> None:
    assert bar._switches.isVisible()
    bar.show_situation(replace(LINKED, may_ask=(), consent=FULL.without(Capability.VIEW)))
    assert not bar._switches.isVisible()


def test_the_bar_cannot_be_moved_off_the_screen(app: QApplication, bar: SessionBar) -> None:
    screen = bar.screen().availableGeometry()
    start = bar.rect().bottomLeft() + QPoint(6, -6)
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    for target in (QPoint(5000, 5000), QPoint(-5000, -5000)):
        QTest.mouseMove(bar, target)
        app.processEvents()
        assert screen.contains(bar.frameGeometry())
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton)
    before = bar.pos()
    QTest.mouseMove(bar, QPoint(200, 200))
    assert bar.pos() == before, "it was let go"
    for _ in range(50):
        QTest.keyClick(bar, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert screen.contains(bar.frameGeometry())


@pytest.mark.parametrize("width", [640, 800, 854, 1024, 1280])
def test_the_bar_fits_the_screen_and_cuts_nothing_off(
    app: QApplication, bar: SessionBar, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    class Screen:
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, width, 600)

    monkeypatch.setattr(QGuiApplication, "primaryScreen", Screen)
    bar.show_unread(MAX_UNREAD + 1)
    everything = replace(LINKED, consent=replace(FULL, granted=frozenset(Capability)))
    bar.show_situation(replace(everything, held_back=True, ending=(Capability.CONTROL,)))
    before = places(app, bar)
    assert bar.width() <= width
    for label in bar.findChildren(QLabel):
        if label.isVisible():
            assert label.height() >= label.heightForWidth(label.width())
            assert bar.rect().contains(label.geometry())
    bar.show_situation(everything)
    assert places(app, bar) == before


def test_a_lost_connection_can_be_tried_again(app: QApplication, bar: SessionBar) -> None:
    lost = replace(LINKED, state=State.READY, link_trouble=True)
    wishes: list[bool] = []
    bar.again_chosen.connect(lambda: wishes.append(True))
    bar.show_situation(lost)
    assert not bar._again.isVisible()
    bar.show_situation(replace(lost, unrecovered=True))
    app.processEvents()
    bar._again.click()
    assert wishes == [True]
