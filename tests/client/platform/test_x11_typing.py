"""Text typed on a real X server under several layouts, groups, locks and held modifiers.

A Qt field on the same display says what it holds.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broker.protocol.keyboard import KeyBy
from client import compose
from client.config import Config
from tests.rig.text_field import TITLE

PATIENCE_S = 10
TEXT = (
    "Hello, World! éèàùç€@#{}[]|\\~^`'\" ΩαжЖя ığşİ łŁ\xa0–«œŒ\t"
    "日本語テキスト한국어 😀👩\u200d👧🇫🇷 e\u0301 0123456789\n"
)


class Field:
    """The text field, and what came since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = 0

    def arrived(self, length: int) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while len(text := self._path.read_text("utf-8")) < self._seen + length:
            if time.monotonic() > deadline:
                break
            time.sleep(0.02)
        fresh, self._seen = text[self._seen :], len(text)
        return fresh


@pytest.fixture
def field(display: str, tmp_path: Path) -> Iterator[Field]:
    path = tmp_path / "typed.txt"
    environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.rig.text_field", str(path)], env=environment
    )
    focus = ["timeout", "20", "xdotool", "search", "--sync", "--onlyvisible", "--name", TITLE]
    subprocess.run([*focus, "windowfocus", "--sync"], env=environment, check=True)
    yield Field(path)
    process.kill()
    process.wait()
    subprocess.run(["setxkbmap", "-layout", "us", "-option", ""], check=True)


@pytest.fixture
def injector(display: str) -> Iterator[Any]:
    made = compose.open_platform(Config("http://x", platform="x11")).open_injector()
    yield made
    made.close()


def type_all(injector: Any, text: str) -> None:
    """Type as the channel does, waiting when it is told to."""
    while text:
        typed = injector.type_text(text)
        text = text[typed.count :]
        if text:
            time.sleep(typed.wait_s)


def layout(name: str, variant: str = "") -> None:
    subprocess.run(["setxkbmap", "-layout", name, "-variant", variant], check=True)


def test_text_arrives_as_it_is_under_every_layout(injector: Any, field: Field) -> None:
    for name, variant in [("us", ""), ("fr", "bepo"), ("ru", ""), ("de", "neo"), ("us,gr", "")]:
        layout(name, variant)
        type_all(injector, TEXT)
        assert field.arrived(len(TEXT)) == TEXT, name


def test_held_modifiers_and_caps_lock_change_nothing_and_stay(injector: Any, field: Field) -> None:
    layout("fr")
    injector.release(injector.press("CapsLock", "CapsLock"))
    held = [injector.press("Shift", "ShiftLeft"), injector.press("Control", "ControlLeft")]
    before = injector._typist.down()
    type_all(injector, "aB1éÉ@ж")
    assert injector._typist.down() == before
    for key in reversed(held):
        injector.release(key)
    assert field.arrived(7) == "aB1éÉ@ж"
    injector.release(injector.press("a", "KeyQ", KeyBy.CODE))
    assert field.arrived(1) == "A", "Caps Lock is on again"
    injector.release(injector.press("CapsLock", "CapsLock"))


def test_a_shortcut_is_found_by_its_letter_and_else_by_its_place(injector: Any) -> None:
    layout("us")
    places = injector._typist._xkb.names()
    control = injector.press("Control", "ControlLeft")
    for key, code, place in [("a", "KeyQ", "AC01"), ("с", "KeyC", "AB03"), ("C", "KeyC", "AB03")]:
        held = injector.press(key, code)
        assert held.keycode == places[place]
        injector.release(held)
    injector.release(control)
    assert injector._typist.down() == set()


def test_keys_by_code_are_places_whatever_they_give(injector: Any, field: Field) -> None:
    layout("fr")
    for key, code in [("q", "KeyQ"), ("Dead", "Digit2"), ("m", "Semicolon")]:
        injector.release(injector.press(key, code, KeyBy.CODE))
    assert field.arrived(3) == "aém"


def test_the_spare_keys_mean_nothing_again_at_the_end(display: str, injector: Any) -> None:
    from Xlib.display import Display

    layout("us")
    type_all(injector, "日本語ж")
    injector.close()
    connection = Display(display)
    low = connection.display.info.min_keycode
    mapping = connection.get_keyboard_mapping(low, 256 - low)
    connection.close()
    lent = {0x01000000 | ord(character) for character in "日本語ж"}
    assert not any(lent & set(keysyms) for keysyms in mapping)
