import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.capture.plan import CELL_HEIGHT, CELL_WIDTH, QUIET_S, TILE_MAX_PIXELS, Plan
from client.capture.region import Rect

WIDTH, HEIGHT = 1366, 768
WHOLE = Rect(0, 0, WIDTH, HEIGHT)
MUCH = 1 << 20
LATER = 1000.0


def exact_plan() -> Plan:
    """A plan all of whose cells are exact."""
    plan = Plan(WIDTH, HEIGHT)
    for cell in soft_cells(plan):
        assert cell
    return plan


def soft_cells(plan: Plan, near: tuple[int, int] = (0, 0)) -> list[Rect]:
    """Make everything exact: the cells in the order in which they were chosen."""
    chosen = []
    while (cell := plan.next_soft(LATER, near)) is not None:
        plan.made_exact(cell, 0.0)
        chosen.append(cell)
    return chosen


def test_a_small_change_goes_as_a_tile_while_there_is_room() -> None:
    plan = Plan(WIDTH, HEIGHT)
    small = Rect(10, 10, 110, 60)
    assert plan.goes_as_tile(small, MUCH, 0.0)
    assert not plan.goes_as_tile(small, 0, 0.0)


def test_a_large_change_goes_by_video_whatever_the_room() -> None:
    plan = Plan(WIDTH, HEIGHT)
    assert plan.goes_as_tile(Rect(0, 0, 400, TILE_MAX_PIXELS // 400), MUCH, 0.0)
    assert not plan.goes_as_tile(Rect(0, 0, 400, TILE_MAX_PIXELS // 400 + 1), MUCH, 0.0)


def test_what_tiles_cost_is_learnt() -> None:
    plan = Plan(WIDTH, HEIGHT)
    rect = Rect(0, 0, 100, 100)
    assert plan.goes_as_tile(rect, 5000, 0.0)
    for _ in range(30):
        plan.tile_sent(rect, 30_000)
    assert not plan.goes_as_tile(rect, 5000, 0.0)
    for _ in range(60):
        plan.tile_sent(rect, 100)
    assert plan.goes_as_tile(rect, 5000, 0.0)
    plan.tile_sent(Rect(0, 0, 0, 0), 100)  # nothing to learn from


def test_everything_begins_soft_and_is_made_exact_piece_by_piece() -> None:
    plan = Plan(WIDTH, HEIGHT)
    assert plan.exact_share == 0.0
    cells = soft_cells(plan)
    assert plan.exact_share == 1.0
    assert sum(cell.area for cell in cells) == WHOLE.area
    assert all(WHOLE.intersection(cell) == cell for cell in cells)
    assert plan.seconds_to_quiet(LATER) is None


@given(st.integers(0, WIDTH), st.integers(0, HEIGHT))
def test_the_nearest_cells_come_first(x: int, y: int) -> None:
    def distance(cell: Rect) -> float:
        left, top = cell.left // CELL_WIDTH * CELL_WIDTH, cell.top // CELL_HEIGHT * CELL_HEIGHT
        return math.dist((left + CELL_WIDTH // 2, top + CELL_HEIGHT // 2), (x, y))

    order = [distance(cell) for cell in soft_cells(Plan(WIDTH, HEIGHT), (x, y))]
    assert order == sorted(order)


def test_nothing_is_made_exact_before_it_is_quiet() -> None:
    plan = Plan(WIDTH, HEIGHT)
    plan.goes_as_tile(Rect(0, 0, 8, 8), 0, 5.0)
    assert plan.next_soft(5.0 + QUIET_S / 2, (0, 0)) is None
    assert plan.seconds_to_quiet(5.0) == pytest.approx(QUIET_S)
    assert plan.seconds_to_quiet(5.0 + 2 * QUIET_S) == 0.0
    assert plan.next_soft(5.0 + 2 * QUIET_S, (0, 0)) is not None


@given(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, 600))
def test_what_goes_by_video_is_soft_wherever_it_touches_a_cell(x: int, y: int, side: int) -> None:
    plan = exact_plan()
    rect = Rect(x, y, x + side, y + side).intersection(WHOLE)
    plan.goes_by_video(rect)
    cells = soft_cells(plan)
    assert all(cell.intersection(rect) for cell in cells)
    assert sum(cell.intersection(rect).area for cell in cells) == rect.area


def test_the_exact_share_counts_cells() -> None:
    plan = exact_plan()
    cells = math.ceil(WIDTH / CELL_WIDTH) * math.ceil(HEIGHT / CELL_HEIGHT)
    plan.goes_by_video(Rect(0, 0, CELL_WIDTH + 1, 1))
    assert plan.exact_share == pytest.approx(1 - 2 / cells)
    plan.forget()
    assert plan.exact_share == 0.0


def test_the_part_that_was_sent_longest_ago_is_the_stalest() -> None:
    plan, whole = Plan(2 * CELL_WIDTH, 2 * CELL_HEIGHT), Rect(0, 0, 2 * CELL_WIDTH, 2 * CELL_HEIGHT)
    seen = []
    for now in range(8):
        plan.goes_by_video(whole)
        cell = plan.stalest()
        assert cell is not None
        plan.made_exact(cell, float(now))
        seen.append((cell.left, cell.top))
    assert len(set(seen[:4])) == 4
    assert seen[4:] == seen[:4]


def test_nothing_is_stale_once_all_is_exact() -> None:
    plan = Plan(CELL_WIDTH, CELL_HEIGHT)
    plan.made_exact(Rect(0, 0, CELL_WIDTH, CELL_HEIGHT), 0.0)
    assert plan.stalest() is None
