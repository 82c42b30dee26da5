"""Whether somebody types in a window of ours now: what comes by itself takes no key from them."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

PAUSE_MS: Final = 3000
"""Who pressed no key for so long looks up from the keyboard."""


class TypingPause(QObject):
    """Brings windows to the front: with the keyboard, or without it while somebody types."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self._paused)
        self._waiting: tuple[QWidget, Callable[[], None]] | None = None

    def watch(self, field: QWidget) -> None:
        """Mind what is typed into this field."""
        field.installEventFilter(self)

    def bring(self, window: QWidget, take_keys: Callable[[], None]) -> None:
        """Show a window above all others; `take_keys` is called now, or once nobody types."""
        types = self._timer.isActive()
        window.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, types)
        window.show()
        window.raise_()
        if not types:
            take_keys()
            return
        self._waiting = window, take_keys
        told = QAccessibleAnnouncementEvent(window, window.windowTitle())
        QAccessible.updateAccessibility(told)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Wait anew with each key; who goes elsewhere by themselves is not called back."""
        if event.type() is QEvent.Type.KeyPress:
            self._timer.start()
        elif event.type() is QEvent.Type.FocusOut:
            self._timer.stop()
            self._waiting = None
        return False

    def _paused(self) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and isValid(waiting[0]) and waiting[0].isVisible():
            waiting[1]()
