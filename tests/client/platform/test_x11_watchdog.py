"""A client that dies with keys and buttons down, and what the X server says afterwards."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X
from Xlib import display as x_display
from Xlib.ext import xtest

CLIENT = """
import sys
from broker.protocol.channels import MouseButton
from client import compose
from client.config import Config
injector = compose.open_platform(Config("http://x", platform="x11")).open_injector()
injector.move(5, 5)
held = [injector.press(*key) for key in (("Shift", "ShiftLeft"), ("z", "KeyZ"), ("q", "KeyQ"))]
injector.release(held.pop())
injector.button(MouseButton.LEFT, True)
print("ready", flush=True)
sys.stdin.readline()
for key in held:
    injector.release(key)
injector.button(MouseButton.LEFT, False)
injector.close()
"""
PATIENCE_S = 10


class Keyboard:
    """What the X server believes to be down."""

    def __init__(self, display: str) -> None:
        self.display: Any = x_display.Display(display)

    def down(self) -> tuple[set[int], int]:
        bits = self.display.query_keymap()
        buttons = self.display.screen().root.query_pointer().mask & X.Button1Mask
        return {k for k in range(256) if bits[k // 8] & (1 << (k % 8))}, buttons

    def keycode(self, keysym: int) -> int:
        return int(self.display.keysym_to_keycode(keysym))

    def settles_at(self, wanted: tuple[set[int], int]) -> bool:
        """Poll: the X server tells nobody of what XTest releases elsewhere."""
        deadline = time.monotonic() + PATIENCE_S
        while self.down() != wanted:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True


@pytest.fixture
def keyboard(display: str) -> Iterator[Keyboard]:
    made = Keyboard(display)
    yield made
    made.display.close()


@pytest.fixture
def client(display: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate()


def test_a_killed_client_leaves_no_key_and_no_button_down(
    keyboard: Keyboard, client: "subprocess.Popen[str]"
) -> None:
    keys, button = keyboard.down()
    assert len(keys) == 2
    assert button
    client.kill()
    assert keyboard.settles_at((set(), 0)), keyboard.down()


def test_what_the_client_had_let_go_of_is_left_to_whoever_holds_it_now(
    keyboard: Keyboard, client: "subprocess.Popen[str]"
) -> None:
    q = keyboard.keycode(ord("q"))
    xtest.fake_input(keyboard.display, X.KeyPress, q)
    keyboard.display.sync()
    try:
        client.kill()
        assert keyboard.settles_at(({q}, 0))
    finally:
        xtest.fake_input(keyboard.display, X.KeyRelease, q)
        keyboard.display.sync()


def test_a_client_that_ends_takes_its_watchdog_with_it(
    keyboard: Keyboard, client: "subprocess.Popen[str]"
) -> None:
    children = f"/proc/{client.pid}/task/{client.pid}/children"
    with open(children) as told:  # noqa: PTH123
        (watchdog,) = told.read().split()
    client.communicate("end\n", timeout=PATIENCE_S)
    assert client.returncode == 0
    assert keyboard.down() == (set(), 0)
    with pytest.raises(FileNotFoundError):
        open(f"/proc/{watchdog}/stat").close()  # noqa: PTH123
