"""A check box and a switch that draw themselves: the style's own can hardly be seen on dark.

A switch takes effect at once; a check box is part of an answer that is still to be given.
"""

from abc import abstractmethod
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from client.ui import theme

_MARGIN: Final = 4
_GAP: Final = 10
_KNOB_GAP: Final = 3
_TICK: Final = ((0.24, 0.52), (0.43, 0.71), (0.77, 0.31))
"""Corners of the tick, as fractions of its square."""


class _Box(QCheckBox):
    """A mark, a text beside it, and a ring around both while it has the keyboard."""

    MARK: QSize
    """Size of the mark in device-independent pixels."""

    @classmethod
    def indent(cls) -> int:
        """Where the text begins, in device-independent pixels."""
        return _MARGIN + cls.MARK.width() + _GAP

    def sizeHint(self) -> QSize:
        """Give the text its room beside the mark."""
        self.ensurePolished()
        metrics = self.fontMetrics()
        width = self.indent() + metrics.horizontalAdvance(self.text()) + _MARGIN
        return QSize(width, max(self.MARK.height(), metrics.height()) + 2 * _MARGIN)

    def minimumSizeHint(self) -> QSize:
        """Never cut the text off."""
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        """All of it can be clicked."""
        return self.rect().contains(pos)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the mark, the text, and the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = (self.height() - self.MARK.height()) // 2
        place = QRectF(_MARGIN, top, self.MARK.width(), self.MARK.height())
        on = self.isChecked()
        painter.setPen(theme.colour("accent" if on else "faint"))
        painter.setBrush(theme.colour("accent") if on else self.palette().base())
        self._draw_mark(painter, place.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(self.palette().windowText().color())
        text = self.rect().adjusted(self.indent(), 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    @abstractmethod
    def _draw_mark(self, painter: QPainter, place: QRectF) -> None:
        """Draw it with the pen and the brush of on or off."""


class CheckBox(_Box):
    """On is a filled square with a tick."""

    MARK = QSize(18, 18)

    def _draw_mark(self, painter: QPainter, place: QRectF) -> None:
        painter.drawRoundedRect(place, 4, 4)
        if self.isChecked():
            corners = [
                place.topLeft() + QPointF(x * place.width(), y * place.height()) for x, y in _TICK
            ]
            painter.setPen(QPen(Qt.GlobalColor.white, 2))
            painter.drawPolyline(corners)


class Switch(_Box):
    """On is a filled track with the knob at the right, so that it is told by more than colour."""

    MARK = QSize(34, 18)

    def _draw_mark(self, painter: QPainter, place: QRectF) -> None:
        on, edge = self.isChecked(), painter.pen().color()
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        size = place.height() - 2 * _KNOB_GAP
        left = place.right() - _KNOB_GAP - size if on else place.left() + _KNOB_GAP
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white if on else edge)
        painter.drawEllipse(QRectF(left, place.top() + _KNOB_GAP, size, size))
