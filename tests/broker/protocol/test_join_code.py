"""The join code as people read, speak and type it."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from broker.protocol.join_code import (
    CODE_LENGTH,
    PAYLOAD_LENGTH,
    MalformedCode,
    check_digit,
    complete,
    parse,
    spell,
)

PAYLOADS = st.text("0123456789", min_size=PAYLOAD_LENGTH, max_size=PAYLOAD_LENGTH)
CODES = PAYLOADS.map(complete)


@given(PAYLOADS)
def test_a_code_checks_itself(payload: str) -> None:
    code = complete(payload)
    assert len(code) == CODE_LENGTH
    assert check_digit(code) == "0"
    assert parse(code) == code


@given(CODES)
def test_every_single_wrong_digit_is_caught(code: str) -> None:
    for place in range(CODE_LENGTH):
        for digit in set("0123456789") - {code[place]}:
            with pytest.raises(MalformedCode, match="typing error"):
                parse(code[:place] + digit + code[place + 1 :])


@given(CODES)
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    for place in range(CODE_LENGTH - 1):
        swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if swapped != code:
            with pytest.raises(MalformedCode):
                parse(swapped)


@given(CODES)
def test_a_code_reads_the_same_however_it_is_spaced(code: str) -> None:
    assert parse(spell(code)) == code
    assert parse("-".join(code)) == code


def test_a_code_is_shown_in_groups_of_four() -> None:
    assert spell("482109375520") == "4821 0937 5520"


@pytest.mark.parametrize(
    "text",
    ["", "1234", "1" * 13, "48210937552O", "４８２１０９３７５５２０", "4821_0937_5520", "²" * 12],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(MalformedCode, match="12 digits"):
        parse(text)
