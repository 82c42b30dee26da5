"""Which keys are lent to which characters, and when they may be lent again."""

from dataclasses import dataclass, field

import pytest

from client.platform.x11_characters import keysym_of
from client.platform.x11_keymap import Key, Keymap
from client.platform.x11_spare_keys import SETTLE_PER_CHANGE_S, SETTLE_S, SpareKeys

LOWEST = 8


@dataclass
class Keyboard:
    """Two spare key codes (four places), and a clock."""

    now: float = 100.0
    keysyms: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        codes = (LOWEST, 93, 97)
        self.keymap = Keymap({code: Key(code, (), 0) for code in codes}, {})
        self.spare = SpareKeys(self.keysyms.__setitem__, lambda: self.now)

    def lend(self, text: str, busy: str = "", *, hurry: bool = False) -> int:
        return self.spare.lend(text, self.keymap, busy or text, hurry=hurry)

    def lent(self) -> set[int]:
        return {keysym for keysyms in self.keysyms.values() for keysym in keysyms}


def test_two_characters_share_a_key_and_each_key_is_changed_once() -> None:
    keyboard = Keyboard()
    assert keyboard.lend("日本語") == 2
    assert keyboard.lent() == {keysym_of(c) for c in "日本語"}
    assert LOWEST not in keyboard.keysyms


def test_another_character_on_a_key_leaves_the_first_where_it_is() -> None:
    keyboard = Keyboard()
    keyboard.lend("日")
    (keycode,) = keyboard.keysyms
    keyboard.lend("本")
    assert keyboard.keysyms == {keycode: (keysym_of("日"), keysym_of("本"))}


def test_a_place_is_not_lent_again_before_what_was_pressed_there_has_settled() -> None:
    keyboard = Keyboard()
    changes = keyboard.lend("abcd")
    keyboard.spare.pressed("abcd", changes)
    wait = keyboard.spare.settles_in()
    assert wait == pytest.approx(SETTLE_S + 2 * SETTLE_PER_CHANGE_S)
    assert keyboard.lend("e") == 0
    keyboard.now += wait + 0.001
    assert keyboard.lend("e") == 1
    assert keyboard.lent() == {keysym_of(c) for c in "ebcd"}, "the one unused longest went"


def test_changes_that_programs_have_not_read_yet_add_up() -> None:
    keyboard = Keyboard()
    keyboard.spare.pressed("abcd", keyboard.lend("abcd"))
    keyboard.spare.pressed("abcd", 1)
    assert keyboard.spare.settles_in() == pytest.approx(SETTLE_S + 3 * SETTLE_PER_CHANGE_S)


def test_in_a_hurry_a_place_is_lent_again_at_once() -> None:
    keyboard = Keyboard()
    keyboard.spare.pressed("abcd", keyboard.lend("abcd"))
    assert keyboard.lend("e", hurry=True) == 1


def test_characters_of_the_same_text_never_take_each_others_places() -> None:
    keyboard = Keyboard()
    assert keyboard.lend("abcdef") == 2
    assert keyboard.lent() == {keysym_of(c) for c in "abcd"}


def test_loans_are_forgotten_when_another_layout_was_loaded() -> None:
    keyboard = Keyboard()
    keyboard.lend("abcd")
    keyboard.spare.follow(keyboard.keymap)
    assert keyboard.spare.settles_in() is None


def test_returned_keys_mean_nothing() -> None:
    keyboard = Keyboard()
    keyboard.lend("abc")
    keyboard.spare.return_all()
    assert keyboard.lent() == {0}
