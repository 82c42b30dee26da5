"""Who shows a session to the end user. The engine calls it in its own thread."""

from typing import Protocol

from broker.protocol.chat import ChatMessage
from broker.protocol.receipts import SavedReceipt
from client.chat import ChatView
from client.clipboard import ClipboardUse
from client.files.desk import FilesView
from client.guide import Drawing
from client.keeping import KeepOffer
from client.platform.interface import Area
from client.ratings import RatingStage
from client.support_session import Situation


class Observer(Protocol):
    """Who shows the session to the end user."""

    def situation_changed(self, situation: Situation) -> None:
        """Something changed."""

    def chat_line(self, line: ChatMessage) -> None:
        """Somebody said something."""

    def chat_changed(self, view: ChatView) -> None:
        """The technician's side has more of the chat, or nothing more can be said."""

    def technician_types(self) -> None:
        """The technician is writing."""

    def keeping_changed(self, offer: KeepOffer | None) -> None:
        """The end user is asked whether the chat may be kept, or how that went; None: nothing."""

    def receipt_changed(self, receipt: SavedReceipt | None) -> None:
        """There is a receipt of the session that is over; None: there is none any more."""

    def rating_changed(self, stage: RatingStage | None) -> None:
        """The end user is asked how it was, or how that went; None: nothing."""

    def clipboard_used(self, use: ClipboardUse) -> None:
        """A text went from one clipboard to the other."""

    def files_changed(self, view: FilesView) -> None:
        """Files are on their way, or somebody wants some to be."""

    def guide_changed(self, drawings: tuple[Drawing, ...], area: Area | None) -> None:
        """A technician shows something else, or the monitor it lies on is another."""
