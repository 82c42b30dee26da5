"""What the technician shows on the desktop, and until when. Pure: time is passed in.

`Guide` takes what was admitted and tells of every change. A `Drawing` is a value that can be asked
what is still to be seen of it, so whoever shows it needs no further news to let it fade.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from broker.protocol.guide import (
    GUIDE_SHAPE_S,
    MAX_GUIDE_INK,
    MAX_GUIDE_PLACES,
    MAX_GUIDE_SHAPES,
    GuideArrow,
    GuideMark,
    GuideShape,
    GuideStroke,
)

FADE_S: Final = 0.6
"""How long a shape takes to fade once its time is over."""
POINTER_S: Final = 1.5
"""The pointer hides this long after its last move."""
_STEPS: Final = 6
"""Of opacity, while a shape fades: each one is a change of the shared picture."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape and when it was drawn, in seconds of a monotonic clock."""

    shape: GuideShape
    at: float

    def opacity(self, now: float) -> float:
        """From 1 (as drawn) to 0 (gone), in steps."""
        if self.shape.pinned:
            return 1.0
        left = 1.0 - (now - self.at - GUIDE_SHAPE_S) / FADE_S
        return max(0.0, min(1.0, int(left * _STEPS + 1e-6) / _STEPS))

    def changes_at(self, now: float) -> float | None:
        """When it looks different next; None for never."""
        if self.shape.pinned or self.opacity(now) == 0.0:
            return None
        step = FADE_S / _STEPS
        begin = self.at + GUIDE_SHAPE_S
        passed = max(0, int((now - begin) / step + 1e-6) + 1) if now >= begin else 0
        return begin + passed * step


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the technician points, as fractions of the picture, and since when."""

    x: float
    y: float
    at: float
    controls: bool
    """It is the desktop's own pointer that the technician moves: only to be named."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who shows something: their name, and which of the technicians' colours is theirs."""

    name: str = ""
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything one technician shows at one moment."""

    shapes: tuple[Drawn, ...] = ()
    pointer: Pointer | None = None
    hand: Hand = Hand()

    def __bool__(self) -> bool:
        return bool(self.shapes) or self.pointer is not None

    @property
    def guides(self) -> bool:
        """Whether the technician points at something, rather than moving the pointer only."""
        return bool(self.shapes) or (self.pointer is not None and not self.pointer.controls)

    def seen(self, now: float) -> "Drawing":
        """Give what is left of it now."""
        shapes = tuple(drawn for drawn in self.shapes if drawn.opacity(now) > 0.0)
        pointer = self.pointer
        if pointer is not None and now - pointer.at >= POINTER_S - 1e-6:
            pointer = None
        return Drawing(shapes, pointer, self.hand)

    def changes_in(self, now: float) -> float | None:
        """In how many seconds it looks different without any news; None for never."""
        times = [at for drawn in self.shapes if (at := drawn.changes_at(now)) is not None]
        if self.pointer is not None and self.pointer.at + POINTER_S > now:
            times.append(self.pointer.at + POINTER_S)
        return max(0.0, min(times) - now) if times else None


NOTHING: Final = Drawing()


class Guide:
    """Keeps what is shown. `clock` gives monotonic seconds; `changed` is told of every change."""

    def __init__(
        self,
        clock: Callable[[], float],
        changed: Callable[[], None] = lambda: None,
        hand: Hand = Hand(),
    ) -> None:
        self._clock = clock
        self._changed = changed
        self.drawing = Drawing(hand=hand)

    def draw(self, shape: GuideShape) -> None:
        """Show a shape, in the place of one with its id; the oldest go when there are too many."""
        now = self._clock()
        others = [d for d in self.drawing.seen(now).shapes if d.shape.id != shape.id]
        shapes = [*others, Drawn(shape, now)][-MAX_GUIDE_SHAPES:]
        while _is_too_much(shapes):
            shapes.pop(0)
        self._show(replace(self.drawing, shapes=tuple(shapes)))

    def point(self, x: float, y: float) -> None:
        """Show the technician's pointer here."""
        self._show(replace(self.drawing, pointer=Pointer(x, y, self._clock(), controls=False)))

    def moved(self, x: float, y: float) -> None:
        """Name the desktop's pointer, which the technician has just moved here."""
        self._show(replace(self.drawing, pointer=Pointer(x, y, self._clock(), controls=True)))

    def forget_moves(self) -> None:
        """Take the name off the desktop's pointer: the technician moves it no more."""
        pointer = self.drawing.pointer
        if pointer is not None and pointer.controls:
            self._show(replace(self.drawing, pointer=None))

    def clear(self) -> None:
        """Take everything away."""
        if self.drawing:
            self._show(Drawing(hand=self.drawing.hand))

    def _show(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self._changed()


def _is_too_much(shapes: Sequence[Drawn]) -> bool:
    """Whether it would take long to paint; an endless scribble does by itself."""
    lines = [places(drawn.shape) for drawn in shapes]
    ink = sum(math.dist(*pair) for line in lines for pair in pairwise(line))
    return ink > MAX_GUIDE_INK or sum(map(len, lines)) > MAX_GUIDE_PLACES


def places(shape: GuideShape) -> list[tuple[float, float]]:
    """The places of a shape, as fractions of the picture."""
    match shape:
        case GuideArrow():
            return [(shape.from_x, shape.from_y), (shape.to_x, shape.to_y)]
        case GuideMark():
            return [(shape.x, shape.y)]
        case GuideStroke():
            return [(point.x, point.y) for point in shape.points]
