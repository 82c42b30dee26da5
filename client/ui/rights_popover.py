"""A switch for each right, opened from the session bar: on gives it, off takes it back, at once.

It is a popup: it has the keyboard and the mouse while it is open, and remote input waits. Like the
bar it never changes by itself: it says until when, for how long would be a clock that ticks.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from broker.protocol.vocabulary import Capability
from client.consent import in_order
from client.hot_key import Combination
from client.support_session import Situation
from client.translation import tr
from client.ui import theme, words
from client.ui.boxes import Switch
from client.ui.company_list import CompanyList
from client.ui.scroll import Scroll
from client.ui.trust_card import TrustCards

_WIDTH: Final = 440
_BORDER: Final = 1
_MARGIN: Final = 18
_GAP: Final = 4


@dataclass(frozen=True)
class Row:
    """One right: its switch, and when it ends."""

    box: QWidget
    switch: Switch
    ends: QLabel


class RightsPopover(QFrame):
    """It shows what is in force, whoever changed it; Escape or a click beside it closes it."""

    given = Signal(object)
    taken = Signal(object)
    removed = Signal(str)
    """The end user sends away the guest with this account."""
    differs = Signal(str)
    """The screen of the technician with this account shows something else."""

    def __init__(self, opener: QWidget, hot_key: Combination) -> None:
        super().__init__(opener.window(), Qt.WindowType.Popup)
        self.setProperty("tone", "popover")
        self.setWindowTitle(tr("Handrail – Rights"))
        self._opener = opener
        self._situation = Situation()
        self._rows: dict[Capability, Row] = {}
        self._company = CompanyList()
        self._company.removed.connect(self.removed)
        self._trust = TrustCards(_WIDTH - 2 * _MARGIN)
        self._trust.differs.connect(self.differs)
        self._heading = theme.label(tone="strong")
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.SPACE)
        self._read = Scroll()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._read)
        layout = self._read.column
        layout.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        layout.setSpacing(theme.SPACE + 4)
        layout.addWidget(self._company)
        layout.addWidget(self._heading)
        layout.addLayout(self._list)
        layout.addWidget(self._trust)
        layout.addWidget(theme.label(words.hot_key(hot_key), "faint"))

    def show_situation(self, situation: Situation) -> None:
        """Show what is granted now."""
        self._situation = situation
        wanted = in_order({*situation.may_ask, *situation.consent.granted})
        if wanted != tuple(self._rows):
            self._make_rows(wanted)
        changed = self._company.show_situation(situation), self._trust.show_situation(situation)
        if any(changed) and self.isVisible():
            self._order_tabs()
            self._fit()
        name = situation.request.technician.name if situation.request else ""
        heading = tr("What {name} may do").format(name=name)
        self._heading.setText(theme.breakable(heading))
        self.setAccessibleName(heading)
        self._refresh()
        if not wanted:
            self.hide()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to give and nothing to take."""
        return not self._rows

    def open(self) -> None:
        """Open below the window of what opens it, or above it where there is more room."""
        self._order_tabs()
        self._fit()
        self.show()
        next(iter(self._rows.values())).switch.setFocus(Qt.FocusReason.PopupFocusReason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close at a click beside it, which a button of the bar takes as well.

        That of what opened it only closes it, instead of closing and opening it.
        """
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        super().mousePressEvent(event)
        bar, at = self._opener.window(), event.globalPosition().toPoint()
        if self.isVisible() or not bar.frameGeometry().contains(at):
            return
        under = bar.childAt(bar.mapFromGlobal(at))
        if isinstance(under, QPushButton) and under is not self._opener:
            under.click()

    # ---- rows

    def _make_rows(self, capabilities: tuple[Capability, ...]) -> None:
        for row in self._rows.values():
            self._list.removeWidget(row.box)
            row.box.hide()
            row.box.deleteLater()
        self._rows = {capability: self._make_row(capability) for capability in capabilities}
        for row in self._rows.values():
            self._list.addWidget(row.box)
        if self.isVisible():
            self._fit()

    def _make_row(self, capability: Capability) -> Row:
        made = Switch(words.capability_title(capability))
        # `clicked`, not `toggled`: only what a person does is an answer.
        made.clicked.connect(lambda on: self._switched(capability, on))
        ends = theme.label(tone="faint")
        ends.setWordWrap(False)
        room = tr("until {time}").format(time="00:00")
        ends.setMinimumWidth(ends.fontMetrics().horizontalAdvance(room))  # no row grows or moves
        detail = theme.label(words.capability_detail(capability), "faint")
        detail.setContentsMargins(Switch.indent(), 0, 0, 0)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QHBoxLayout()
        line.addWidget(made, 1)
        line.addWidget(ends)
        column.addLayout(line)
        column.addWidget(detail)
        return Row(box, made, ends)

    def _switched(self, capability: Capability, on: bool) -> None:
        (self.given if on else self.taken).emit(capability)
        self._refresh()  # until the change is in force

    def _refresh(self) -> None:
        consent = self._situation.consent
        for capability, row in self._rows.items():
            ends, detail = words.ends(capability, consent), words.capability_detail(capability)
            row.switch.setChecked(capability in consent.granted)
            row.switch.setAccessibleDescription(f"{ends}. {detail}" if ends else detail)
            row.ends.setText(ends)

    def _order_tabs(self) -> None:
        """Tab goes from top to bottom, whichever part was made last."""
        switches = [row.switch for row in self._rows.values()]
        stops = [*self._company.buttons, *switches, *self._trust.buttons]
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)

    def _fit(self) -> None:
        """Take the height and the place that leave the whole bar in sight."""
        room = (self._opener.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        bar = self._opener.window().frameGeometry()
        width = max(_WIDTH, self._read.column.minimumSize().width())
        height = self._read.needed(width)
        below = room.bottom() - bar.bottom() - _GAP - 2 * _BORDER
        above = bar.top() - room.top() - _GAP - 2 * _BORDER
        is_below = height <= below or below >= above
        space = max(0, below if is_below else above)
        scrolls = height > space
        self._read.take(min(height, space), scrolls=scrolls)
        if scrolls:
            width += self._read.verticalScrollBar().sizeHint().width()
        self.setFixedSize(width + 2 * _BORDER, min(height, space) + 2 * _BORDER)
        if self.isVisible() and is_below and self.y() > bar.bottom():
            return  # nothing in it moves while somebody may be about to press it
        left = self._opener.mapToGlobal(QPoint(0, 0)).x()
        top = bar.bottom() + _GAP if is_below else bar.top() - _GAP - self.height()
        self.move(max(room.left(), min(left, room.right() - self.width())), top)
