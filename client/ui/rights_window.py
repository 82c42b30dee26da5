"""What the technician may do, one switch a right: on gives it, off takes it back, at once."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from broker.protocol.vocabulary import Capability
from client.consent import in_order
from client.situation import Situation
from client.translation import tr
from client.ui import theme, words


class RightsWindow(QWidget):
    """Opened from the bar. It shows what is in force, whoever changed it."""

    given = Signal(object)
    taken = Signal(object)

    def __init__(self, hot_key: str) -> None:
        super().__init__()
        self._boxes: dict[Capability, tuple[QCheckBox, QLabel]] = {}
        self._heading = theme.label(tone="title")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._hint = theme.label(words.hot_key(hot_key), "faint")
        self.setWindowTitle(tr("Handrail – Rights"))
        self.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint)
        self._lay_out()

    def show_situation(self, situation: Situation) -> None:
        """Set every switch to what is in force."""
        name = situation.request.technician.name if situation.request else ""
        self._heading.setText(tr("What {name} may do").format(name=name))
        for capability in in_order({*situation.may_ask, *situation.consent.granted}):
            if capability not in self._boxes:
                self._boxes[capability] = self._add(capability)
            box, detail = self._boxes[capability]
            box.setChecked(capability in situation.consent.granted)
            detail.setText(words.right_detail(capability, situation.consent))
        theme.fit(self)

    def open(self) -> None:
        """Come to the front."""
        self.show()
        self.raise_()
        self.activateWindow()

    def _add(self, capability: Capability) -> tuple[QCheckBox, QLabel]:
        box = QCheckBox(words.capability_title(capability))
        box.setAccessibleDescription(words.capability_detail(capability))
        # `clicked`, not `toggled`: only what a person does is an answer.
        box.clicked.connect(lambda on: (self.given if on else self.taken).emit(capability))
        detail = theme.label(tone="faint")
        detail.setContentsMargins(30, 0, 0, 6)
        self._rows.addWidget(box)
        self._rows.addWidget(detail)
        return box, detail

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.MARGIN, theme.MARGIN, theme.MARGIN, theme.MARGIN)
        layout.setSpacing(theme.SPACE * 2)
        layout.addWidget(self._heading)
        layout.addLayout(self._rows)
        layout.addWidget(self._hint)
