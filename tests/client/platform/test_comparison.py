"""Two pictures of a screen, and the rectangles in which they differ."""

import numpy as np
import pytest

from client.capture.region import Rect
from client.platform.comparison import BAND_HEIGHT, GAP_PAIRS, MOST_PIECES, Comparison
from client.platform.interface import Pixels

WIDTH, HEIGHT = 1000, 3 * BAND_HEIGHT - 10
WHOLE = Rect(0, 0, WIDTH, HEIGHT)
FAR = 2 * GAP_PAIRS + 20


def picture(*dots: tuple[int, int]) -> Pixels:
    """A dark picture with bright pixels at these places (x, y)."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    for x, y in dots:
        pixels[y, x] = 255
    return pixels


@pytest.fixture
def comparison() -> Comparison:
    made = Comparison()
    assert made.changed(picture()) == [WHOLE]
    return made


def test_the_same_picture_has_no_changes(comparison: Comparison) -> None:
    assert comparison.changed(picture()) == []


def test_one_pixel_is_a_pair_of_pixels(comparison: Comparison) -> None:
    assert comparison.changed(picture((501, 100))) == [Rect(500, 100, 502, 101)]
    assert comparison.changed(picture((501, 100))) == []


def test_the_last_column_and_row_are_compared(comparison: Comparison) -> None:
    last = Rect(WIDTH - 2, HEIGHT - 1, WIDTH, HEIGHT)
    assert comparison.changed(picture((WIDTH - 1, HEIGHT - 1))) == [last]


def test_a_change_across_two_bands_is_told_in_both(comparison: Comparison) -> None:
    tall = picture((10, BAND_HEIGHT - 1), (21, BAND_HEIGHT))
    assert comparison.changed(tall) == [
        Rect(10, BAND_HEIGHT - 1, 12, BAND_HEIGHT),
        Rect(20, BAND_HEIGHT, 22, BAND_HEIGHT + 1),
    ]


def test_changes_far_apart_in_one_band_are_told_apart(comparison: Comparison) -> None:
    near, far = picture((10, 5), (40, 9)), picture((10, 5), (40, 9), (40 + FAR, 2))
    assert comparison.changed(near) == [Rect(10, 5, 42, 10)]
    comparison.changed(picture())
    assert comparison.changed(far) == [Rect(10, 5, 42, 10), Rect(40 + FAR, 2, 42 + FAR, 3)]


def test_changes_all_over_one_band_are_one_rectangle(comparison: Comparison) -> None:
    dots = [(number * FAR, number) for number in range(MOST_PIECES + 1)]
    assert comparison.changed(picture(*dots)) == [
        Rect(0, 0, MOST_PIECES * FAR + 2, MOST_PIECES + 1)
    ]


def test_another_size_is_all_new(comparison: Comparison) -> None:
    assert comparison.changed(picture()[:100, :200].copy()) == [Rect(0, 0, 200, 100)]


def test_all_rectangles_together_hold_every_change(comparison: Comparison) -> None:
    dice = np.random.default_rng(5)
    before = picture()
    for _ in range(30):
        after = before.copy()
        for _ in range(int(dice.integers(1, 12))):
            x, y = int(dice.integers(WIDTH - 60)), int(dice.integers(HEIGHT - 40))
            after[y : y + int(dice.integers(1, 40)), x : x + int(dice.integers(1, 60))] += 1
        differs = (before != after).any(axis=2)
        for rect in comparison.changed(after):
            differs[rect.top : rect.bottom, rect.left : rect.right] = False
        assert not differs.any()
        before = after
