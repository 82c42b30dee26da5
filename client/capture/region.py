"""Rectangles of pixels and sets of them. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of pixels: left and top are inside, right and bottom are not."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    @property
    def area(self) -> int:
        """How many pixels; 0 when it is empty."""
        return max(0, self.width) * max(0, self.height)

    def __bool__(self) -> bool:
        return self.right > self.left and self.bottom > self.top

    def union(self, other: "Rect") -> "Rect":
        """Give the smallest rectangle around both."""
        return Rect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersection(self, other: "Rect") -> "Rect":
        """Give what both have; empty when they have nothing."""
        return Rect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def without(self, other: "Rect") -> list["Rect"]:
        """Give what is left of this one outside of another: up to four pieces."""
        shared = self.intersection(other)
        if not shared:
            return [self]
        around = (
            Rect(self.left, self.top, self.right, shared.top),
            Rect(self.left, shared.bottom, self.right, self.bottom),
            Rect(self.left, shared.top, shared.left, shared.bottom),
            Rect(shared.right, shared.top, self.right, shared.bottom),
        )
        return [piece for piece in around if piece]

    def split(self, width: int, height: int) -> Iterator["Rect"]:
        """Cut into pieces of at most this size, row by row."""
        for top in range(self.top, self.bottom, height):
            for left in range(self.left, self.right, width):
                right, bottom = min(left + width, self.right), min(top + height, self.bottom)
                yield Rect(left, top, right, bottom)


def merge(rects: Iterable[Rect], *, waste: float = 0.3, most: int = 16) -> list[Rect]:
    """Join rectangles that overlap or lie close, and give at most `most`, none overlapping.

    Two are joined when the rectangle around them holds at most `waste` more pixels than they do:
    a few larger pieces cost less than many small ones.
    """
    kept: list[Rect] = []
    for rect in rects:
        if rect:
            _add(kept, rect, waste)
    while len(kept) > most:
        smallest = min(range(1, len(kept)), key=lambda i: kept[0].union(kept[i]).area)
        _add(kept, kept.pop(smallest).union(kept.pop(0)), waste)
    return kept


def bounding(rects: Iterable[Rect]) -> Rect:
    """Give the smallest rectangle around all; empty when there is none."""
    around: Rect | None = None
    for rect in rects:
        around = rect if around is None else around.union(rect)
    return around or Rect(0, 0, 0, 0)


def _add(kept: list[Rect], rect: Rect, waste: float) -> None:
    index = 0
    while index < len(kept):
        other = kept[index]
        around = rect.union(other)
        overlaps = bool(rect.intersection(other))
        if overlaps or around.area <= (rect.area + other.area) * (1 + waste):
            kept.pop(index)
            rect, index = around, 0
        else:
            index += 1
    kept.append(rect)
