"""Asks the end user whether the technician's files may come, and where to."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout

from client.files.place import hindrance
from client.files.transfer import TransferView
from client.translation import tr
from client.ui import file_words, theme
from client.ui.question import LateQuestion


class OfferWindow(LateQuestion):
    """Who offers what, how much of it, and the folder it goes to."""

    def __init__(self, offered: TransferView, technician: str, folder: Path) -> None:
        super().__init__(tr("Handrail – Take these files?"), offered.answer_by)
        self.what = offered.id
        self.folder = folder
        """Where the end user wants it to go."""
        self._size = offered.offer.size_bytes
        self._place = theme.label(selectable=True)
        self._trouble = theme.label(tone="alarm")
        self._change = theme.button(tr("&Other folder…"))
        self._change.clicked.connect(self._choose)
        self._allow.setText(tr("&Accept"))
        heading = tr("{name} wants to send you files").format(name=technician)
        layout = self._column(heading)
        if file_words.is_risky_offer(offered.offer):
            text = tr(
                "A program can do anything on this computer once you open it. "
                "Accept it only if you know why you need it."
            )
            layout.addWidget(self._warning(text))
        layout.addWidget(self._card(offered))
        row = QHBoxLayout()
        row.addWidget(self._place, 1)
        row.addWidget(self._change)
        layout.addLayout(row)
        layout.addWidget(self._trouble)
        self._show_place()
        self._finish()
        self._let_typing_pass(f"{heading}. {file_words.contents(offered.offer)}")

    def _card(self, offered: TransferView) -> QFrame:
        card = theme.frame("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        for line in file_words.items(offered.offer):
            inside.addWidget(theme.label(theme.breakable(line), "strong", selectable=True))
        inside.addWidget(theme.label(file_words.contents(offered.offer), "faint"))
        return card

    def _choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr("Where to?"), str(self.folder))
        if chosen:
            self.folder = Path(chosen)
            self._show_place()

    def _show_place(self) -> None:
        self._place.setText(tr("Goes to: {folder}").format(folder=self.folder))
        self._look_at_place()

    def _tick(self) -> None:
        super()._tick()
        if self._hindered:  # space may have been freed
            self._look_at_place()

    def _look_at_place(self) -> None:
        problem = hindrance(self.folder, self._size)
        self._trouble.setText(file_words.place_problem(problem) if problem else "")
        self._trouble.setVisible(problem is not None)
        self._hinder(problem is not None)
        if self.isVisible():
            self._fit()
