"""What counts as flat: a plateau, a sawtooth; and what does not: a slow, steady climb."""

from collections.abc import Callable
from dataclasses import replace

from benchmarks.screen.soak.flatness import LIMITS, Holding, complaints, growth

BASE = Holding(memory_mb=150, files=30, threads=15, futures=40, frames=1, packets=128)
LOOKS = 100


def over_time(change: Callable[[Holding, float], Holding]) -> list[Holding]:
    """Look at regular moments, from 0 to 1."""
    return [change(BASE, look / (LOOKS - 1)) for look in range(LOOKS)]


def test_what_fills_up_in_the_beginning_is_flat() -> None:
    filled = over_time(lambda base, at: replace(base, memory_mb=150 + 400 * min(at, 0.2)))
    assert complaints(filled) == []


def test_a_saw_is_flat() -> None:
    teeth = over_time(lambda base, at: replace(base, memory_mb=150 + 60 * (10 * at % 1)))
    assert complaints(teeth) == []


def test_a_steady_climb_is_not() -> None:
    climbing = over_time(lambda base, at: replace(base, memory_mb=150 + 30 * at))
    assert growth(climbing)["memory_mb"] > LIMITS.memory_mb
    assert [complaint.split()[0] for complaint in complaints(climbing)] == ["memory_mb"]


def test_each_kind_is_judged() -> None:
    leaking = over_time(
        lambda base, at: replace(base, files=30 + int(20 * at), futures=40 + int(200 * at))
    )
    assert [complaint.split()[0] for complaint in complaints(leaking)] == ["files", "futures"]
