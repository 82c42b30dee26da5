"""A question to the end user. Doing nothing, Enter, Escape and closing it are all Decline."""

import time
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
)

from client.translation import tr
from client.ui import places, theme
from client.ui.key_rest import KeyRest
from client.ui.scroll import Scroll
from client.ui.typing_pause import TypingPause

_TICK_MS: Final = 500
ARMING_MS: Final = 1000
"""A question that comes by itself takes no Allow for this long: somebody types elsewhere."""
_GAP: Final = theme.SPACE + 4
QUESTION_WIDTH: Final = theme.WIDTH - 2 * theme.MARGIN
"""Of what is to be read, in device-independent pixels."""


class Question(QDialog):
    """On top of everything, with Decline, Allow and the seconds that are left; answered once.

    `deadline` is in monotonic seconds; the engine, not the window, decides when it is over.
    """

    allowed = Signal()
    declined = Signal()
    _by_itself = False
    """Whether it comes while somebody may be typing: then no key that was on its way answers it."""

    def __init__(self, title: str, deadline: float) -> None:
        super().__init__()
        self._rest = KeyRest(self, ARMING_MS)
        self._deadline = deadline
        self._answered = False
        self._below = 0
        self._area = Scroll()
        self._countdown = theme.label(tone="faint")
        self._allow = theme.button(tr("&Allow"), "primary")
        self._decline = theme.button(tr("&Decline"))
        self.setWindowTitle(title)
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._allow.clicked.connect(lambda: self._answer(self.allowed))
        self._decline.clicked.connect(lambda: self._answer(self.declined))
        self._decline.setDefault(True)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK_MS)
        self._tick()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the window is Decline."""
        event.accept()
        self._answer(self.declined)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to wait until nobody types."""
        super().showEvent(event)
        if self._by_itself:
            self._rest.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Mind no keys any more."""
        self._rest.end()
        super().hideEvent(event)

    def reject(self) -> None:
        """Escape is Decline."""
        self._answer(self.declined)

    def ask(self, below: int = 0, pause: TypingPause | None = None) -> None:
        """Come to the front, below this line of the desktop; the keyboard waits for a pause."""
        self._below = below
        self._fit()
        places.put_below(self, below)
        (pause or TypingPause()).bring(self, self._take_keys)

    def _take_keys(self) -> None:
        if self._by_itself:
            self._rest.begin()
        self.activateWindow()

    def retire(self) -> None:
        """Go away: the question is settled."""
        self._answered = True
        self._timer.stop()
        self.close()

    def _tick(self) -> None:
        left = max(0, round(self._deadline - time.monotonic()))
        self._countdown.setText(self._left(left))
        if self.isVisible():
            places.keep_title_in_sight(self)

    def _left(self, seconds: int) -> str:
        """Say what happens without an answer, and when."""
        return tr("Without an answer this is declined in {seconds} s.").format(seconds=seconds)

    def _answer(self, answer: SignalInstance) -> None:
        if not self._answered:
            self._answered = True
            answer.emit()

    def _let_typing_pass(self, spoken: str) -> None:
        """Take the keyboard, but on no button: the space of a sentence would press it."""
        self.setAccessibleDescription(spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus()

    # ---- looks

    def _column(self, heading: str) -> QVBoxLayout:
        """Begin what is to be read."""
        layout = self._area.column
        layout.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, theme.SPACE)
        layout.setSpacing(_GAP)
        layout.addWidget(theme.label(theme.breakable(heading), "title"))
        return layout

    @staticmethod
    def _facts(*facts: tuple[str, str], marked: str = "") -> QFrame:
        """Make a card of titles and values; the value of the title `marked` stands out."""
        card = theme.frame("card")
        form = QFormLayout(card)
        form.setContentsMargins(16, 8, 16, 8)
        form.setHorizontalSpacing(20)
        form.setVerticalSpacing(4)
        for title, value in facts:
            shown = theme.label(theme.breakable(value), _tone(title, marked), selectable=True)
            shown.setAccessibleName(f"{title}: {value}")
            named = theme.label(title, "faint")
            named.setAlignment(Qt.AlignmentFlag.AlignTop)
            form.addRow(named, shown)
        return card

    @staticmethod
    def _warning(text: str) -> QFrame:
        box = theme.frame("warning")
        inside = QVBoxLayout(box)
        inside.setContentsMargins(14, 8, 14, 8)
        inside.addWidget(theme.label(text))
        return box

    def _finish(self, *others: QPushButton) -> None:
        """Put the countdown and the buttons below what is to be read.

        On their left may be others; where these are several, or too wide, they have a line of
        their own above, and the countdown stands in their place.
        """
        foot = QVBoxLayout()
        foot.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE * 2)
        foot.setSpacing(_GAP)
        answers = (self._decline, self._allow)
        if len(others) > 1 or _width(*others, *answers) > QUESTION_WIDTH:
            foot.addLayout(_row(*others, None))
            row = _row(*answers)
            row.insertWidget(0, self._countdown, 1)
        else:
            foot.addWidget(self._countdown)
            row = _row(*others, None, *answers)
        foot.addLayout(row)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area)
        outer.addLayout(foot)
        self._fit()

    def _fit(self) -> None:
        """Let the text scroll on a low screen: the buttons are never below its edge."""
        room = places.below(self._below).height() - places.FRAME.height()
        theme.fit_scrolling(self, self._area, room)
        if self.isVisible():  # what was added may have moved it off the screen
            places.put_below(self, self._below)


class LateQuestion(Question):
    """One that comes in mid-session: Allow can be pressed a while after it is there to be read."""

    _by_itself = True
    _read = False
    _hindered = False

    def __init__(self, title: str, deadline: float) -> None:
        super().__init__(title, deadline)
        self._allow.setEnabled(False)
        self._rest.timeout.connect(self._arm)

    def _arm(self) -> None:
        """It has been there long enough to be read."""
        self._read = True
        self._hinder(self._hindered)

    def _hinder(self, hindered: bool) -> None:
        """Take no Allow while something else stands in the way."""
        self._hindered = hindered
        self._allow.setEnabled(self._read and not hindered)


def _tone(title: str, marked: str) -> str:
    return "alarm" if title == marked else "strong"


def _width(*buttons: QPushButton) -> int:
    return sum(one.sizeHint().width() + _GAP for one in buttons) - _GAP


def _row(*buttons: QPushButton | None) -> QHBoxLayout:
    """Line these up; None is the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(_GAP)
    for one in buttons:
        if one is None:
            row.addStretch()
        else:
            row.addWidget(one)
    return row
