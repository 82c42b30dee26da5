"""The switches of the session bar: what they show, and that they give and take at once."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton

from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, ConsentSource
from client.consent import Consent, Lease
from client.hot_key import DEFAULT, parse
from client.rights import Ask
from client.support_session import Request, Situation, State
from client.translation import LANGUAGES, use_language
from client.ui import words
from client.ui.rights_popover import RightsPopover
from client.ui.session_bar import SessionBar

VIEW, CONTROL, READ = Capability.VIEW, Capability.CONTROL, Capability.CLIPBOARD_RECEIVE
SEES = Consent(frozenset({VIEW}), ConsentSource.WINDOW)
SITUATION = Situation(
    State.LINKED,
    Request("ses", Technician(name="Ada Example", organisation="Example IT"), "T-1", (), 60),
    SEES,
    broker_attached=True,
    may_ask=(VIEW, CONTROL, READ),
)


@pytest.fixture
def bar(app: QApplication) -> Iterator[SessionBar]:
    made = SessionBar(parse(DEFAULT))
    made.show_situation(SITUATION)
    made.place()
    made.show()
    app.processEvents()
    yield made
    made.retire()
    made.deleteLater()


def opened(bar: SessionBar) -> RightsPopover:
    (button,) = [b for b in bar.findChildren(QPushButton) if b.text() == "Ri&ghts"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (popover,) = bar.findChildren(RightsPopover)
    assert popover.isVisible()
    return popover


def switches(popover: RightsPopover) -> dict[str, bool]:
    boxes = popover.findChildren(QCheckBox)
    return {box.text(): box.isChecked() for box in boxes if box.isVisible()}


def switch(popover: RightsPopover, capability: Capability) -> QCheckBox:
    title = words.capability_title(capability)
    boxes = [box for box in popover.findChildren(QCheckBox) if box.isVisible()]
    (box,) = [box for box in boxes if box.text() == title]
    return box


def test_there_is_a_switch_for_each_right_that_may_be_asked_for(bar: SessionBar) -> None:
    titles = [words.capability_title(c) for c in SITUATION.may_ask]
    assert switches(opened(bar)) == dict(zip(titles, (True, False, False), strict=True))


def test_a_switch_gives_and_takes_at_once(bar: SessionBar) -> None:
    given: list[Capability] = []
    taken: list[Capability] = []
    bar.right_given.connect(given.append)
    bar.right_taken.connect(taken.append)
    popover = opened(bar)
    switch(popover, CONTROL).click()
    switch(popover, VIEW).click()
    assert (given, taken) == ([CONTROL], [VIEW])


def test_the_switches_are_worked_with_the_keyboard(bar: SessionBar) -> None:
    given: list[Capability] = []
    bar.right_given.connect(given.append)
    popover = opened(bar)
    assert switch(popover, VIEW).hasFocus()
    QTest.keyClick(popover, Qt.Key.Key_Tab)
    QTest.keyClick(popover.focusWidget(), Qt.Key.Key_Space)
    assert given == [CONTROL]
    QTest.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_switches_follow_the_rights_and_tell_nobody_of_it(bar: SessionBar) -> None:
    given: list[Capability] = []
    bar.right_given.connect(given.append)
    popover = opened(bar)
    bar.show_situation(replace(SITUATION, consent=SEES.with_given(CONTROL)))
    assert switch(popover, CONTROL).isChecked()
    assert given == []


def test_a_lease_says_until_when_and_nothing_counts(bar: SessionBar) -> None:
    leased = SEES.with_given(CONTROL, time.monotonic() + 600)
    bar.show_situation(replace(SITUATION, consent=leased))
    popover = opened(bar)
    ends = words.ends(CONTROL, leased)
    assert re.fullmatch(r"until \d\d:\d\d", ends)
    assert ends in [label.text() for label in popover.findChildren(QLabel)]
    assert switch(popover, CONTROL).accessibleDescription().startswith(ends)
    assert bar.findChildren(QTimer) == []


def test_a_switch_shows_what_is_in_force_until_that_changes(bar: SessionBar) -> None:
    popover = opened(bar)
    switch(popover, CONTROL).click()
    assert not switch(popover, CONTROL).isChecked()
    bar.show_situation(replace(SITUATION, consent=SEES.with_given(CONTROL)))
    assert switch(popover, CONTROL).isChecked()


def test_what_is_granted_can_be_taken_even_if_it_may_not_be_asked_for(bar: SessionBar) -> None:
    taken: list[Capability] = []
    bar.right_taken.connect(taken.append)
    bar.show_situation(replace(SITUATION, may_ask=()))
    popover = opened(bar)
    assert switches(popover) == {words.capability_title(VIEW): True}
    switch(popover, VIEW).click()
    assert taken == [VIEW]
    bar.show_situation(replace(SITUATION, may_ask=(), consent=SEES.without(VIEW)))
    assert not popover.isVisible()


def test_a_question_closes_the_switches(bar: SessionBar) -> None:
    popover = opened(bar)
    bar.show_situation(replace(SITUATION, ask=Ask(CONTROL, "why", 5, time.monotonic() + 60)))
    assert not popover.isVisible()


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    use_language(request.param)
    yield request.param
    use_language(LANGUAGES[0])


def places(popover: RightsPopover) -> list[tuple[QPoint, QSize]]:
    boxes = popover.findChildren(QCheckBox)
    return [(box.mapToGlobal(QPoint(0, 0)), box.size()) for box in boxes]


@pytest.mark.usefixtures("language")
def test_nothing_of_it_is_cut_off_and_no_row_moves(app: QApplication) -> None:
    made = SessionBar(parse(DEFAULT))
    made.show_situation(replace(SITUATION, may_ask=tuple(Capability)))
    made.place()
    made.show()
    popover = made._popover
    popover.open()
    app.processEvents()
    before = places(popover)
    ends_at = time.monotonic() + 600
    leases = tuple(Lease(capability, ends_at) for capability in Capability)
    everything = replace(SEES, granted=frozenset(Capability), leases=leases)
    made.show_situation(replace(SITUATION, may_ask=tuple(Capability), consent=everything))
    app.processEvents()
    assert places(popover) == before
    for box in popover.findChildren(QCheckBox):
        assert box.width() >= box.sizeHint().width()
    for label in popover.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
        assert label.width() >= label.minimumSizeHint().width()
    made.retire()
    made.deleteLater()


@pytest.mark.usefixtures("language")
def test_on_a_low_screen_it_scrolls_and_leaves_the_bar_in_sight(
    app: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    low = QRect(0, 0, 640, 480)
    made = SessionBar(parse(DEFAULT))
    made.show_situation(replace(SITUATION, may_ask=tuple(Capability)))
    made.place()
    made.show()
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _: low)
    popover = made._popover
    popover.open()
    app.processEvents()
    assert popover.y() > made.frameGeometry().bottom()
    assert made.frameGeometry().bottom() + popover.height() <= low.bottom()
    last = popover.findChildren(QCheckBox)[-1]
    assert last.visibleRegion().isEmpty()
    popover.findChildren(QCheckBox)[-2].setFocus()
    QTest.keyClick(popover.focusWidget(), Qt.Key.Key_Tab)
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect() == last.rect()
    made.retire()
    made.deleteLater()


def test_a_click_on_pause_while_it_is_open_pauses_at_once(bar: SessionBar) -> None:
    popover = opened(bar)
    chosen: list[bool] = []
    bar.pause_chosen.connect(chosen.append)
    (pause,) = [b for b in bar.findChildren(QPushButton) if b.text() == "&Pause"]
    at = popover.mapFromGlobal(pause.mapToGlobal(pause.rect().center()))
    QTest.mousePress(popover, Qt.MouseButton.LeftButton, pos=at)
    assert not popover.isVisible()
    assert chosen == [True]
