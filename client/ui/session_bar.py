"""The bar that is always visible while a technician is connected: who, what, since when, and Stop.

It never changes by itself: it lies in the shared picture, where a ticking clock would be traffic.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QCloseEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from broker.protocol.connection import Way
from broker.protocol.vocabulary import Capability
from client import way_words
from client.clipboard import ClipboardUse
from client.hot_key import Combination
from client.support_session import Situation
from client.translation import tr
from client.ui import caution_words, company_words, places, theme, trust_words, words
from client.ui.rights_popover import RightsPopover

MAX_UNREAD: Final = 9
MAX_TEXT_WIDTH: Final = 460
MIN_TEXT_WIDTH: Final = 200
"""Device-independent pixels; longer texts wrap, and below the least they go under the buttons."""
CLIPBOARD_SHOWN_MS: Final = 8000
"""How long it is said that a text was copied."""
_MARGINS: Final = 28
"""Pixels left and right of the bar's contents together."""
_GAP: Final = theme.SPACE * 3
"""Pixels between the texts and the buttons beside them."""
_STEP: Final = 40
"""Pixels that Ctrl and an arrow key move the bar."""
_MOVES: Final = {
    Qt.Key.Key_Left: QPoint(-_STEP, 0),
    Qt.Key.Key_Right: QPoint(_STEP, 0),
    Qt.Key.Key_Up: QPoint(0, -_STEP),
    Qt.Key.Key_Down: QPoint(0, _STEP),
}

_FILES: Final = frozenset({Capability.FILES_SEND, Capability.FILES_RECEIVE})


class SessionBar(QWidget):
    """Small, on top, without a frame; dragged with the mouse or moved with Ctrl and arrow keys."""

    chat_wanted = Signal()
    files_wanted = Signal()
    again_chosen = Signal()
    pause_chosen = Signal(bool)
    stop_chosen = Signal()
    distrust_chosen = Signal()
    right_given = Signal(object)
    right_taken = Signal(object)
    guest_removed = Signal(str)
    differs = Signal(str)

    def __init__(self, hot_key: Combination) -> None:
        super().__init__()
        self._paused = self._several = False
        self._retired = False
        self._moved = False
        self._held_at: QPoint | None = None
        self.setWindowTitle(tr("Handrail – Session"))
        self.setWindowFlags(
            Qt.WindowType.Window
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
        )
        # The keyboard stays where it was: what the technician types must not press our buttons.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._who = theme.label(tone="strong")
        self._rights = theme.label(tone="faint")
        self._string = theme.label(tone="faint")
        self._company = theme.label(tone="strong")
        self._waits = theme.label(tone="strong")
        self._ending = theme.label(tone="trouble")
        self._source = theme.label(tone="trouble")
        self._link = theme.label(tone="trouble")
        self._copied = theme.label(tone="strong")
        for note in (self._string, self._company, self._waits, self._ending, self._copied):
            note.hide()
        self._copied_timer: QTimer | None = None
        self._since = theme.label()
        self._began = datetime.now().astimezone().strftime("%H:%M")
        self._again = theme.button(tr("&Try again"), "primary")
        self._again.hide()
        self._chat = theme.button(tr("C&hat"))
        self._files = theme.button(tr("&Files"))
        self._files.hide()
        self._switches = theme.button(tr("Ri&ghts"))
        self._switches.setAccessibleDescription(
            tr("Opens what the technician may do, to change it, and what both screens show")
        )
        self._switches.hide()
        self._pause = theme.button(tr("&Pause"))
        self._pause.setAccessibleDescription(words.hot_key(hot_key))
        self._stop = theme.button(tr("&Stop"), "danger")
        self._stop.setAccessibleDescription(tr("Ends the session at once"))
        self._distrust = theme.button(tr("I &don’t trust this"), "distrust")
        self._distrust.setAccessibleDescription(caution_words.meaning())
        self._distrust.setToolTip(caution_words.meaning())
        self.setToolTip(words.hot_key(hot_key))
        self._popover = RightsPopover(self._switches, hot_key)
        self._body = QWidget()
        self._upper, self._lower = QHBoxLayout(), QHBoxLayout()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._wire()
        self._lay_out()

    def show_situation(self, situation: Situation) -> None:
        """Say who is connected and what they may do now."""
        if situation.request is not None:
            self._who.setText(theme.breakable(company_words.who(situation)))
        self._rights.setText(words.rights(situation))
        theme.set_tone(self._rights, "strong" if situation.consent.paused else "faint")
        self._several = bool(situation.company.guests)
        self._popover.show_situation(situation)
        self._switches.setVisible(not self._popover.is_empty)
        self._again.setVisible(words.may_try_again(situation))
        self._files.setVisible(not _FILES.isdisjoint(situation.consent.granted))
        self._keep_width(situation)
        self._set_note(self._string, trust_words.on_the_bar(situation))
        self._set_note(self._company, company_words.here(situation))
        self._set_note(self._waits, words.held_back(situation))
        self._tell_ending(words.ending(situation))
        self._set_note(self._source, words.source(situation))
        theme.set_tone(self._link, "trouble" if words.is_link_lost(situation) else "faint")
        self._set_note(self._link, words.link(situation))
        self._since.setText(words.since(self._began, situation.way))
        self._since.setToolTip(way_words.connection(situation))
        self._paused = situation.consent.paused
        self._pause.setText(tr("&Resume") if self._paused else tr("&Pause"))
        self._fit()
        if situation.ask is not None or situation.company.question is not None:
            self._popover.hide()  # it would keep keyboard and mouse from the question

    def _tell_ending(self, text: str) -> None:
        """Say what is about to end, and read it out once."""
        news = bool(text) and theme.breakable(text) != self._ending.text()
        self._set_note(self._ending, text)
        if news:
            QAccessible.updateAccessibility(QAccessibleEvent(self._ending, QAccessible.Event.Alert))

    def show_unread(self, count: int) -> None:
        """Mark the chat button with the number of unread lines."""
        self._chat.setText(_chat_text(count))
        theme.set_tone(self._chat, "primary" if count else "")

    def show_clipboard(self, use: ClipboardUse) -> None:
        """Say for a while that a text was copied, which way and how much, and read it out."""
        self._set_note(self._copied, words.copied(use, named=self._several))
        QAccessible.updateAccessibility(QAccessibleEvent(self._copied, QAccessible.Event.Alert))
        if self._copied_timer is None:
            self._copied_timer = QTimer(self)
            self._copied_timer.timeout.connect(self._forget_clipboard)
        self._copied_timer.start(CLIPBOARD_SHOWN_MS)
        self._fit()

    def _forget_clipboard(self) -> None:
        if self._copied_timer is not None:
            self._copied_timer.stop()
            self._copied_timer.deleteLater()
            self._copied_timer = None
        self._set_note(self._copied, "")
        self._fit()

    def place(self) -> None:
        """Put the bar at the top of the screen, in the middle."""
        self._moved = False
        self._fit()

    def stay_above(self, windows: list[QRect]) -> None:
        """Come to the front again if one of these windows lies over it."""
        own = self.frameGeometry()
        others = [window for window in windows if window != own and window.intersects(own)]
        if others and self.isVisible() and not self._popover.isVisible():
            self.raise_()

    def retire(self) -> None:
        """Go away: the session is over."""
        self._retired = True
        self._popover.hide()
        self.close()

    # ---- Qt's events

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing the bar ends the session."""
        event.accept()
        if not self._retired:
            self.stop_chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Drag the bar by any place that is no button."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._held_at = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the mouse, but never off the screen: Stop stays in sight."""
        if self._held_at is not None:
            self._move_to(event.globalPosition().toPoint() - self._held_at)

    def mouseReleaseEvent(self, _: QMouseEvent) -> None:
        """Let go."""
        self._held_at = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl and an arrow key move the bar."""
        step = _MOVES.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move_to(self.pos() + step)
            return
        super().keyPressEvent(event)

    def _move_to(self, place: QPoint) -> None:
        self._moved = True
        self.move(places.clamped(place, self.size()))

    # ---- making it

    def _wire(self) -> None:
        self._again.clicked.connect(self.again_chosen)
        self._chat.clicked.connect(self.chat_wanted)
        self._files.clicked.connect(self.files_wanted)
        self._switches.clicked.connect(self._popover.open)
        self._popover.given.connect(self.right_given)
        self._popover.taken.connect(self.right_taken)
        self._popover.removed.connect(self.guest_removed)
        self._popover.differs.connect(self.differs)
        self._pause.clicked.connect(lambda: self.pause_chosen.emit(not self._paused))
        self._stop.clicked.connect(self.stop_chosen)
        self._distrust.clicked.connect(self.distrust_chosen)

    def _lay_out(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._body.setObjectName("bar")
        outer.addWidget(self._body)
        row = self._row
        self._body.setLayout(row)
        row.setContentsMargins(_MARGINS - 12, 10, 12, 10)
        column = QVBoxLayout()
        column.setSpacing(1)
        for line in self._lines:
            column.addWidget(line)
        column.addWidget(self._again, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        row.addLayout(column)
        buttons = QVBoxLayout()
        buttons.setSpacing(theme.SPACE)
        for some in (self._upper, self._lower):
            some.setSpacing(theme.SPACE)
            buttons.addLayout(some)
        buttons.addStretch()
        for made in self._beside:
            self._upper.addWidget(made, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(buttons)
        self._keep_places()

    @property
    def _lines(self) -> tuple[QLabel, ...]:
        notes = self._company, self._waits, self._ending, self._copied, self._source, self._link
        return self._who, self._rights, self._string, *notes

    @property
    def _beside(self) -> tuple[QLabel | QPushButton, ...]:
        return (
            self._since,
            self._chat,
            self._files,
            self._switches,
            self._pause,
            self._stop,
            self._distrust,
        )

    def _keep_places(self) -> None:
        """Give what changes its text the room of the longest: a second click must hit the same."""
        sinces = [words.since(self._began, way) for way in (*Way, None)]
        for changing, texts in (
            (self._since, sinces),
            (self._pause, (tr("&Pause"), tr("&Resume"))),
            (self._chat, (_chat_text(0), _chat_text(MAX_UNREAD), _chat_text(MAX_UNREAD + 1))),
        ):
            changing.setFixedWidth(max(_width_with(changing, text) for text in reversed(texts)))
        self._since.setFixedHeight(self._stop.sizeHint().height())

    def _keep_width(self, situation: Situation) -> None:
        """Make the texts as wide as the longest that they may say of the rights; others wrap."""
        now = situation.consent
        most = replace(now, granted=now.granted.union(situation.may_ask))
        states = (now.with_paused(True), now.with_paused(False), most.with_paused(False))
        self._who.ensurePolished()
        metrics = self._who.fontMetrics()  # in bold, as what is said while paused
        texts = [words.rights(replace(situation, consent=state)) for state in states]
        longest = max(metrics.horizontalAdvance(text) for text in texts) + 2
        width = self._arrange(min(longest, MAX_TEXT_WIDTH))
        for line in self._lines:
            line.setFixedWidth(width)

    def _arrange(self, wanted: int) -> int:
        """Put the texts beside the buttons, or below them on a narrow screen; say how wide."""
        room = places.room().width() - theme.SPACE * 2 - _MARGINS
        self._since.show()
        self._put_distrust(self._upper)
        if self._width_of_buttons() > room:
            self._since.hide()  # the least of what is there
        if self._width_of_buttons() > room:
            self._put_distrust(self._lower)  # still beside Stop
        buttons = self._width_of_buttons()
        beside = room - buttons - _GAP
        narrow = beside < MIN_TEXT_WIDTH
        # Below, not above: the texts grow and shrink, and no button may move by that.
        self._row.setDirection(
            QBoxLayout.Direction.BottomToTop if narrow else QBoxLayout.Direction.LeftToRight
        )
        self._row.setSpacing(theme.SPACE if narrow else _GAP)
        return min(buttons, room) if narrow else min(wanted, beside)

    def _put_distrust(self, line: QHBoxLayout) -> None:
        """Put it in this line of buttons, at its end."""
        if line.indexOf(self._distrust) < 0:
            for other in (self._upper, self._lower):
                other.removeWidget(self._distrust)
            side = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
            line.addWidget(self._distrust, alignment=side)

    def _width_of_buttons(self) -> int:
        beside = [other for other in self._beside if self._upper.indexOf(other) >= 0]
        shown = [other for other in beside if not other.isHidden()]
        widths = sum(other.minimumWidth() or other.sizeHint().width() for other in shown)
        return widths + theme.SPACE * (len(shown) - 1)

    def _fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            self._row.activate()  # else Qt tells the outer layout only later of lines that went
            self._body.updateGeometry()
            layout.activate()
            width = layout.sizeHint().width()
            self.resize(width, layout.totalHeightForWidth(width))
            room = places.room()
            middle = QPoint(room.center().x() - width // 2, room.top() + theme.SPACE)
            self.move(places.clamped(self.pos() if self._moved else middle, self.size()))

    @staticmethod
    def _set_note(note: QLabel, text: str) -> None:
        note.setText(theme.breakable(text))
        note.setVisible(bool(text))


def _chat_text(unread: int) -> str:
    return words.chat_button(unread, MAX_UNREAD)


def _width_with(widget: QPushButton | QLabel, text: str) -> int:
    """The width it would have with this text, which it keeps."""
    widget.setText(text)
    widget.ensurePolished()
    return widget.sizeHint().width()
