"""A window that is only seen: it takes no click, no key, no focus and no place in the taskbar."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QBitmap,
    QGuiApplication,
    QImage,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

_FLAGS: Final = (
    Qt.WindowType.Tool
    | Qt.WindowType.FramelessWindowHint
    | Qt.WindowType.WindowStaysOnTopHint
    | Qt.WindowType.WindowTransparentForInput
    | Qt.WindowType.WindowDoesNotAcceptFocus
    | Qt.WindowType.NoDropShadowWindowHint
    | Qt.WindowType.X11BypassWindowManagerHint
)

Paint = Callable[[QPainter], None]


def can_be_translucent() -> bool:
    """Whether the desktop lets what is below a window shine through."""
    if QGuiApplication.platformName() != "xcb":
        return True
    from client.platform.x11_compositor import is_composited

    return is_composited()


class Pane(QWidget):
    """Shows what `paint` paints, and below it the desktop.

    Translucent, or else cut to the shape of what is painted, whose soft edges then end in white.
    """

    def __init__(self, *, translucent: bool) -> None:
        super().__init__(None, _FLAGS)
        self._translucent = translucent
        self._paint: Paint = lambda _: None
        self._image = QImage()
        self._bounds = QRect()
        self._outline = QRegion()
        self._kept_off = QRegion()
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground, translucent)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_at(self, place: QRect) -> None:
        """Lie here, on top of everything; device-independent pixels."""
        if place != self.geometry():
            self.setGeometry(place)
        if not self.isVisible():
            self.show()
        self.raise_()

    def show_picture(self, paint: Paint, bounds: QRect) -> None:
        """Show what `paint` paints in these bounds, and nothing else, in pixels of this window."""
        self._paint, self._bounds = paint, bounds
        if not self._translucent:
            self._image = self._painted(bounds)
            self._outline = _outline(self._image, bounds)
            self._cut()
        self.repaint()

    def keep_off(self, places: QRegion) -> None:
        """Never cover these places of the desktop, whatever is painted."""
        self._kept_off = places
        self._cut()

    def moveEvent(self, event: QMoveEvent) -> None:
        """What it keeps off lies elsewhere in it now."""
        super().moveEvent(event)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There may be more to keep off."""
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        """Cut the window to what it may cover. It cannot be cut to nothing: all would be shown."""
        kept_off = self._kept_off.translated(-self.pos())
        if self._translucent and not kept_off.intersects(self.rect()):
            self.clearMask()
            return
        shape = QRegion(self.rect()) if self._translucent else self._outline
        left = shape.subtracted(kept_off)
        self.setMask(left if not left.isEmpty() else QRegion(-1, -1, 1, 1))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Paint; where the window is cut to shape, its edge is white."""
        painter = QPainter(self)
        if self._translucent:
            _draw(painter, self._paint)
        else:
            painter.fillRect(self._bounds, Qt.GlobalColor.white)
            painter.drawImage(self._bounds.topLeft(), self._image)
        painter.end()

    def _painted(self, bounds: QRect) -> QImage:
        """Paint once, for the outline and for the window: cut to an outline, painting is slow."""
        ratio = self.devicePixelRatioF()
        image = QImage(bounds.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.translate(-bounds.topLeft())
        _draw(painter, self._paint)
        painter.end()
        return image


def _outline(image: QImage, bounds: QRect) -> QRegion:
    """Where anything is painted."""
    if image.devicePixelRatio() != 1.0:
        image = image.scaled(bounds.size())
        image.setDevicePixelRatio(1.0)
    return QRegion(QBitmap.fromImage(image.createAlphaMask())).translated(bounds.topLeft())


def _draw(painter: QPainter, paint: Paint) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    paint(painter)
