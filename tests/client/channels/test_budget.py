from client.channels.budget import Budget


def test_a_second_s_worth_may_happen_at_once_and_then_as_much_a_second() -> None:
    budget = Budget(10)
    assert [budget.take(1, 5.0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [budget.take(1, 5.25) for _ in range(3)] == [True, True, False]


def test_what_is_not_used_is_not_saved_up() -> None:
    budget = Budget(10)
    budget.take(1, 0.0)
    assert [budget.take(1, 3600.0) for _ in range(11)] == [True] * 10 + [False]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    budget = Budget(1)
    assert budget.take(1, 10.0)
    assert not budget.take(1, 9.0)
