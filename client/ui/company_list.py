"""Who is here, with a way to send each guest away: the upper part of the rights' popover."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from broker.protocol.participants import COLOURS
from client.company import Company, Member
from client.support_session import Situation
from client.translation import tr
from client.ui import company_words, theme

_DOT: Final = 12


class CompanyList(QWidget):
    """Empty, and hidden, while there is nobody but the technician in charge."""

    removed = Signal(str)
    """The end user sends away the guest with this account."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[object, ...] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, theme.SPACE)
        self._column.setSpacing(theme.SPACE)
        self._column.addWidget(theme.label(tr("Who is here"), "strong"))
        self.hide()

    def show_situation(self, situation: Situation) -> bool:
        """Show who is here now; whether anything changed."""
        company = situation.company
        parts = tuple(company_words.part(one, situation) for one in company.members)
        wanted = (company.members, parts)
        if wanted == self._shown:
            return False
        self._shown = wanted
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        rows = zip(company.members, parts, strict=True)
        self._rows = [self._row(one, part, company) for one, part in rows]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(company.guests))
        return True

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be pressed, from top to bottom."""
        return [button for row in self._rows for button in row.findChildren(QPushButton)]

    def _row(self, member: Member, part: str, company: Company) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACE + 2)
        line.addWidget(_dot(member.colour))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(theme.label(theme.breakable(member.name), "strong"))
        texts.addWidget(theme.label(part, "faint"))
        line.addLayout(texts, 1)
        if company.is_guest(member.account_id):
            line.addWidget(self._button(member))
        return row

    def _button(self, member: Member) -> QPushButton:
        button = theme.button(tr("Remove"))
        button.setAccessibleName(tr("Remove {name}").format(name=member.name))
        account_id = member.account_id
        button.clicked.connect(lambda: self.removed.emit(account_id))
        return button


def _dot(colour: int) -> QLabel:
    """The colour of their pointer."""
    dot = QLabel()
    dot.setFixedSize(_DOT, _DOT)
    dot.setStyleSheet(f"background: {COLOURS[colour]}; border-radius: {_DOT // 2}px;")
    return dot
