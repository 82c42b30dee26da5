"""The join code as people read, speak and type it: 11 random digits and one check digit.

Pure text: it knows nothing of a code's life, which is `broker.session`'s business. The check digit
is Damm's (H. M. Damm, 2004): it catches every single wrong digit and every swap of neighbours, so
a typo is told on the spot and never reaches the broker.
"""

from typing import Final

CODE_LENGTH: Final = 12
PAYLOAD_LENGTH: Final = CODE_LENGTH - 1

DAMM_TABLE: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""Damm's quasigroup of order 10; a code is right when the walk through it ends at 0."""


class MalformedCode(ValueError):
    """This is not a join code: it needs 12 digits, and the last one checks the others."""


def check_digit(payload: str) -> str:
    """Give the digit that makes `payload` (digits) a right code."""
    interim = 0
    for digit in payload:
        interim = DAMM_TABLE[interim][int(digit)]
    return str(interim)


def complete(payload: str) -> str:
    """Append the check digit to 11 random digits."""
    return payload + check_digit(payload)


def parse(text: str) -> str:
    """Take a code as typed, with spaces or hyphens, and give its 12 digits.

    Raises MalformedCode when a digit is missing, too many or mistyped.
    """
    digits = text.replace(" ", "").replace("-", "")
    if len(digits) != CODE_LENGTH or not (digits.isascii() and digits.isdigit()):
        raise MalformedCode("A join code has 12 digits.")
    if check_digit(digits) != "0":
        raise MalformedCode("This code has a typing error: please check each digit.")
    return digits


def spell(digits: str) -> str:
    """Write a code in groups of four, as it is shown: `4821 0937 5520`."""
    return " ".join(digits[i : i + 4] for i in range(0, CODE_LENGTH, 4))


def is_code(text: str) -> bool:
    """Whether this is a join code, as typed."""
    try:
        parse(text)
    except MalformedCode:
        return False
    return True
