"""Where our own windows go: below the session bar, which is never covered, and on the screen."""

from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

FRAME: Final = QSize(12, 40)
"""Pixels that a window's frame takes beside what is in it."""


def room() -> QRect:
    """Give the part of the main screen that windows may lie in."""
    return QGuiApplication.primaryScreen().availableGeometry()


def clamped(place: QPoint, size: QSize) -> QPoint:
    """Move the corner of something of this size so that all of it is on its screen, or can be."""
    screen = QGuiApplication.screenAt(place + QPoint(size.width() // 2, size.height() // 2))
    area = (screen or QGuiApplication.primaryScreen()).availableGeometry()
    left = max(area.left(), min(place.x(), area.right() + 1 - size.width()))
    top = max(area.top(), min(place.y(), area.bottom() + 1 - size.height()))
    return QPoint(left, top)


def put_below(window: QWidget, edge: int) -> None:
    """Put a window that is about to appear in the middle, below this line of the desktop.

    One that does not fit there ends where the screen ends.
    """
    area = below(edge)
    free = max(0, area.height() - window.height() - FRAME.height())
    left = area.center().x() - (window.width() + FRAME.width()) // 2
    window.move(clamped(QPoint(left, area.top() + free // 3), window.size() + FRAME))


def keep_title_in_sight(window: QWidget) -> None:
    """Bring a window down whose title bar lies above its screen: it could not be moved."""
    frame, top = window.frameGeometry(), window.screen().availableGeometry().top()
    if frame.top() < top:
        window.move(frame.left(), top)


def put_aside(window: QWidget, edge: int) -> None:
    """Put a window that stays open at the right, below this line, and lower if it must be."""
    area = below(edge)
    least = window.minimumSizeHint().height()
    height = max(least, min(window.height(), area.height() - FRAME.height()))
    window.resize(min(window.width(), area.width() - FRAME.width()), height)
    corner = QPoint(area.right() + 1 - window.width() - FRAME.width(), area.top())
    window.move(clamped(corner, window.size() + FRAME))


def below(edge: int) -> QRect:
    """Give what of the main screen lies below this line of the desktop; 0: all of it."""
    area = room()
    if area.top() < edge < area.bottom():
        area.setTop(edge)
    return area
