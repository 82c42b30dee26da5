"""What one technician shows, over the shared monitor; no window while nothing is shown."""

import math
import sys
import time
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QRegion, QScreen

from client.guide import NOTHING, Drawing, Drawn, Hand, Pointer
from client.platform.interface import Area
from client.ui import sketch
from client.ui.pane import Pane, can_be_translucent

PACE: Final = 4.0
"""After what took a second to show, nothing new is shown for so many: there is a bar to be used."""
_NOWHERE: Final = QRectF()

Shown = tuple[tuple[Drawn, float], ...]
"""Shapes and their opacity."""


class Overlay(QObject):
    """Shows drawings as they come, and lets them fade by itself."""

    guided = Signal()
    """The technician points at something for the first time."""

    def __init__(self, hand: Hand) -> None:
        super().__init__()
        self._hand = hand
        self._drawing = NOTHING
        self._ground = _NOWHERE
        self._told = False
        self._shapes: Pane | None = None
        self._pointer: Pane | None = None
        self._shown: Shown = ()
        self._badge: sketch.Badge | None = None
        self._translucent = False
        self._own = QRegion()
        self._rests_until = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refresh)

    def show_drawing(self, drawing: Drawing, area: Area | None) -> None:
        """Show this on this part of the desktop (physical pixels), or nothing without one."""
        ground = _NOWHERE if area is None else on_desktop(area, QGuiApplication.screens())
        if ground != self._ground:
            self._ground, self._shown = ground, ()
        self._drawing = drawing if area is not None else NOTHING
        self._refresh()
        if self._drawing.guides and not self._told:
            self._told = True
            self.guided.emit()

    def keep_off(self, windows: list[QRect]) -> None:
        """Never cover our own windows: what they ask, and how to stop, stays readable."""
        self._own = QRegion()
        for window in windows:
            self._own = self._own.united(window)
        for pane in (self._shapes, self._pointer):
            if pane is not None:
                pane.keep_off(self._own)

    def _make_pane(self) -> Pane:
        pane = Pane(translucent=self._translucent)
        pane.keep_off(self._own)
        return pane

    def retire(self) -> None:
        """Take everything away."""
        self._drawing = NOTHING
        self._refresh()

    def _refresh(self) -> None:
        now = time.monotonic()
        seen = self._drawing.seen(now)
        if seen and now < self._rests_until:
            self._timer.start(math.ceil((self._rests_until - now) * 1000))
            return
        self._show(seen, now)
        done = time.monotonic()
        self._rests_until = done + PACE * (done - now)
        wait = self._drawing.changes_in(done)
        if wait is None:
            self._timer.stop()
        else:
            self._timer.start(math.ceil(wait * 1000) + 1)

    def _show(self, seen: Drawing, now: float) -> None:
        if seen and self._shapes is None and self._pointer is None:
            self._translucent = can_be_translucent()
        self._show_shapes(tuple((drawn, drawn.opacity(now)) for drawn in seen.shapes))
        self._show_pointer(seen.pointer)

    def _show_shapes(self, shown: Shown) -> None:
        if not shown:
            _take_away(self._shapes)
            self._shapes, self._shown = None, ()
            return
        pane = self._shapes = self._shapes or self._make_pane()
        if shown != self._shown:
            self._shown = shown
            place = self._ground.toAlignedRect()
            at, ink = self._place_in(place), sketch.INKS[self._hand.colour]
            bounds = QRectF()
            for drawn, _ in shown:
                bounds = bounds.united(sketch.bounds(drawn.shape, at))
            whole = QRect(0, 0, place.width(), place.height())
            pane.show_picture(
                lambda painter: _paint(painter, shown, at, ink), bounds.toAlignedRect() & whole
            )
            pane.show_at(place)

    def _show_pointer(self, pointer: Pointer | None) -> None:
        if pointer is None:
            _take_away(self._pointer)
            self._pointer = self._badge = None
            return
        pane = self._pointer = self._pointer or self._make_pane()
        place = self._at(pointer.x, pointer.y)
        plain = sketch.Badge(self._hand.name, pointer.controls, colour=self._hand.colour)
        badge = plain.turned(place, self._ground)
        box = badge.bounds().toAlignedRect()
        if badge != self._badge:
            self._badge = badge
            whole = QRect(0, 0, box.width(), box.height())
            pane.show_picture(lambda painter: _paint_badge(painter, badge, box), whole)
        pane.show_at(box.translated(place.toPoint()))

    def _at(self, x: float, y: float) -> QPointF:
        ground = self._ground
        return QPointF(ground.left() + x * ground.width(), ground.top() + y * ground.height())

    def _place_in(self, window: QRect) -> sketch.At:
        return lambda x, y: self._at(x, y) - QPointF(window.topLeft())


def _paint(painter: QPainter, shown: Shown, at: sketch.At, ink: QColor) -> None:
    for drawn, opacity in shown:
        painter.setOpacity(opacity)
        sketch.paint(painter, drawn.shape, at, ink)


def _paint_badge(painter: QPainter, badge: sketch.Badge, box: QRect) -> None:
    painter.translate(-QPointF(box.topLeft()))
    badge.paint(painter)


def _take_away(pane: Pane | None) -> None:
    if pane is not None:
        pane.hide()
        pane.deleteLater()


def _ratio(screen: QScreen) -> float:
    """Physical pixels to one of Qt's; on macOS all of the desktop is in points."""
    return 1.0 if sys.platform == "darwin" else screen.devicePixelRatio()


def on_desktop(area: Area, screens: list[QScreen]) -> QRectF:
    """Turn the desktop's pixels into Qt's: the inverse of `own_windows.to_physical`."""
    middle = QPointF(area.left + area.width / 2, area.top + area.height / 2)
    for screen in screens:
        corner, ratio = screen.geometry().topLeft(), _ratio(screen)
        size = screen.geometry().size() * ratio
        if QRectF(corner, size).contains(middle):
            break
    else:
        corner, ratio = QGuiApplication.primaryScreen().geometry().topLeft(), 1.0
    left = corner.x() + (area.left - corner.x()) / ratio
    top = corner.y() + (area.top - corner.y()) / ratio
    return QRectF(left, top, area.width / ratio, area.height / ratio)
