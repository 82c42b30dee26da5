"""Against a real X server: what was asked for is compared with what the server says happened."""

import gc
import select
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X
from Xlib import display as x_display

from broker.protocol.channels import MouseButton
from client import compose
from client.config import Config
from client.errors import PlatformUnavailable
from client.platform import keys
from client.platform.interface import Area


class Typewriter:
    """An X window with the focus, which reads what is typed into it."""

    def __init__(self, display: str) -> None:
        self.display: Any = x_display.Display(display)
        screen = self.display.screen()
        self.window = screen.root.create_window(
            0, 0, 400, 300, 0, screen.root_depth, event_mask=X.KeyPressMask | X.StructureNotifyMask
        )
        self.window.map()
        while self.display.next_event().type != X.MapNotify:
            pass
        self.window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self.display.sync()

    def next_text(self) -> str:
        """Wait for the next key that types something."""
        while True:
            if not self.display.pending_events():
                ready, _, _ = select.select([self.display.fileno()], [], [], 5)
                assert ready, "nothing was typed"
            event = self.display.next_event()
            if event.type == X.MappingNotify:
                self.display.refresh_keyboard_mapping(event)
            elif event.type == X.KeyPress and (text := self._text(event)):
                return text

    def _text(self, event: Any) -> str:
        column = int(bool(event.state & X.ShiftMask)) + 4 * int(bool(event.state & X.Mod5Mask))
        keysym = self.display.keycode_to_keysym(event.detail, column)
        if event.state & X.LockMask and 0x61 <= keysym <= 0x7A:
            keysym -= 0x20
        elif event.state & X.LockMask and 0x41 <= keysym <= 0x5A:
            keysym += 0x20
        if 0x20 <= keysym < 0x100:
            return chr(keysym)
        if keysym >= 0x1000000:
            return chr(keysym - 0x1000000)
        return {0x20AC: "€", 0x06F6: "Ж"}.get(keysym, "")

    def keys_down(self) -> list[int]:
        self.display.sync()
        bits = self.display.query_keymap()
        return [k for k in range(256) if bits[k // 8] & (1 << (k % 8))]

    def pointer(self) -> tuple[int, int, int]:
        reply = self.display.screen().root.query_pointer()
        return reply.root_x, reply.root_y, reply.mask

    def close(self) -> None:
        self.window.destroy()
        self.display.close()


@pytest.fixture
def typewriter(display: str) -> Iterator[Typewriter]:
    made = Typewriter(display)
    yield made
    made.close()


@pytest.fixture
def injector(display: str) -> Iterator[Any]:
    made = compose.open_platform(Config("http://x", platform="x11")).open_injector()
    yield made
    made.close()


def tap(injector: Any, key: str, code: str = "") -> None:
    held = injector.press(key, code)
    assert held is not None
    injector.release(held)


@pytest.mark.parametrize(
    "text", ["hello", "Hello World!", "a/b\\c|~`@#", "éÈß", "日本", "€ñЖ", "aAaA"]
)
def test_characters_arrive_as_they_were_typed(
    injector: Any, typewriter: Typewriter, text: str
) -> None:
    for character in text:
        tap(injector, character)
        assert typewriter.next_text() == character
    assert typewriter.keys_down() == []


def test_more_strange_characters_than_spare_keys_all_arrive(
    injector: Any, typewriter: Typewriter
) -> None:
    for ordinal in range(0x4E00, 0x4E00 + 60):
        tap(injector, chr(ordinal))
        assert typewriter.next_text() == chr(ordinal)


def test_a_character_that_needs_no_shift_arrives_while_shift_is_held(
    injector: Any, typewriter: Typewriter
) -> None:
    shift = injector.press("Shift", "ShiftLeft")
    tap(injector, "1")
    assert typewriter.next_text() == "1"
    tap(injector, "A")
    assert typewriter.next_text() == "A"
    assert len(typewriter.keys_down()) == 1
    injector.release(shift)
    assert typewriter.keys_down() == []


def test_caps_lock_does_not_turn_characters_around(injector: Any, typewriter: Typewriter) -> None:
    tap(injector, "CapsLock", "CapsLock")
    try:
        for character in "aB1":
            tap(injector, character)
            assert typewriter.next_text() == character
    finally:
        tap(injector, "CapsLock", "CapsLock")


def test_a_shortcut_keeps_the_modifiers_that_are_held(
    injector: Any, typewriter: Typewriter
) -> None:
    control = injector.press("Control", "ControlLeft")
    held = injector.press("c", "KeyC")
    assert len(typewriter.keys_down()) == 2
    injector.release(held)
    injector.release(control)
    assert typewriter.keys_down() == []


def test_every_named_key_of_the_table_can_be_pressed_and_released(
    injector: Any, typewriter: Typewriter
) -> None:
    locks = {"CapsLock", "NumLock", "ScrollLock"}
    for name in keys.PYNPUT_NAMES:
        if name not in locks:
            held = injector.press(name, "")
            if held is not None:
                injector.release(held)
    assert typewriter.keys_down() == []


@pytest.mark.parametrize("key", ["Dead", "Unidentified", "BrowserHome", "ab"])
def test_keys_that_mean_nothing_here_are_not_pressed(
    injector: Any, typewriter: Typewriter, key: str
) -> None:
    assert injector.press(key, "") is None
    assert typewriter.keys_down() == []


def test_left_and_right_modifiers_are_told_apart() -> None:
    assert keys.pynput_name("Shift", "ShiftRight") == "shift_r"
    assert keys.pynput_name("Shift", "ShiftLeft") == "shift_l"
    assert keys.pynput_name("a", "ShiftRight") is None


def test_the_pointer_lands_on_the_pixel_and_buttons_hold(
    injector: Any, typewriter: Typewriter
) -> None:
    injector.move(321, 123)
    injector.button(MouseButton.LEFT, True)
    assert typewriter.pointer() == (321, 123, X.Button1Mask)
    injector.button(MouseButton.LEFT, False)
    assert typewriter.pointer() == (321, 123, 0)


def test_fractions_of_a_notch_add_up(injector: Any, typewriter: Typewriter) -> None:
    typewriter.window.change_attributes(event_mask=X.ButtonPressMask)
    typewriter.display.sync()
    injector.move(50, 50)
    for dy in (0.5, 0.5, -1):
        injector.wheel(0, dy)
    pressed = []
    while len(pressed) < 2:
        event = typewriter.display.next_event()
        if event.type == X.ButtonPress:
            pressed.append(event.detail)
    assert pressed == [5, 4]


def test_odd_sizes_are_cropped_to_even_ones() -> None:
    assert Area(0, 0, 1367, 769).cropped_even() == Area(0, 0, 1366, 768)


@pytest.mark.parametrize(
    ("system", "environ", "name"),
    [
        ("linux", {"DISPLAY": ":0"}, "x11"),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ("linux", {}, "headless"),
        ("win32", {}, "windows"),
        ("darwin", {}, "macos"),
    ],
)
def test_the_platform_is_chosen_by_what_is_there(
    system: str, environ: dict[str, str], name: str
) -> None:
    assert compose.choose_platform(system, environ) == name


@pytest.mark.parametrize(
    ("name", "says"), [("wayland", "Wayland"), ("headless", "display"), ("nonsense", "Unknown")]
)
def test_a_desktop_that_cannot_be_shared_says_why(name: str, says: str) -> None:
    with pytest.raises(PlatformUnavailable, match=says):
        compose.open_platform(Config("http://x", platform=name))


def test_a_display_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4099")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # python-xlib leaves its sockets open
        with pytest.raises(PlatformUnavailable, match="cannot be opened"):
            compose.open_platform(Config("http://x", platform="x11"))
        gc.collect()
