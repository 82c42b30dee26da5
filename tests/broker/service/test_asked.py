"""How often an end user may be asked about the same person."""

from datetime import timedelta

import pytest

from broker.errors import TooManyRequests
from broker.service.asked import MOST, WITHIN, Asked
from tests.builders import NOW

ADA, BEN = "usr_" + "a" * 32, "usr_" + "2" * 32
SECOND = timedelta(seconds=1)


@pytest.fixture
def asked() -> Asked:
    asked = Asked()
    for number in range(MOST):
        asked.check(BEN, NOW + number * SECOND)
        asked.about(BEN, NOW + number * SECOND)
    return asked


def test_one_question_too_many_is_told_how_long_to_wait(asked: Asked) -> None:
    with pytest.raises(TooManyRequests) as refused:
        asked.check(BEN, NOW + 100 * SECOND)
    assert refused.value.retry_after_s == 500
    asked.check(ADA, NOW + 100 * SECOND)


def test_a_question_counts_for_ten_minutes(asked: Asked) -> None:
    asked.check(BEN, NOW + WITHIN)
    asked.about(BEN, NOW + WITHIN)
    with pytest.raises(TooManyRequests):
        asked.check(BEN, NOW + WITHIN)


def test_after_a_yes_one_may_be_asked_about_as_if_for_the_first_time(asked: Asked) -> None:
    asked.let_in(BEN)
    asked.check(BEN, NOW + 100 * SECOND)
