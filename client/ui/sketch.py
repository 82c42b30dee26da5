"""How arrows, marks, strokes and technicians' pointers look: each in its colour, outlined in white.

It paints in device-independent pixels, so that everything grows with the end user's scale.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from broker.protocol.guide import GuideArrow, GuideMark, GuideShape, GuideStroke
from broker.protocol.participants import COLOURS
from client.guide import places

INKS: Final = tuple(QColor(colour) for colour in COLOURS)
"""Each stands out from the white outline, which stands out on anything darker."""
ACCENT: Final = INKS[0]
WHITE: Final = QColor("white")
LINE: Final = 7.0
OUTLINE: Final = 3.0
"""On each side of a line."""
HEAD: Final = 30.0
"""Length of an arrow's head, and its width."""
MARK_RADIUS: Final = 21.0
RING_RADIUS: Final = 17.0
DOT_RADIUS: Final = 6.0
MARGIN: Final = HEAD
"""What is painted lies no farther than this from the shape's own places."""
MAX_NAME: Final = 220.0
"""Width of a name; a longer one is cut with an ellipsis."""
_PAD: Final = 8.0
_APART: Final = 20.0
"""From the desktop's own pointer to the dot beside it."""

At = Callable[[float, float], QPointF]
"""Gives the place of two fractions of the picture."""


def bounds(shape: GuideShape, at: At) -> QRectF:
    """The rectangle that holds all that is painted of a shape."""
    around = QPolygonF([at(*place) for place in places(shape)]).boundingRect()
    return around.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)


def paint(painter: QPainter, shape: GuideShape, at: At, ink: QColor = ACCENT) -> None:
    """Paint a shape."""
    match shape:
        case GuideArrow():
            _arrow(painter, at(shape.from_x, shape.from_y), at(shape.to_x, shape.to_y), ink)
        case GuideMark():
            _mark(painter, at(shape.x, shape.y), shape.number, ink)
        case GuideStroke():
            _stroke(painter, [at(point.x, point.y) for point in shape.points], ink)


def _arrow(painter: QPainter, tail: QPointF, tip: QPointF, ink: QColor) -> None:
    along = tip - tail
    length = math.hypot(along.x(), along.y()) or 1.0
    along /= length
    across = QPointF(-along.y(), along.x())
    base = tip - along * HEAD
    head = QPainterPath()
    head.addPolygon(QPolygonF([tip, base + across * (HEAD / 2), base - across * (HEAD / 2)]))
    head.closeSubpath()
    shaft = QPainterPath(tail if length > HEAD else base)
    shaft.lineTo(base)
    painter.strokePath(shaft, _pen(WHITE, LINE + 2 * OUTLINE))
    painter.strokePath(head, _pen(WHITE, 2 * OUTLINE))
    painter.strokePath(shaft, _pen(ink, LINE))
    painter.fillPath(head, ink)


def _mark(painter: QPainter, centre: QPointF, number: int, ink: QColor) -> None:
    _disc(painter, centre, MARK_RADIUS, ink)
    font = QFont(QApplication.font())
    font.setBold(True)
    font.setPixelSize(round(MARK_RADIUS * 1.1))
    painter.setFont(font)
    painter.setPen(WHITE)
    box = QRectF(0, 0, MARK_RADIUS * 2, MARK_RADIUS * 2)
    box.moveCenter(centre)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number))


def _stroke(painter: QPainter, points: list[QPointF], ink: QColor) -> None:
    """Line by line: one path that crosses itself often takes Qt seconds."""
    lines = [QLineF(*pair) for pair in pairwise(points)]
    for colour, width in ((WHITE, LINE + 2 * OUTLINE), (ink, LINE)):
        painter.setPen(_pen(colour, width))
        painter.drawPoint(points[0])
        painter.drawLines(lines)


def _disc(painter: QPainter, centre: QPointF, radius: float, ink: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, reach in ((WHITE, radius + OUTLINE), (ink, radius)):
        painter.setBrush(colour)
        painter.drawEllipse(centre, reach, reach)


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(
        colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )


@dataclass(frozen=True)
class Badge:
    """The technician's pointer with the name: a ring to point with, or a dot beside the pointer.

    `left` and `up` turn it to the other side, for a place near the edge of the screen.
    """

    name: str
    controls: bool
    left: bool = False
    up: bool = False
    colour: int = 0

    def bounds(self) -> QRectF:
        """What it takes up around the place that is pointed at."""
        return self._name_box().united(self._symbol()).adjusted(-4, -4, 4, 4)

    def turned(self, place: QPointF, room: QRectF) -> "Badge":
        """Give it turned so that it lies in the room, as far as it can."""
        straight = replace(self, left=False, up=False).bounds().translated(place)
        left, up = straight.right() > room.right(), straight.bottom() > room.bottom()
        return replace(self, left=left, up=up)

    def paint(self, painter: QPainter) -> None:
        """Paint it around the origin."""
        ink = INKS[self.colour]
        if self.controls:
            _disc(painter, self._symbol().center(), DOT_RADIUS, ink)
        else:
            for colour, width in ((WHITE, LINE + 2 * OUTLINE), (ink, LINE)):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(_pen(colour, width))
                painter.drawEllipse(QPointF(0, 0), RING_RADIUS, RING_RADIUS)
        box = self._name_box()
        painter.setPen(_pen(WHITE, 2 * OUTLINE))
        painter.setBrush(ink)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(_name_font())
        painter.setPen(WHITE)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._text())

    def _symbol(self) -> QRectF:
        reach = DOT_RADIUS + OUTLINE if self.controls else RING_RADIUS + LINE / 2 + OUTLINE
        box = QRectF(-reach, -reach, 2 * reach, 2 * reach)
        if self.controls:
            across, down = (-_APART if turned else _APART for turned in (self.left, self.up))
            box.moveCenter(QPointF(across, down))
        return box

    def _name_box(self) -> QRectF:
        metrics = QFontMetricsF(_name_font())
        size = metrics.size(0, self._text())
        box = QRectF(0, 0, size.width() + 2 * _PAD, size.height() + _PAD)
        symbol = self._symbol()
        if self.controls:
            gap = _PAD / 2 + OUTLINE
            side = symbol.left() - gap - box.width() if self.left else symbol.right() + gap
            box.moveTopLeft(QPointF(side, symbol.center().y() - box.height() / 2))
            return box
        top = symbol.bottom() + OUTLINE + _PAD / 2
        if self.up:
            top = symbol.top() - OUTLINE - _PAD / 2 - box.height()
        box.moveTopLeft(QPointF(-box.width() if self.left else 0.0, top))
        return box

    def _text(self) -> str:
        metrics = QFontMetricsF(_name_font())
        return metrics.elidedText(self.name, Qt.TextElideMode.ElideRight, MAX_NAME)


def _name_font() -> QFont:
    font = QFont(QApplication.font())
    font.setBold(True)
    return font
