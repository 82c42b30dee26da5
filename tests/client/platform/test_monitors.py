from typing import Any

from client.platform.interface import Area
from client.platform.monitors import layout

WHOLE = {"left": -1920, "top": 0, "width": 4481, "height": 1441}
LAPTOP = {"left": 0, "top": 0, "width": 1280, "height": 800, "name": "Laptop"}
WIDE = {"left": -1920, "top": 0, "width": 1920, "height": 1080, "name": "Wide", "is_primary": True}
TALL = {"left": 1280, "top": 0, "width": 1281, "height": 1441, "name": "Tall"}


def found(*monitors: dict[str, Any]) -> list[dict[str, Any]]:
    return [WHOLE, *monitors]


def test_the_primary_monitor_is_shown_unless_another_is_wanted_and_there() -> None:
    desk = layout(found(LAPTOP, WIDE, TALL), {})
    assert desk.shown(None) == ("Wide", Area(-1920, 0, 1920, 1080))
    assert desk.shown("Laptop") == ("Laptop", Area(0, 0, 1280, 800))
    assert desk.shown("unplugged") == desk.shown(None)


def test_what_is_shown_has_an_even_size() -> None:
    desk = layout(found(LAPTOP, TALL), {})
    assert desk.shown("Tall") == ("Tall", Area(1280, 0, 1280, 1440))
    assert desk.shown("all") == ("all", Area(-1920, 0, 4480, 1440))


def test_monitors_are_told_from_left_to_right() -> None:
    desk = layout(found(TALL, LAPTOP, WIDE), {})
    assert [one.name for one in desk.monitors] == ["Wide", "Laptop", "Tall"]


def test_without_a_mark_the_first_that_the_system_names_is_primary() -> None:
    desk = layout(found(TALL, LAPTOP), {})
    assert [one.primary for one in desk.monitors] == [False, True]
    assert desk.shown(None)[0] == "Tall"


def test_a_better_name_goes_before_and_a_long_or_strange_one_is_cut() -> None:
    strange = {**TALL, "name": "a\x00\u202e" + "b" * 100}
    desk = layout(found(LAPTOP, strange), {Area(0, 0, 1280, 800): "eDP-1"})
    assert [one.name for one in desk.monitors] == ["eDP-1", "a" + "b" * 63]


def test_monitors_without_a_name_of_their_own_are_known_by_their_places() -> None:
    twin, other = {**LAPTOP, "name": "Generic"}, {**TALL, "name": "Generic"}
    named_all = {**WIDE, "name": "all"}
    desk = layout(found(twin, other, named_all), {})
    assert {one.id for one in desk.monitors} == {
        "1280x800+0+0",
        "1281x1441+1280+0",
        "1920x1080+-1920+0",
    }


def test_of_very_many_monitors_the_primary_one_is_told() -> None:
    many = [{**LAPTOP, "left": number, "name": f"m{number}"} for number in range(40)]
    desk = layout(found(*many, {**WIDE, "left": 100}), {})
    assert len(desk.monitors) == 16
    assert desk.shown(None)[0] == "Wide"
