"""The bar code of the benchmark's scenes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.screen import barcode

NUMBERS = st.integers(0, barcode.MODULUS - 1)


@given(NUMBERS)
def test_what_was_encoded_is_decoded(number: int) -> None:
    assert barcode.decode(barcode.encode(number)) == number


@given(NUMBERS, st.integers(0, 31))
def test_a_bar_code_with_one_wrong_cell_is_refused(number: int, bit: int) -> None:
    assert barcode.decode(barcode.encode(number) ^ 1 << bit) is None


@pytest.mark.parametrize("word", [0, 0xFFFFFFFF])
def test_a_plain_picture_is_no_bar_code(word: int) -> None:
    assert barcode.decode(word) is None


@given(NUMBERS)
def test_the_cells_hold_the_word(number: int) -> None:
    word = barcode.encode(number)
    drawn = list(barcode.cells(word))
    assert sum(1 << bit for bit, (_, _, black) in enumerate(drawn) if black) == word
    assert {(x, y) for x, y, _ in drawn} == {
        (x, y)
        for x in range(0, barcode.WIDTH, barcode.CELL)
        for y in range(0, barcode.HEIGHT, barcode.CELL)
    }


def test_the_age_of_a_stamp_survives_the_clock_starting_over() -> None:
    shown_s = (barcode.MODULUS + 3) / 1000
    assert barcode.age_ms(barcode.stamp(shown_s - 0.010), shown_s) == pytest.approx(10, abs=1.1)
