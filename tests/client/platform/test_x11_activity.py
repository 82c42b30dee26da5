"""The end user's own input at a real X server: xdotool is their hand, the injector ours."""

import queue
import subprocess
from collections.abc import Iterator

import pytest

from broker.protocol.channels import MouseButton
from client import compose
from client.config import Config
from client.hot_key import HELD_S, parse
from client.platform.interface import Injector

QUIET_S = 0.4


class Desk:
    """A platform that is listened to."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.told: queue.Queue[str] = queue.Queue()
        platform = compose.open_platform(Config("http://x", platform="x11"))
        self.injector: Injector = platform.open_injector()
        self.activity = platform.open_activity(parse("ctrl+shift+f12"), self.told.put)

    def xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], check=True, env={"DISPLAY": self.display})

    def next(self) -> str:
        return self.told.get(timeout=15)

    def wish(self) -> str:
        """The next thing that is not mere use."""
        while (what := self.next()) == "used":
            pass
        return what

    def quiet(self) -> bool:
        try:
            self.told.get(timeout=QUIET_S)
        except queue.Empty:
            return True
        return False

    def forget(self) -> None:
        while not self.quiet():
            pass

    def close(self) -> None:
        self.activity.close()
        self.injector.close()


@pytest.fixture
def desk(display: str) -> Iterator[Desk]:
    made = Desk(display)
    yield made
    made.close()


@pytest.mark.parametrize(
    "words", [("mousemove_relative", "3", "2"), ("click", "1"), ("click", "4"), ("key", "a")]
)
def test_what_another_program_does_counts_as_the_end_users(desk: Desk, words: tuple[str]) -> None:
    desk.xdotool(*words)
    assert desk.next() == "used"


def test_what_we_inject_does_not_count(desk: Desk) -> None:
    for n in range(50):
        desk.injector.move(100 + n, 200)
    desk.injector.move(149, 200)
    for character in "Déjà vu, 100 €":
        held = desk.injector.press(character, "")
        assert held is not None
        desk.injector.release(held)
    for named in ("Shift", "F5", "ArrowLeft"):
        held = desk.injector.press(named, "")
        assert held is not None
        desk.injector.release(held)
    desk.injector.button(MouseButton.LEFT, True)
    desk.injector.button(MouseButton.LEFT, False)
    desk.injector.wheel(0, 2)
    assert desk.quiet()


def test_a_key_that_we_hold_and_the_server_repeats_does_not_count(desk: Desk) -> None:
    held = desk.injector.press("x", "KeyX")
    assert held is not None
    assert desk.quiet() and desk.quiet()
    desk.injector.release(held)


def test_the_end_user_is_seen_while_we_inject(desk: Desk) -> None:
    for n in range(30):
        desk.injector.move(100 + n, 200)
        if n == 15:
            desk.xdotool("mousemove_relative", "--", "-7", "5")
    assert desk.next() == "used"


def test_of_a_fast_mouse_only_some_events_are_read(desk: Desk) -> None:
    there, back = ("mousemove_relative", "1", "0"), ("mousemove_relative", "--", "-1", "0")
    # Spread over time: what lies waiting at once on a busy machine is read at once, too.
    desk.xdotool(*((*there, *back, "sleep", "0.002") * 500))
    assert desk.next() == "used"
    seen = 1
    while not desk.quiet():
        seen += 1
    assert seen < 500
    desk.xdotool("mousemove_relative", "1", "1")
    assert desk.next() == "used"


def test_the_hot_key_pauses_and_a_second_time_stops(desk: Desk) -> None:
    desk.xdotool("key", "ctrl+shift+F12")
    assert desk.wish() == "pause"
    desk.xdotool("key", "ctrl+shift+F12")
    assert desk.wish() == "stop"


def test_the_hot_key_held_down_stops(desk: Desk) -> None:
    desk.xdotool("keydown", "ctrl", "keydown", "shift", "keydown", "F12")
    try:
        assert desk.wish() == "pause"
        assert desk.wish() == "stop"
    finally:
        desk.xdotool("keyup", "F12", "keyup", "shift", "keyup", "ctrl")


def test_the_hot_key_works_while_the_technician_holds_keys(desk: Desk) -> None:
    held = [desk.injector.press(key, code) for key, code in (("Alt", "AltLeft"), ("a", "KeyA"))]
    desk.xdotool("key", "ctrl+shift+F12")
    assert desk.wish() == "pause"
    for key in held:
        assert key is not None
        desk.injector.release(key)


def test_the_technician_cannot_press_the_hot_key(desk: Desk) -> None:
    held = [desk.injector.press(key, "") for key in ("Control", "Shift", "F12")]
    assert desk.quiet()
    for key in reversed(held):
        assert key is not None
        desk.injector.release(key)
    assert desk.quiet()


def test_half_the_combination_by_each_is_none(desk: Desk) -> None:
    held = [desk.injector.press(key, "") for key in ("Control", "Shift")]
    desk.xdotool("key", "F12")
    assert {desk.next(), desk.next()} == {"used"}
    assert desk.quiet()
    for key in reversed(held):
        assert key is not None
        desk.injector.release(key)
    assert desk.quiet()


def test_a_single_press_only_pauses(desk: Desk) -> None:
    desk.xdotool("key", "ctrl+shift+F12")
    assert desk.wish() == "pause"
    with pytest.raises(queue.Empty):
        while desk.told.get(timeout=HELD_S + 1) == "used":
            pass
