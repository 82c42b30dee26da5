"""Offers the end user the receipt of the session, and says where it was saved."""

from datetime import datetime
from pathlib import Path

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from broker.protocol.receipts import SavedReceipt
from client.files.names import safe_name
from client.situation import Request
from client.translation import tr
from client.ui import theme
from client.ui.files import drop_folder
from client.ui.receipt_page import receipt_page


class ReceiptCard(QFrame):
    """Hidden until there is a receipt."""

    def __init__(self, request: Request | None, folder: Path | None = None) -> None:
        super().__init__()
        self._request = request
        self._folder = folder or drop_folder()
        self._receipt: SavedReceipt | None = None
        self.setProperty("tone", "card")
        self._text = theme.label()
        self._save = theme.button(tr("Save the &receipt"))
        self._save.clicked.connect(self._write)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(theme.label(tr("The receipt of this session"), "strong"))
        layout.addWidget(self._text)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._save)
        layout.addLayout(row)
        self.hide()

    def show_receipt(self, receipt: SavedReceipt | None) -> None:
        """Offer it; None: there is none."""
        self._receipt = receipt
        self._text.setText(
            tr("Who was here, what you allowed, what was done, which files: signed by both sides.")
        )
        self.setVisible(receipt is not None)

    def _write(self) -> None:
        if self._receipt is None:
            return
        try:
            page = save(self._receipt, self._request, self._folder)
        except OSError as error:
            self._say(
                tr("It could not be saved: {reason}").format(reason=error.strerror), "trouble"
            )
            return
        self._save.hide()
        self._say(
            tr("Saved as {page}, and beside it the same as .json for whoever checks it.").format(
                page=page
            )
        )

    def _say(self, text: str, tone: str = "") -> None:
        self._text.setText(theme.breakable(text))
        theme.set_tone(self._text, tone)
        QAccessible.updateAccessibility(QAccessibleEvent(self._text, QAccessible.Event.Alert))


def save(receipt: SavedReceipt, request: Request | None, folder: Path) -> Path:
    """Write the page and the file that is checked, under names that are free. OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    day = datetime.now().astimezone().strftime("%Y-%m-%d")
    stem = safe_name(f"{tr('Handrail receipt')} {receipt.receipt.ticket_id} {day}")
    number, base = 1, stem
    while any((folder / f"{base}{kind}").exists() for kind in (".html", ".json")):
        number += 1
        base = f"{stem} ({number})"
    page = folder / f"{base}.html"
    with (folder / f"{base}.json").open("x", encoding="utf-8") as file:
        file.write(receipt.model_dump_json(indent=2) + "\n")
    with page.open("x", encoding="utf-8") as file:
        file.write(receipt_page(receipt, request))
    return page
