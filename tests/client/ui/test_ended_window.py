"""The last window, and the question whether the chat may be kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from broker.protocol.vocabulary import EndReason
from client.distrust import ReportStage
from client.keeping import KeepOffer, KeepStage
from client.ratings import RatingStage
from client.situation import Situation, State
from client.ui import places
from client.ui.ended_window import EndedWindow

OFFER = KeepOffer("ZD-1", "Tess", "Example Support", 3)


@pytest.fixture
def ended(app: QApplication) -> Iterator[EndedWindow]:
    window = EndedWindow(Situation(State.OVER, end_reason=EndReason.TECHNICIAN_ENDED))
    window.show()
    yield window
    window.retire()
    window.deleteLater()


def test_screens_that_differ_give_advice_and_no_way_to_another_code(app: QApplication) -> None:
    window = EndedWindow(Situation(State.OVER, end_reason=EndReason.SCREENS_DIFFER))
    window.show()
    said = " ".join(one.text() for one in window.findChildren(QLabel) if one.isVisible())
    assert "on a number that you know already" in said
    assert window._again.isHidden()
    window.retire()
    window.deleteLater()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("reason", [EndReason.SCREENS_DIFFER, EndReason.CONNECTION_ALTERED])
def test_the_end_user_reads_whose_connection_it_was(reason: EndReason) -> None:
    window = EndedWindow(Situation(State.OVER, end_reason=reason, whose="Ben Example"))
    said = " ".join(one.text() for one in window.findChildren(QLabel))
    assert "Ben Example’s page" in said
    window.retire()
    window.deleteLater()


def test_the_report_fits_a_low_screen_with_close_in_sight(
    app: QApplication, ended: EndedWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    low = QRect(0, 0, 640, 400)
    monkeypatch.setattr(places, "room", lambda: low)
    ended.show_report(ReportStage.TOLD)
    app.processEvents()
    assert low.contains(ended.geometry())
    assert ended._close.visibleRegion().boundingRect() == ended._close.rect()


def test_nothing_is_asked_unless_there_is_something_to_ask(ended: EndedWindow) -> None:
    assert ended._keep.isHidden()
    ended.show_keeping(OFFER)
    assert ended._keep.isVisible()
    ended.show_keeping(None)
    assert ended._keep.isHidden()


def test_the_question_says_who_would_read_it_and_that_no_is_the_default(
    ended: EndedWindow,
) -> None:
    ended.show_keeping(OFFER)
    assert "ZD-1" in ended._keep._heading.text()
    text = ended._keep._text.text()
    assert all(part in text for part in ("Tess", "Example Support", "3 messages", "gone"))
    assert ended._close.hasFocus() or ended._close.isDefault() or ended._close.autoDefault()


def test_keep_does_nothing_before_it_can_have_been_read(ended: EndedWindow) -> None:
    answers: list[bool] = []
    ended.kept.connect(answers.append)
    ended.show_keeping(OFFER)
    ended._keep._yes.click()
    assert answers == []
    ended._keep._arming.timeout.emit()
    ended._keep._yes.click()
    ended._keep._no.click()
    assert answers == [True, False]


@pytest.mark.parametrize("stage", [KeepStage.SENDING, KeepStage.KEPT])
def test_once_answered_it_is_not_asked_again(ended: EndedWindow, stage: KeepStage) -> None:
    ended.show_keeping(replace(OFFER, stage=stage))
    assert ended._keep._yes.isHidden()
    assert ended._keep._no.isHidden()


def test_what_could_not_be_sent_is_offered_again(ended: EndedWindow) -> None:
    ended.show_keeping(replace(OFFER, stage=KeepStage.FAILED))
    assert not ended._keep._yes.isHidden()


def test_what_is_typed_after_a_report_is_its_sentence_and_closes_nothing(app: QApplication) -> None:
    window = EndedWindow(Situation(State.OVER, end_reason=EndReason.END_USER_STOPPED))
    written: list[str] = []
    window.report_written.connect(written.append)
    window.show()
    window.show_report(ReportStage.SENDING)
    QTest.keyClicks(window.focusWidget(), "They asked ")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.isVisible()
    assert written == []  # not before the report itself has arrived
    window.show_report(ReportStage.TOLD)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert written == ["They asked "]
    window.retire()
    window.deleteLater()


def test_how_it_was_is_answered_by_keyboard_and_every_step_has_a_name(
    app: QApplication, ended: EndedWindow
) -> None:
    answers: list[tuple[int, str]] = []
    ended.rated.connect(lambda step, comment: answers.append((step, comment)))
    assert ended._rating.isHidden()
    ended.show_rating(RatingStage.ASKED)
    card = ended._rating
    names = [button.accessibleName() for button in card._group.buttons()]
    assert (names[0], names[-1]) == ("1 of 5: Very bad", "5 of 5: Very good")
    card._send.click()
    assert answers == []
    QTest.keyClick(card._group.button(4), Qt.Key.Key_Space)
    QTest.keyClicks(card._note, "quick")
    QTest.keyClick(card._note, Qt.Key.Key_Return)
    assert answers == [(4, "quick")]
    ended.show_rating(RatingStage.SENT)
    assert card._asking.isHidden()


def test_the_question_can_be_left_out(ended: EndedWindow) -> None:
    ended.show_rating(RatingStage.ASKED)
    ended._rating._skip.click()
    ended.show_rating(RatingStage.ASKED)
    assert ended._rating.isHidden()
