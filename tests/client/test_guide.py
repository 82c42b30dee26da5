"""What the technician shows, and until when: no window, no clock."""

import pytest

from broker.protocol.guide import MAX_GUIDE_SHAPES, GuideArrow, GuideMark, GuidePlace, GuideStroke
from client.guide import FADE_S, NOTHING, POINTER_S, Drawing, Guide


class Bench:
    """A guide at a time of the test's own."""

    def __init__(self) -> None:
        self.now = 100.0
        self.changes = 0
        self.guide = Guide(lambda: self.now, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def seen(self) -> Drawing:
        return self.guide.drawing.seen(self.now)


def mark(number: int = 1, *, name: str = "", pinned: bool = False) -> GuideMark:
    return GuideMark(id=name or f"mark-{number}", number=number, x=0.5, y=0.5, pinned=pinned)


def test_a_shape_stands_for_eight_seconds_and_then_fades() -> None:
    bench = Bench()
    bench.guide.draw(mark())
    bench.now += 8.0
    [drawn] = bench.seen().shapes
    assert drawn.opacity(bench.now) == 1.0
    bench.now += FADE_S / 2
    assert drawn.opacity(bench.now) == pytest.approx(0.5)
    bench.now += FADE_S / 2
    assert not bench.seen()


def test_a_pinned_shape_stands_until_it_is_cleared() -> None:
    bench = Bench()
    bench.guide.draw(mark(pinned=True))
    assert bench.guide.drawing.changes_in(bench.now) is None
    bench.now += 3600
    assert bench.seen().shapes
    bench.guide.clear()
    assert bench.guide.drawing == NOTHING


def test_whoever_looks_when_something_changes_sees_every_step_and_then_nothing() -> None:
    bench = Bench()
    bench.guide.draw(mark())
    bench.guide.point(0.1, 0.2)
    opacities = []
    while (wait := bench.guide.drawing.changes_in(bench.now)) is not None:
        bench.now += wait
        opacities += [drawn.opacity(bench.now) for drawn in bench.seen().shapes]
        assert len(opacities) < 20
    assert opacities[0] == 1.0, "the pointer hides first"
    assert opacities == sorted(opacities, reverse=True)
    assert len(set(opacities)) == 6
    assert not bench.seen()


def test_the_pointer_hides_after_its_last_move() -> None:
    bench = Bench()
    bench.guide.point(0.1, 0.2)
    bench.now += POINTER_S - 0.1
    bench.guide.point(0.3, 0.4)
    bench.now += POINTER_S - 0.1
    pointer = bench.seen().pointer
    assert pointer is not None
    assert (pointer.x, pointer.y) == (0.3, 0.4)
    bench.now += 0.1
    assert not bench.seen()


def test_a_shape_with_the_same_id_takes_the_others_place() -> None:
    bench = Bench()
    bench.guide.draw(mark(1, name="grows"))
    bench.guide.draw(mark(2, name="grows"))
    [drawn] = bench.seen().shapes
    assert drawn.shape == mark(2, name="grows")


def test_the_oldest_shapes_make_room_when_there_are_too_many() -> None:
    bench = Bench()
    for number in range(10_000):
        bench.guide.draw(GuideArrow(id=f"{number}", from_x=0, from_y=0, to_x=0.1, to_y=0.1))
    ids = [drawn.shape.id for drawn in bench.guide.drawing.shapes]
    assert ids == [str(number) for number in range(10_000 - MAX_GUIDE_SHAPES, 10_000)]


def test_long_strokes_make_room_for_each_other() -> None:
    bench = Bench()
    places = tuple(GuidePlace(x=0.5, y=0.5) for _ in range(200))
    for number in range(20):
        bench.guide.draw(GuideStroke(id=f"{number}", points=places))
    ids = [drawn.shape.id for drawn in bench.guide.drawing.shapes]
    assert ids == ["15", "16", "17", "18", "19"]


def test_a_scribble_without_end_is_not_shown_and_others_make_room_for_what_is() -> None:
    bench = Bench()
    zigzag = [GuidePlace(x=number % 2, y=0.5) for number in range(200)]
    bench.guide.draw(mark())
    bench.guide.draw(GuideStroke(id="endless", points=tuple(zigzag)))
    assert not bench.guide.drawing.shapes
    for number in range(10):
        bench.guide.draw(GuideStroke(id=f"{number}", points=tuple(zigzag[:11])))
    assert [drawn.shape.id for drawn in bench.guide.drawing.shapes] == ["7", "8", "9"]


def test_moving_the_desktops_pointer_is_shown_and_is_no_guiding() -> None:
    bench = Bench()
    bench.guide.moved(0.5, 0.5)
    assert bench.guide.drawing
    assert not bench.guide.drawing.guides
    bench.guide.forget_moves()
    assert not bench.guide.drawing


def test_losing_control_leaves_what_is_pointed_at() -> None:
    bench = Bench()
    bench.guide.point(0.5, 0.5)
    bench.guide.forget_moves()
    assert bench.guide.drawing.guides


def test_every_change_is_told_and_clearing_nothing_is_none() -> None:
    bench = Bench()
    bench.guide.clear()
    assert bench.changes == 0
    bench.guide.draw(mark())
    bench.guide.clear()
    assert bench.changes == 2
