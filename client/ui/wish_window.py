"""Tells the end user that the technician would like files, and lets them choose some."""

from client.files.desk import Wish
from client.translation import tr
from client.ui import theme, words
from client.ui.question import LateQuestion


class WishWindow(LateQuestion):
    """Who asks, and what for. Only what is chosen in the next window is sent."""

    def __init__(self, wish: Wish, technician: str) -> None:
        super().__init__(tr("Handrail – Send files?"), wish.answer_by)
        self.what = wish.id
        self._allow.setText(tr("C&hoose files…"))
        heading = tr("{name} asks you for files").format(name=technician)
        layout = self._column(heading)
        layout.addWidget(self._facts((tr("Their reason"), words.quoted(wish.reason))))
        layout.addWidget(theme.label(tr("Only the files that you choose are sent."), "faint"))
        self._finish()
        self._let_typing_pass(f"{heading}. {words.quoted(wish.reason)}")
