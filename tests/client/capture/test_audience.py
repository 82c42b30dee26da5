"""Several viewers of the same tiles."""

from client.capture.audience import Audience
from client.capture.contracts import TileSink
from client.capture.region import Rect
from tests.client.capture.test_engine import Sink

RECT = Rect(0, 0, 8, 8)


class Hall:
    """An audience, and the sink that the engine was told to use last."""

    def __init__(self) -> None:
        self.used: list[TileSink | None] = []
        self.audience = Audience(self.used.append)
        self.one, self.other = Sink(), Sink()

    @property
    def fan(self) -> TileSink:
        fan = self.used[-1]
        assert fan is not None
        return fan

    def both(self) -> "Hall":
        self.audience.join(self.one)
        self.fan.reset(320, 240)
        self.audience.join(self.other)
        self.fan.begin(320, 240)
        return self


def test_who_comes_later_begins_and_the_first_goes_on() -> None:
    hall = Hall().both()
    assert (hall.one.resets, hall.other.resets) == ([(320, 240)], [(320, 240)])
    hall.fan.tile(RECT, b"png", 1.0)
    assert len(hall.one.tiles) == len(hall.other.tiles) == 1


def test_another_picture_begins_for_all() -> None:
    hall = Hall().both()
    hall.fan.reset(640, 480)
    assert hall.one.resets[1:] == hall.other.resets[1:] == [(640, 480)]


def test_only_what_the_slowest_takes_leaves() -> None:
    hall = Hall().both()
    hall.other.room = 100
    assert hall.fan.room == 100
    assert hall.fan.refines_in == 0.0
    hall.other.room = 0
    assert hall.fan.refines_in is None


def test_room_is_taken_at_each_and_only_at_those_who_get_the_tile() -> None:
    hall = Hall()
    hall.audience.join(hall.one)
    before = hall.fan
    before.reserve(50)
    hall.audience.join(hall.other)
    before.tile(RECT, b"png", 1.0)
    assert (hall.one.reserved, hall.other.reserved) == (50, 0)
    assert not hall.other.tiles


def test_who_left_hears_no_more_and_begins_anew_on_return() -> None:
    hall = Hall().both()
    before = hall.fan
    hall.audience.leave(hall.other)
    before.begin(320, 240)  # on its way when they left
    assert hall.other.resets == [(320, 240)]
    hall.audience.leave(hall.other)
    hall.audience.join(hall.other)
    hall.audience.join(hall.other)
    hall.fan.begin(320, 240)
    assert hall.other.resets == [(320, 240)] * 2
    assert hall.one.resets == [(320, 240)]


def test_without_anybody_nothing_is_made() -> None:
    hall = Hall().both()
    hall.audience.leave(hall.one)
    hall.audience.leave(hall.other)
    assert hall.used[-1] is None
