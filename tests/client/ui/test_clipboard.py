"""The desktop's clipboard, asked from another thread as the engine does."""

import queue
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from client.ui.clipboard import QtClipboard, _is_concealed


def ask(app: QApplication, question: Callable[[Callable[[Any], None]], None]) -> Any:
    """Ask from another thread, and let Qt work until the answer is there."""
    answers: queue.Queue[Any] = queue.Queue()
    asking = threading.Thread(target=question, args=(answers.put,))
    asking.start()
    asking.join()
    while answers.empty():
        app.processEvents()
    return answers.get()


def test_what_is_written_is_read_whatever_the_script(app: QApplication) -> None:
    clipboard = QtClipboard(lambda call: call())
    text = "Ελληνικά 中文 👩‍👩‍👧‍👦\nline\ttab"
    assert ask(app, lambda answer: clipboard.write(text, answer)) is True
    assert ask(app, clipboard.read) == text
    clipboard.deleteLater()


def test_our_own_text_is_not_told_as_a_copied_one(app: QApplication) -> None:
    clipboard = QtClipboard(lambda call: call())
    told: list[str] = []
    clipboard.watch(told.append)
    ask(app, lambda answer: clipboard.write("from the technician", answer))
    app.processEvents()
    assert told == []
    clipboard.watch(None)
    clipboard.deleteLater()


def test_what_a_password_manager_marks_is_not_taken_by_watching() -> None:
    content = QMimeData()
    content.setText("secret")
    assert not _is_concealed(content)
    content.setData("x-kde-passwordManagerHint", b"secret")
    assert _is_concealed(content)
