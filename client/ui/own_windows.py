"""Watches Qt's windows and publishes where they are, so that remote input stays away from them."""

import math
import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from client.capture.region import Rect
from client.shield import OwnWindows

SETTLE_MS: Final = 300
"""A window that appears has its place and the keyboard, if it takes it, after this long."""

_APPEARS: Final = frozenset({QEvent.Type.Show, QEvent.Type.Move})
_CHANGES: Final = _APPEARS | {QEvent.Type.Hide, QEvent.Type.Resize, QEvent.Type.WindowStateChange}


class WindowWatch(QObject):
    """Publishes at every change, in Qt's thread; `stop` before Qt goes."""

    changed = Signal(object)
    """Where they are now, with their frames: a list of QRect in Qt's own pixels."""

    def __init__(self, app: QGuiApplication, publish: Callable[[OwnWindows], None]) -> None:
        super().__init__()
        self._app = app
        self._publish = publish
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self._look)
        app.focusWindowChanged.connect(self._look)
        app.installEventFilter(self)

    def stop(self) -> None:
        """Watch no more."""
        self._app.removeEventFilter(self)
        self._app.focusWindowChanged.disconnect(self._look)
        self._settling.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when a window appears, goes, or changes; Qt tells before it is mapped."""
        if event.type() in _CHANGES and isinstance(watched, QWindow) and _touchable(watched):
            if event.type() in _APPEARS and watched.isVisible():
                self._settling.start()
            self._look()
        return False

    def _look(self) -> None:
        windows = [window for window in self._app.topLevelWindows() if _seen(window)]
        menu = any(window.type() is Qt.WindowType.Popup for window in windows)
        self._publish(
            OwnWindows(
                frozenset(int(window.winId()) for window in windows),
                tuple(_physical(window) for window in windows),
                have_keyboard=self._app.focusWindow() is not None,
                unsettled=menu or self._settling.isActive(),
            )
        )
        self.changed.emit([window.frameGeometry() for window in windows])


def _seen(window: QWindow) -> bool:
    return (
        _touchable(window)
        and window.isVisible()
        and not window.windowStates() & Qt.WindowState.WindowMinimized
    )


def _touchable(window: QWindow) -> bool:
    """Whether input can reach it at all: what the technician points with lets all of it through."""
    return not window.flags() & Qt.WindowType.WindowTransparentForInput


def _physical(window: QWindow) -> Rect:
    screen = window.screen().geometry()
    ratio = 1.0 if sys.platform == "darwin" else window.devicePixelRatio()
    return to_physical(window.frameGeometry(), screen, ratio)


def to_physical(frame: QRect, screen: QRect, ratio: float) -> Rect:
    """Turn Qt's pixels into the desktop's, rounded outwards.

    Qt leaves a screen's own corner where it is and scales what lies on it (QHighDpiScaling). On
    macOS both the windows and the pointer are in points, so nothing is scaled there.
    """
    left, top = frame.left() - screen.left(), frame.top() - screen.top()
    right, bottom = left + frame.width(), top + frame.height()
    return Rect(
        screen.left() + math.floor(left * ratio),
        screen.top() + math.floor(top * ratio),
        screen.left() + math.ceil(right * ratio),
        screen.top() + math.ceil(bottom * ratio),
    )
