from dataclasses import dataclass

from client.channels.budget import Budget


@dataclass
class Clock:
    now: float = 5.0

    def __call__(self) -> float:
        return self.now


def test_so_much_may_happen_at_once_and_then_as_much_a_second() -> None:
    clock = Clock()
    budget = Budget(10, 10, clock)
    assert [budget.take() for _ in range(12)] == [True] * 10 + [False] * 2
    clock.now = 5.25
    assert [budget.take() for _ in range(3)] == [True, True, False]


def test_what_is_not_used_is_not_saved_up() -> None:
    clock = Clock()
    budget = Budget(10, 10, clock)
    budget.take()
    clock.now = 3600.0
    assert [budget.take() for _ in range(11)] == [True] * 10 + [False]


def test_a_clock_that_goes_back_gives_nothing() -> None:
    clock = Clock()
    budget = Budget(1, 1, clock)
    assert budget.take()
    clock.now = 4.0
    assert not budget.take()
