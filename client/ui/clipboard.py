"""The clipboard of the desktop, through Qt: asked from the engine's thread, touched only in Qt's.

It is read when somebody asks, and watched only between `watch` with a listener and `watch(None)`.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

_CONCEALED = (
    "x-kde-passwordManagerHint",
    "ExcludeClipboardContentFromMonitorProcessing",
    "org.nspasteboard.ConcealedType",
)
"""With these formats password managers mark what no program that watches should take."""

Soon = Callable[[Callable[[], None]], None]


class QtClipboard(QObject):
    """A `client.clipboard.Clipboard`. `soon` calls something in the engine's loop."""

    _read_wanted = Signal(object)
    _write_wanted = Signal(object, object)
    _watch_wanted = Signal(object)

    def __init__(self, soon: Soon) -> None:
        super().__init__()
        self._soon = soon
        self._clipboard = QGuiApplication.clipboard()
        self._changed: Callable[[str], None] | None = None
        self._writing = False
        self._read_wanted.connect(self._read)
        self._write_wanted.connect(self._write)
        self._watch_wanted.connect(self._watch)

    # ---- from the engine's thread

    def read(self, answer: Callable[[str | None], None]) -> None:
        """Give the text that is in it, empty without any."""
        self._read_wanted.emit(answer)

    def write(self, text: str, answer: Callable[[bool], None]) -> None:
        """Put a text into it, and tell whether it is there."""
        self._write_wanted.emit(text, answer)

    def watch(self, changed: Callable[[str], None] | None) -> None:
        """Tell every text that other programs copy from now on; None ends that."""
        self._watch_wanted.emit(changed)

    # ---- in Qt's

    def _read(self, answer: Callable[[str | None], None]) -> None:
        self._soon(partial(answer, self._clipboard.text()))

    def _write(self, text: str, answer: Callable[[bool], None]) -> None:
        self._writing = True
        self._clipboard.setText(text)
        self._writing = False
        self._soon(partial(answer, self._clipboard.text() == text))

    def _watch(self, changed: Callable[[str], None] | None) -> None:
        if self._changed is None and changed is not None:
            self._clipboard.dataChanged.connect(self._tell)
        elif self._changed is not None and changed is None:
            self._clipboard.dataChanged.disconnect(self._tell)
        self._changed = changed

    def _tell(self) -> None:
        changed = self._changed
        if changed is None or self._writing or self._clipboard.ownsClipboard():
            return
        if _is_concealed(self._clipboard.mimeData(QClipboard.Mode.Clipboard)):
            return
        self._soon(partial(changed, self._clipboard.text()))


def _is_concealed(content: QMimeData) -> bool:
    return any(mark in name for name in content.formats() for mark in _CONCEALED)
