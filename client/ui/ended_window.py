"""Says that the session is over and why, and offers to go on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from broker.protocol.receipts import SavedReceipt
from client.distrust import ReportStage
from client.keeping import KeepOffer
from client.ratings import RatingStage
from client.support_session import Situation
from client.translation import tr
from client.ui import places, theme, words
from client.ui.keep_card import KeepCard
from client.ui.rating_card import RatingCard
from client.ui.receipt_card import ReceiptCard
from client.ui.report_card import ReportCard, advice_card
from client.ui.scroll import Scroll


class EndedWindow(QWidget):
    """The last screen."""

    again = Signal()
    closed = Signal()
    report_written = Signal(str)
    report_tried = Signal()
    kept = Signal(bool)
    """Whether the chat may be kept with the ticket."""

    rated = Signal(int, str)
    """How satisfied the end user is, 1 to 5, and what they add."""

    def __init__(self, situation: Situation) -> None:
        super().__init__()
        self._retired = False
        self._reported = False
        self.setWindowTitle(tr("Handrail – Session ended"))
        self._again = theme.button(tr("&Enter another code"))
        self._close = theme.button(tr("&Close"), "primary")
        self._again.clicked.connect(self.again)
        self._close.clicked.connect(self.close)
        self._close.setAutoDefault(True)
        self._keep = KeepCard()
        self._keep.answered.connect(self.kept)
        self._rating = RatingCard(situation.request)
        self._rating.rated.connect(self.rated)
        self._rating.resized.connect(self._fit)
        self._receipt = ReceiptCard(situation.request)
        self._report = ReportCard(situation.request)
        self._report.written.connect(self.report_written)
        self._report.tried.connect(self.report_tried)
        self._title = theme.label(tr("The session has ended"), "title")
        self._reasons = (
            theme.label(theme.breakable(words.ended(situation))),
            *map(theme.label, words.explained(situation)),
            theme.label(tr("Nobody can see or use this computer through Handrail now."), "faint"),
        )
        # Then nobody is to go on: there is advice, and no way to another code.
        self._advice = advice_card(situation.request)
        self._advice.setVisible(situation.mistrusted)
        self._again.setHidden(situation.mistrusted)
        self._read = Scroll()
        self._lay_out()
        self._close.setFocus()
        self._fit()

    def show_keeping(self, offer: KeepOffer | None) -> None:
        """Ask whether the chat may be kept with the ticket, or say how that went."""
        self._keep.show_offer(offer)
        self._fit()

    def show_rating(self, stage: RatingStage | None) -> None:
        """Ask how it was, or say how that went."""
        self._rating.show_stage(stage)
        self._fit()

    def show_receipt(self, receipt: SavedReceipt | None) -> None:
        """Offer the receipt of the session."""
        self._receipt.show_receipt(receipt)
        self._fit()

    def show_report(self, stage: ReportStage | None) -> None:
        """Say what became of the report of a session that the end user does not trust."""
        self._report.show_stage(stage)
        if stage is not None and not self._reported:
            self._reported = True
            self._report.take_typing()
            self._title.setText(tr("It is over: nobody can see this computer"))
            for line in self._reasons:
                line.hide()
            self._again.hide()
        self._fit()

    def retire(self) -> None:
        """Go away without ending the program."""
        self._retired = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing this window ends the program."""
        event.accept()
        if not self._retired:
            self.closed.emit()

    def _fit(self) -> None:
        """Take the height of what is said now, at most the screen's, and stay on the screen."""
        theme.fit_scrolling(self, self._read, places.room().height() - places.FRAME.height())
        if self.isVisible():
            places.put_below(self, 0)

    def _lay_out(self) -> None:
        layout = self._read.column
        layout.setContentsMargins(theme.MARGIN, theme.SPACE * 2, theme.MARGIN, theme.SPACE)
        layout.setSpacing(theme.SPACE * 2)
        layout.addWidget(self._title)
        for line in self._reasons:
            layout.addWidget(line)
        layout.addWidget(self._advice)
        layout.addWidget(self._report)
        layout.addWidget(self._rating)
        layout.addWidget(self._keep)
        layout.addWidget(self._receipt)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE + 4)
        row.addStretch()
        row.addWidget(self._again)
        row.addWidget(self._close)
        row.setContentsMargins(theme.MARGIN, theme.SPACE, theme.MARGIN, theme.SPACE * 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._read)
        outer.addLayout(row)
