"""The windows about files, as a person meets them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from broker.protocol.files import FileDirection, FileItem, FileOffer, FileProblem
from broker.protocol.vocabulary import Capability
from client.files.desk import FilesView, Wish
from client.files.transfer import Stage, TransferView
from client.ui import file_words
from client.ui.files_window import FilesWindow
from client.ui.offer_window import OfferWindow
from client.ui.question import ARMING_MS
from client.ui.wish_window import WishWindow
from tests.client.ui.test_session_bar import FULL, LINKED

DOWNLOADS = Path.home() / "Downloads" / "Handrail"
MANY = tuple(FileItem(name=f"{n}.txt", size_bytes=1000) for n in range(6))


def view(*items: FileItem, direction: FileDirection = FileDirection.SEND) -> TransferView:
    items = items or (FileItem(name="report.pdf", size_bytes=2_000_000),)
    offer = FileOffer(
        transfer="12345678",
        items=items,
        files=len(items),
        folders=0,
        size_bytes=sum(one.size_bytes for one in items),
    )
    return TransferView("12345678", direction, offer, Stage.OFFERED, since=time.monotonic())


@pytest.fixture
def windows(app: QApplication) -> Iterator[list[QWidget]]:
    made: list[QWidget] = []
    yield made
    for window in made:
        if isinstance(window, OfferWindow | WishWindow):
            window.retire()
        window.close()
        window.deleteLater()


def offered(windows: list[QWidget], *items: FileItem) -> OfferWindow:
    window = OfferWindow(view(*items), "Ada", DOWNLOADS)
    windows.append(window)
    window.show()
    QApplication.processEvents()
    return window


@pytest.fixture
def listed(windows: list[QWidget]) -> FilesWindow:
    window = FilesWindow()
    windows.append(window)
    window.show_situation(LINKED)
    window.show()
    QApplication.processEvents()
    return window


def texts(window: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(one.text() for one in window.findChildren(QLabel) if one.isVisibleTo(window))


def button(window: QWidget, text: str) -> QPushButton:
    QApplication.processEvents()
    return next(
        one
        for one in window.findChildren(QPushButton)
        if one.text().replace("&", "") == text and one.isVisibleTo(window)
    )


def test_an_offer_says_who_what_how_much_and_where_to(windows: list[QWidget]) -> None:
    said = texts(offered(windows))
    for part in ("Ada wants to send", "report.pdf", "1 file", str(DOWNLOADS)):
        assert part in said
    assert "program" not in said


def test_names_are_shown_as_they_will_be_called_here(windows: list[QWidget]) -> None:
    said = texts(offered(windows, FileItem(name="photo_\u202egnp.exe", size_bytes=1)))
    assert "photo__gnp.exe" in said
    assert "A program can do anything" in said


def test_of_many_things_each_is_named(windows: list[QWidget]) -> None:
    said = texts(offered(windows, *MANY))
    assert all(f"{number}.txt" in said for number in range(len(MANY)))
    assert "more" not in said


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_escape_decline(windows: list[QWidget], key: Qt.Key) -> None:
    window = offered(windows)
    declined: list[bool] = []
    window.declined.connect(lambda: declined.append(True))
    QTest.keyClick(window, key)
    assert declined == [], "it was on its way to another window"
    QTest.qWait(ARMING_MS + 100)
    QTest.keyClick(window, key)
    assert declined == [True]


def test_accepting_waits_until_the_offer_can_have_been_read(windows: list[QWidget]) -> None:
    window = offered(windows)
    accepted: list[Path] = []
    window.allowed.connect(lambda: accepted.append(window.folder))
    QTest.mouseClick(button(window, "Accept"), Qt.MouseButton.LeftButton)
    assert accepted == []
    QTest.qWait(ARMING_MS + 100)
    QTest.mouseClick(button(window, "Accept"), Qt.MouseButton.LeftButton)
    assert accepted == [DOWNLOADS]


def test_a_folder_that_cannot_take_it_is_told_before_anything_comes(
    windows: list[QWidget], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("client.ui.question.ARMING_MS", 1)
    window = offered(windows, FileItem(name="film.mkv", size_bytes=2**52))
    QTest.qWait(20)
    assert "not enough free space here" in texts(window)
    assert not button(window, "Accept").isEnabled()
    (tmp_path / "taken").write_text("a file where the folder should be")
    places = iter((tmp_path / "taken", tmp_path / "free"))
    choose = lambda *_: str(next(places))  # noqa: E731
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    window = offered(windows)
    QTest.mouseClick(button(window, "Other folder…"), Qt.MouseButton.LeftButton)
    assert "cannot be written to" in texts(window)
    QTest.qWait(20)
    assert not button(window, "Accept").isEnabled()
    QTest.mouseClick(button(window, "Other folder…"), Qt.MouseButton.LeftButton)
    assert "cannot be written to" not in texts(window)
    assert button(window, "Accept").isEnabled()


def test_a_wish_gives_the_reason(windows: list[QWidget]) -> None:
    window = WishWindow(Wish("12345678", "the <b>log</b>", time.monotonic() + 60), "Ada")
    windows.append(window)
    window.show()
    assert "the <b>log</b>" in texts(window)
    answers: list[bool] = []
    window.allowed.connect(lambda: answers.append(True))
    QTest.qWait(ARMING_MS + 100)
    QTest.mouseClick(button(window, "Choose files…"), Qt.MouseButton.LeftButton)
    assert answers == [True]


def test_an_empty_list_teaches(listed: FilesWindow) -> None:
    assert "allow it under Rights first" in texts(listed)
    assert not button(listed, "Send files…").isEnabled()
    more = FULL.with_given(Capability.FILES_RECEIVE)
    listed.show_situation(replace(LINKED, consent=more))
    assert "Choose files below" in texts(listed)
    assert button(listed, "Send files…").isEnabled()


def test_progress_and_its_end_are_shown(listed: FilesWindow) -> None:
    one = replace(view(), stage=Stage.RUNNING, done_bytes=1_000_000, speed=500_000.0, left_s=2.0)
    listed.show_files(FilesView((one,)))
    said = texts(listed)
    for part in ("report.pdf", "From the technician", "a second", "2 s left"):
        assert part in said
    [bar] = listed.findChildren(QProgressBar)
    assert bar.value() == 500
    assert bar.accessibleName() == "report.pdf"
    listed.show_files(FilesView((replace(one, stage=Stage.OVER, done=1),)))
    assert "Done" in texts(listed)
    assert not bar.isVisibleTo(listed)


def test_pause_and_cancel_say_which(listed: FilesWindow) -> None:
    listed.show_files(FilesView((replace(view(), stage=Stage.RUNNING),)))
    asked: list[object] = []
    listed.pause_wanted.connect(lambda one, paused: asked.append((one, paused)))
    listed.cancel_wanted.connect(asked.append)
    QTest.mouseClick(button(listed, "Pause"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(button(listed, "Cancel"), Qt.MouseButton.LeftButton)
    assert asked == [("12345678", True), "12345678"]
    assert button(listed, "Pause").accessibleName() == "Pause: report.pdf"


@pytest.mark.parametrize("problem", list(FileProblem))
def test_every_problem_is_said_in_words(listed: FilesWindow, problem: FileProblem) -> None:
    listed.show_files(FilesView((replace(view(), stage=Stage.ENDED, problem=problem),)))
    assert file_words.problem(problem) in texts(listed)
    assert len(file_words.problem(problem)) > len(problem)


def test_what_did_not_come_across_is_named(listed: FilesWindow) -> None:
    failed = ((("a", "b.txt"), FileProblem.CHANGED),)
    one = replace(view(), stage=Stage.OVER, done=3, failed=failed, failures=1, skipped=2)
    listed.show_files(FilesView((one,)))
    said = texts(listed)
    for part in ("3 done, 1 not", "a/b.txt: It was changed", "2 links and special files"):
        assert part in said


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (2048, "2 kB"), (1_572_864, "1.5 MB")],
)
def test_sizes_are_said_as_in_the_console(count: int, said: str) -> None:
    assert file_words.size(count) == said
