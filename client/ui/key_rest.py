"""Keeps keys from a window that came by itself: they were meant for where somebody was typing."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

_KEYS: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride}
)
_CHORD: Final = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class KeyRest(QTimer):
    """It runs until nothing has been typed for its interval (milliseconds); the mouse is free."""

    def __init__(self, window: QWidget, interval: int) -> None:
        super().__init__(window, singleShot=True, interval=interval)
        self._window = window
        self.timeout.connect(self.end)

    def begin(self) -> None:
        """Keep keys away from now on."""
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self.start()

    def end(self) -> None:
        """Let them through."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        self.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallow keys, and begin anew with each that is no chord: somebody still types."""
        if event.type() not in _KEYS or not self._is_for_window(watched):
            return False
        assert isinstance(event, QKeyEvent)  # noqa: S101 - as Qt has it
        if event.type() is QEvent.Type.KeyPress and not event.modifiers() & _CHORD:
            self.start()
        event.accept()  # also no shortcut
        return True

    def _is_for_window(self, watched: QObject) -> bool:
        if isinstance(watched, QWidget):
            return watched.window() == self._window
        return watched == self._window.windowHandle()
