"""The bar's buttons stay where they are, whatever the bar says."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.signaling import Technician
from broker.protocol.vocabulary import Capability, ConsentSource, ErrorCode
from client.clipboard import ClipboardUse
from client.consent import Consent
from client.support_session import Request, Situation, State
from client.translation import LANGUAGES, use_language
from client.ui import theme
from client.ui.session_bar import SessionBar

FULL = Consent(frozenset({Capability.VIEW, Capability.CONTROL}), ConsentSource.WINDOW)
LINKED = Situation(
    State.LINKED,
    Request("ses", Technician(name="Ada Example", organisation="Example IT"), "T-1", (), 60),
    FULL,
    broker_attached=True,
)
LATER = [
    replace(LINKED, consent=FULL.with_paused(True)),
    replace(LINKED, broker_attached=False),
    replace(LINKED, state=State.READY, link_trouble=True),
    replace(LINKED, state=State.READY, technician_present=False),
    replace(LINKED, state=State.READY, broker_attached=False, perhaps_over=True),
    replace(LINKED, broker_attached=False, trouble=ErrorCode.TOO_MANY_REQUESTS),
    replace(LINKED, consent=replace(FULL, source=ConsentSource.COMMAND_LINE)),
    replace(LINKED, consent=FULL.without(Capability.VIEW)),
    replace(LINKED, held_back=True),
    replace(LINKED, ending=(Capability.CONTROL,)),
]


@pytest.fixture(scope="module")
def app() -> Iterator[QApplication]:
    app = QApplication.instance() or QApplication(["test", "-platform", "offscreen"])
    assert isinstance(app, QApplication)
    theme.apply(app)
    yield app


@pytest.fixture(params=LANGUAGES)
def bar(app: QApplication, request: pytest.FixtureRequest) -> Iterator[SessionBar]:
    use_language(request.param)
    made = SessionBar("Ctrl+Shift+F12")
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
    buttons = bar.findChildren(QPushButton)
    return [(b.mapToGlobal(QPoint(0, 0)), b.width(), b.height()) for b in buttons]


@pytest.mark.parametrize("situation", LATER)
def test_no_button_moves_whatever_happens_to_the_session(
    app: QApplication, bar: SessionBar, situation: Situation
) -> None:
    before = places(app, bar)
    bar.show_situation(situation)
    assert places(app, bar) == before
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
    person = Technician(name="Ada Augusta King " * 7, organisation="Example IT " * 10)
    bar.show_situation(replace(LINKED, request=replace(LINKED.request, technician=person)))
    assert bar.width() == before
