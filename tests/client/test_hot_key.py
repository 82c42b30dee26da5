"""The end user's combination, as it is written and as it is pressed."""

import pytest

from client.hot_key import AGAIN_S, DEFAULT, HELD_S, HotKey, Wish, parse


@pytest.mark.parametrize(
    ("text", "shown"),
    [(DEFAULT, "Ctrl+Shift+F12"), ("Alt + CTRL+pause", "Ctrl+Alt+Pause"), ("meta+end", "Meta+End")],
)
def test_a_combination_is_read_and_shown(text: str, shown: str) -> None:
    assert str(parse(text)) == shown


@pytest.mark.parametrize("text", ["", "f12", "shift+f12", "ctrl+a", "hyper+f12", "ctrl+"])
def test_what_would_be_typed_by_accident_is_no_combination(text: str) -> None:
    with pytest.raises(ValueError, match="is not a key combination"):
        parse(text)


@pytest.mark.parametrize(
    ("key", "held", "made"),
    [
        ("F12", ["ControlLeft", "ShiftRight"], True),
        ("F12", ["ControlLeft", "ShiftLeft", "AltLeft", "KeyA"], True),
        ("F12", ["ControlLeft"], False),
        ("F11", ["ControlLeft", "ShiftLeft"], False),
    ],
)
def test_it_is_made_by_its_key_while_its_modifiers_are_held(
    key: str, held: list[str], made: bool
) -> None:
    assert parse(DEFAULT).is_made_by(key, held) is made


def test_the_first_press_pauses_and_one_soon_after_stops() -> None:
    hot_key = HotKey()
    assert hot_key.pressed(10.0) is Wish.PAUSE
    assert hot_key.pressed(10.0 + AGAIN_S) is Wish.STOP


def test_a_press_much_later_pauses_again() -> None:
    hot_key = HotKey()
    hot_key.pressed(10.0)
    hot_key.released()
    assert hot_key.pressed(10.1 + AGAIN_S) is Wish.PAUSE


def test_holding_it_stops_once() -> None:
    hot_key = HotKey()
    assert hot_key.due_in(9.0) is None
    hot_key.pressed(10.0)
    assert hot_key.due_in(10.5) == HELD_S - 0.5
    assert hot_key.held(10.5) is None
    assert hot_key.held(10.0 + HELD_S) is Wish.STOP
    assert hot_key.held(20.0) is None


def test_a_key_that_is_let_go_is_not_held() -> None:
    hot_key = HotKey()
    hot_key.pressed(10.0)
    hot_key.released()
    assert hot_key.held(20.0) is None
