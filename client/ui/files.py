"""All that the end user sees of files: the window, the offers and the technician's wishes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths

from broker.protocol.files import FileDirection
from client.files.desk import FileDesk, FilesView
from client.files.transfer import Stage, TransferView
from client.situation import Situation
from client.ui.files_window import FilesWindow
from client.ui.offer_window import OfferWindow
from client.ui.typing_pause import TypingPause
from client.ui.wish_window import WishWindow

Act = Callable[[Callable[[FileDesk], object]], None]
"""Has something done with the session's files, in the engine's loop."""


def drop_folder() -> Path:
    """Where files go unless the end user chooses another place."""
    downloads = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(downloads or Path.home()) / "Handrail"


class Files:
    """One session's windows about files."""

    def __init__(self, act: Act, edge: Callable[[], int], pause: TypingPause) -> None:
        """`edge` says below which line of the desktop windows go."""
        self._pause = pause
        self._act = act
        self._edge = edge
        self._technician = ""
        self._folder = drop_folder()
        self._window = FilesWindow()
        self._offer: OfferWindow | None = None
        self._wish: WishWindow | None = None
        self._known: set[str] = set()
        self._window.chosen.connect(self._send)
        self._window.pause_wanted.connect(
            lambda one, paused: act(lambda desk: desk.pause(one, paused))
        )
        self._window.cancel_wanted.connect(lambda one: act(lambda desk: desk.cancel(one)))

    def show_situation(self, situation: Situation) -> None:
        """Say who the technician is and what may go which way."""
        if situation.request is not None:
            self._technician = situation.request.technician.name
        self._window.show_situation(situation)

    def show_files(self, view: FilesView) -> None:
        """Show what is on its way, and ask what has to be asked: one thing at a time."""
        self._window.show_files(view)
        offered = [one for one in view.transfers if _asks_here(one)]
        if self._offer is not None and self._offer.what not in {one.id for one in offered}:
            self._retire_offer()
        if offered and self._offer is None:
            self._ask(offered[-1])
        if self._wish is not None and (view.wish is None or view.wish.id != self._wish.what):
            self._retire_wish()
        if view.wish is not None and self._wish is None and view.wish.id not in self._known:
            self._known.add(view.wish.id)
            self._wish = WishWindow(view.wish, self._technician)
            self._wish.allowed.connect(self._choose)
            self._wish.declined.connect(lambda: self._act(FileDesk.decline_wish))
            self._wish.ask(self._edge(), self._pause)
        if any(one.id not in self._known and one.stage is Stage.RUNNING for one in view.transfers):
            self._known.update(one.id for one in view.transfers)
            self.open()

    def open(self) -> None:
        """Come to the front; the keyboard waits for a pause of whoever types."""
        self._window.open(self._edge(), self._pause)

    def retire(self) -> None:
        """Go away: the session is over."""
        self._retire_offer()
        self._retire_wish()
        self._window.close()
        self._window.deleteLater()

    def _ask(self, offered: TransferView) -> None:
        one = offered.id
        offer = OfferWindow(offered, self._technician, self._folder)
        offer.allowed.connect(lambda: self._accept(one, offer.folder))
        offer.declined.connect(lambda: self._act(lambda desk: desk.decline(one)))
        self._offer = offer
        offer.ask(self._edge(), self._pause)

    def _accept(self, one: str, folder: Path) -> None:
        self._folder = folder
        self._act(lambda desk: desk.accept(one, folder))

    def _choose(self) -> None:
        self._retire_wish()
        self.open()
        self._window.choose_files()

    def _send(self, places: Sequence[Path]) -> None:
        self._act(lambda desk: desk.send(places))

    def _retire_offer(self) -> None:
        offer, self._offer = self._offer, None
        if offer is not None:
            offer.retire()
            offer.deleteLater()

    def _retire_wish(self) -> None:
        wish, self._wish = self._wish, None
        if wish is not None:
            wish.retire()
            wish.deleteLater()


def _asks_here(one: TransferView) -> bool:
    return one.direction is FileDirection.SEND and one.stage is Stage.OFFERED
