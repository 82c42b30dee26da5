from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from client.capture.region import Rect, bounding, merge

SIDE = 60
EDGES = st.integers(0, SIDE)


@st.composite
def rects(draw: st.DrawFn) -> Rect:
    left, right = sorted((draw(EDGES), draw(EDGES)))
    top, bottom = sorted((draw(EDGES), draw(EDGES)))
    return Rect(left, top, right, bottom)


def painted(many: list[Rect]) -> np.ndarray:
    """How often each pixel is covered."""
    times = np.zeros((SIDE, SIDE), int)
    for rect in many:
        times[rect.top : rect.bottom, rect.left : rect.right] += 1
    return times


@given(st.lists(rects(), max_size=40), st.floats(0, 2), st.integers(1, 16))
def test_merging_loses_no_pixel_gives_few_pieces_and_none_twice(
    many: list[Rect], waste: float, most: int
) -> None:
    merged = merge(many, waste=waste, most=most)
    times = painted(merged)
    assert len(merged) <= most
    assert all(merged)
    assert times.max(initial=0) <= 1
    assert (times[painted(many) > 0] == 1).all()


@given(st.lists(rects(), max_size=20))
def test_merging_stays_inside_the_rectangle_around_all(many: list[Rect]) -> None:
    solid = [rect for rect in many if rect]
    around = bounding(solid)
    assert bounding(merge(many)) == around


@given(rects(), st.integers(1, 70), st.integers(1, 70))
def test_splitting_covers_every_pixel_once_in_pieces_that_are_not_too_large(
    rect: Rect, width: int, height: int
) -> None:
    pieces = list(rect.split(width, height))
    assert (painted(pieces) == painted([rect])).all()
    assert all(0 < p.width <= width and 0 < p.height <= height for p in pieces if rect)


@given(rects(), rects())
def test_union_and_intersection_are_those_of_the_pixels(one: Rect, other: Rect) -> None:
    both = (painted([one]) > 0) & (painted([other]) > 0)
    shared = one.intersection(other)
    assert shared.area == both.sum()
    assert bool(shared) == bool(both.any())
    if one and other:
        assert one.union(other) == bounding([one, other])


@given(rects(), rects())
def test_what_is_left_of_a_rectangle_without_another_has_every_other_pixel_once(
    one: Rect, other: Rect
) -> None:
    left = one.without(other)
    times = painted(left)
    assert times.max(initial=0) <= 1
    assert ((times == 1) == ((painted([one]) > 0) & (painted([other]) == 0))).all()
    assert len(left) <= 4


def test_neighbours_are_joined_and_strangers_are_not() -> None:
    assert merge([Rect(0, 0, 10, 10), Rect(10, 0, 20, 10)]) == [Rect(0, 0, 20, 10)]
    apart = [Rect(0, 0, 10, 10), Rect(50, 50, 60, 60)]
    assert merge(apart) == apart


@given(st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=1), st.integers(1, 8))
def test_many_specks_far_apart_become_few_pieces_that_still_cover_them(
    places: set[tuple[int, int]], most: int
) -> None:
    specks = [Rect(3 * x, 3 * y, 3 * x + 1, 3 * y + 1) for x, y in sorted(places)]
    merged = merge(specks, most=most)
    times = painted(merged)
    assert len(merged) <= most
    assert times.max() == 1
    assert (times[painted(specks) > 0] == 1).all()


def test_whatever_overlaps_is_joined_even_when_that_wastes_much() -> None:
    cross = [Rect(0, 28, 60, 32), Rect(28, 0, 32, 60)]
    assert merge(cross, waste=0.0) == [Rect(0, 0, 60, 60)]


def test_nothing_is_around_nothing() -> None:
    assert not bounding([])
    assert merge([Rect(5, 5, 5, 9), Rect(9, 9, 2, 2)]) == []


def test_a_rectangle_knows_its_size() -> None:
    rect = Rect(2, 3, 12, 8)
    assert (rect.width, rect.height, rect.area) == (10, 5, 50)
    assert Rect(5, 5, 2, 9).area == 0
    assert all(not a.intersection(b) for a, b in combinations(rect.split(3, 3), 2))
