"""The benchmark's arithmetic."""

import numpy as np
import pytest

from benchmarks.screen import barcode, figures

NOW_S = 1_700_000_000.0


def sample(seen_after_s: float, drawn_after_s: float) -> tuple[float, int]:
    """Give a sample of a picture, by when it was seen and drawn."""
    return NOW_S + seen_after_s, barcode.encode(barcode.stamp(NOW_S + drawn_after_s))


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 2.5), (0.95, 3.85), (1, 4)])
def test_percentiles_are_interpolated(share: float, value: float) -> None:
    assert figures.percentile([4, 1, 3, 2], share) == pytest.approx(value)


def test_a_median_of_repeats_where_one_never_happened_is_the_larger_of_the_others() -> None:
    assert figures.median_of_repeats([2.0, None, 1.0]) == 2.0


def test_a_median_of_repeats_that_mostly_never_happened_is_never() -> None:
    assert figures.median_of_repeats([None, 1.0, None]) is None
    assert figures.median_of_repeats([1.0, None]) is None


def test_only_pictures_that_came_up_are_sights() -> None:
    samples = [sample(1, 0.9), sample(2, 1.9), (NOW_S + 2.1, 0), sample(2.2, 1.9), sample(3, 2.5)]
    sights = figures.first_sights(samples, NOW_S)
    assert [round(at - NOW_S, 3) for at, _ in sights] == [2, 3]
    assert figures.ages_ms(sights) == pytest.approx([100, 500], abs=1.1)


def test_a_bar_code_from_before_the_scene_is_no_sight() -> None:
    samples = [sample(1, -20), sample(2, 1.9)]
    assert len(figures.first_sights(samples, NOW_S)) == 1


def test_nothing_seen_is_no_sights() -> None:
    assert figures.first_sights([], NOW_S) == []


def test_psnr_of_equal_pictures_is_the_largest_there_is() -> None:
    picture = np.zeros((4, 4, 3), np.uint8)
    assert figures.psnr_rgb(picture, picture) == figures.psnr_y(picture, picture) == 99.0


def test_psnr_and_exact_share_of_a_picture_with_one_wrong_pixel() -> None:
    one = np.zeros((10, 10, 3), np.uint8)
    other = one.copy()
    other[0, 0] = 255
    assert figures.psnr_rgb(one, other) == pytest.approx(20)
    assert figures.psnr_y(one, other) == pytest.approx(20)
    assert figures.exact_share(one, other) == pytest.approx(0.99)
