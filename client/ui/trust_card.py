"""The string on both screens, what to do with it, and the way out if the other one differs."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QVBoxLayout, QWidget

from client.support_session import Situation
from client.translation import tr
from client.trust.exchanges import Agreed
from client.ui import theme, trust_words

_NOTHING_YET: Final = "– – – –"
_MARGIN: Final = 16


class TrustCard(QFrame):
    """It has its whole size before there is a string: what is below it does not move by that."""

    differs = Signal(str)
    """The end user says that the other screen shows something else; with the account."""

    def __init__(self, account_id: str, name: str, width: int) -> None:
        """`width` in device-independent pixels."""
        super().__init__()
        self.setProperty("tone", "card")
        self._account_id, self._name = account_id, name
        self._agreed: Agreed | None = None
        self._digits = theme.label(_NOTHING_YET, "title")
        self._words = theme.label(tone="strong")
        self._what_to_do = theme.label()
        self.way_out = theme.button(tr("They differ"))
        self.way_out.setAccessibleDescription(tr("Ends the session at once"))
        self.way_out.clicked.connect(lambda: self.differs.emit(self._account_id))
        self._lay_out()
        self._reserve(width - 2 * _MARGIN)
        self.show_agreed(None)

    def show_agreed(self, agreed: Agreed | None) -> bool:
        """Show what was agreed on; whether that is news, which is read out."""
        news = agreed != self._agreed
        self._agreed = agreed
        self._digits.setText(agreed.string.digits if agreed else _NOTHING_YET)
        self._words.setText(" ".join(agreed.string.words) if agreed else " ")
        shown = trust_words.string(agreed) if agreed else _NOTHING_YET
        self._digits.setAccessibleName(f"{tr('Shown on both screens')}: {shown}")
        self._what_to_do.setText(theme.breakable(trust_words.what_to_do(agreed, self._name)))
        self.way_out.setEnabled(agreed is not None)
        if news:
            QAccessible.updateAccessibility(QAccessibleEvent(self._digits, QAccessible.Event.Alert))
        return news

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 8, _MARGIN, 8)
        column.setSpacing(theme.SPACE // 2)
        line = QHBoxLayout()
        line.setSpacing(theme.SPACE * 2)
        self._digits.setWordWrap(False)
        line.addWidget(self._digits)
        line.addWidget(self._words, 1)
        line.addWidget(self.way_out)
        column.addLayout(line)
        column.addWidget(self._what_to_do)

    def _reserve(self, width: int) -> None:
        """Keep room for the longest of what it may say, beside a scroll bar too."""
        width -= self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        longest = trust_words.longest(self._name)
        self._what_to_do.setText(theme.breakable(longest))
        self._what_to_do.ensurePolished()
        self._what_to_do.setMinimumHeight(self._what_to_do.heightForWidth(width))


class TrustCards(QWidget):
    """A card for each technician with whom a string is agreed on; hidden without any."""

    differs = Signal(str)

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self._shown: tuple[tuple[str, str], ...] = ()
        self._cards: list[TrustCard] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.SPACE)
        self._column.addWidget(theme.label(tr("Shown on both screens"), "strong"))
        self.hide()

    def show_situation(self, situation: Situation) -> bool:
        """Show what is agreed on now; whether anything changed."""
        company = situation.company
        named = [(one, company.member(one.account_id)) for one in situation.trust]
        shown = [(one, member.name) for one, member in named if member]
        wanted = tuple((one.account_id, name) for one, name in shown)
        changed = wanted != self._shown
        if changed:
            self._shown = wanted
            self._make_cards()
        news = [card.show_agreed(one) for card, (one, _) in zip(self._cards, shown, strict=True)]
        return changed or any(news)

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be pressed, from top to bottom."""
        return [card.way_out for card in self._cards]

    def _make_cards(self) -> None:
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = [TrustCard(*whose, self._width) for whose in self._shown]
        for card in self._cards:
            card.differs.connect(self.differs)
            self._column.addWidget(card)
        self.setVisible(bool(self._cards))
