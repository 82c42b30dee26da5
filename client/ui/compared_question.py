"""A question about somebody whose page shows a string too: no Allow before it can be compared."""

from PySide6.QtCore import QTimer, Signal

from broker.protocol.trust import TrustString
from client.translation import tr
from client.trust.exchanges import Agreed
from client.ui import theme
from client.ui.question import ARMING_MS, QUESTION_WIDTH, Question
from client.ui.trust_card import TrustCard


class ComparedQuestion(Question):
    """A yes counts for the string alone that is in sight when it is given."""

    differs = Signal(str)
    """Their screen shows something else; with their account."""

    def __init__(self, title: str, deadline: float, account_id: str, name: str) -> None:
        self._agreed: Agreed | None = None
        self._compared: TrustString | None = None
        """The last string that was shown, which may be gone by now."""
        self._settling = QTimer(singleShot=True, interval=ARMING_MS)
        """Runs while what was not in sight before is only just there to be read."""
        super().__init__(title, deadline)
        self._trust = TrustCard(account_id, name, QUESTION_WIDTH)
        self._trust.differs.connect(self.differs)
        self._settling.timeout.connect(self._arm)

    def show_agreed(self, agreed: Agreed | None) -> None:
        """Show the string on both screens; nothing can be allowed before there is one.

        An Allow that crossed its change was not heard, so it can be pressed again; but not at
        once where the string takes the place of another: a press on its way was for that one; nor
        where the digits had to be scrolled into sight, which moves the boxes.
        """
        self._trust.show_agreed(agreed)
        before, self._agreed = self.seen, agreed
        if self.seen == before:
            return
        self._answered = False
        if self.seen is not None:
            moved = self._area.bring(self._trust.way_out, theme.SPACE)
            if moved or self._compared not in (None, self.seen):
                self._settling.start()
        self._compared = self.seen or self._compared
        self._arm()

    @property
    def seen(self) -> TrustString | None:
        """The string that is shown."""
        return self._agreed.string if self._agreed else None

    @property
    def _is_ready(self) -> bool:
        """Whether everything else that Allow needs is there."""
        return True

    def _arm(self) -> None:
        settled = self._agreed is not None and not self._settling.isActive()
        self._allow.setEnabled(settled and self._is_ready)
        self._tick()

    def _left(self, seconds: int) -> str:
        """Say why Allow cannot be pressed yet, too."""
        if self._agreed is not None:
            return super()._left(seconds)
        return tr("Allow waits for the digits. Declined in {seconds} s.").format(seconds=seconds)
