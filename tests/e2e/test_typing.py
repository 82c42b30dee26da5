"""What a technician types on one layout, read back from a text field under another."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.test_input import connected
from tests.rig.browser import chromium, in_shared_loop
from tests.rig.console import Console
from tests.rig.display import XDisplay, virtual_display
from tests.rig.hands import find_window, rest, wait_for_focus
from tests.rig.processes import output_of, running
from tests.rig.stack import Broker
from tests.rig.text_field import TITLE

pytestmark = pytest.mark.e2e

LENGTH = 200
PATIENCE_S = 15.0
PAIRS = [
    ("fr", "us"),
    ("us", "fr"),
    ("gb", "de"),
    ("de", "es"),
    ("it", "pl"),
    ("pt", "se"),
    ("ch(fr)", "ru"),
    ("be", "cz"),
    ("cz", "tr"),
    ("pl", "us(dvorak)"),
    ("ru", "us"),
    ("gr", "fr(bepo)"),
]
"""The technician's layout and the end user's, as `setxkbmap -symbols` knows them."""
CAPS_LOCK, NUM_LOCK = "ffe5", "ff7f"
COMPOSED = [
    "日本語のテキスト、中文文本，한국어",
    "😀👩‍👩‍👧🇫🇷 👍🏽 ✔️",
    "e\u0301 o\u0308\u0323 नमस्ते שָׁלוֹם",
]
_KEYPAD_1_2_3 = ("ff9c", "ff99", "ff9b")
"""End, down and page down of the keypad, which are digits while Num Lock is on."""


@dataclass
class Typing:
    """A technician's display and an end user's, joined by a session, and a text field."""

    there: XDisplay
    here: XDisplay
    console: Console
    field: Path
    seen: int = 0

    async def layouts(self, technician: str, end_user: str) -> None:
        """Set both keyboards."""
        await set_layout(self.there, technician)
        await set_layout(self.here, end_user)

    async def fingers(self, *arguments: str) -> str:
        """Use the technician's keyboard."""
        command = [sys.executable, "-m", "tests.rig.fingers", *arguments]
        return await output_of(command, self.there.env)

    async def arrived(self, length: int) -> str:
        """Give what came since the last look, once it is so long or no more comes."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while len(self._text()) < self.seen + length:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            print(f"only {len(self._text()) - self.seen} of {length} characters came")
        text = self._text()[self.seen :]
        self.seen += len(text)
        return text

    def _text(self) -> str:
        return self.field.read_text("utf-8")


async def set_layout(display: XDisplay, symbols: str) -> None:
    """Load a layout, as its owner would."""
    layout, _, variant = symbols.rstrip(")").partition("(")
    command = ["setxkbmap", "-rules", "evdev", "-model", "pc105", "-layout", layout]
    await output_of([*command, "-variant", variant], display.env)


@asynccontextmanager
async def text_field(display: XDisplay, folder: Path) -> AsyncIterator[Path]:
    """Run the text field and give the file that says what is in it."""
    path = folder / "typed.txt"
    command = [sys.executable, "-m", "tests.rig.text_field", str(path)]
    async with running(command, folder / "text_field.log", display.env):
        await find_window(display, TITLE)
        yield path


@in_shared_loop
async def typing(display: XDisplay, broker: Broker, tmp_path: Path) -> AsyncIterator[Typing]:
    """A technician who has clicked into the end user's text field."""
    folder = tmp_path / "technician"
    folder.mkdir()
    async with (
        virtual_display(folder, 1400, 1000) as there,
        chromium(display=there) as browser,
        clicked_into(display, broker, browser, tmp_path) as (console, field),
    ):
        yield Typing(there, display, console, field)


@asynccontextmanager
async def clicked_into(
    display: XDisplay, broker: Broker, browser: Browser, folder: Path
) -> AsyncIterator[tuple[Console, Path]]:
    """A console in this browser, and the end user's text field, which has the focus."""
    async with (
        text_field(display, folder) as field,
        connected(display, broker, browser) as console,
    ):
        await console.click_at(0.75, 0.5)
        await wait_for_focus(display, TITLE)
        yield console, field


def difference(meant: str, came: str) -> list[str]:
    """Say where two texts part, as what was meant and what came instead."""
    steps = SequenceMatcher(None, meant, came, autojunk=False).get_opcodes()
    return [f"{meant[a:b]!a} came as {came[c:d]!a}" for tag, a, b, c, d in steps if tag != "equal"]


@pytest.mark.slow
async def test_what_is_typed_on_any_layout_arrives_on_any_other(typing: Typing) -> None:
    wrong: dict[str, list[str]] = {}
    for seed, (technician, end_user) in enumerate(PAIRS):
        await typing.layouts(technician, end_user)
        meant = json.loads(await typing.fingers(str(LENGTH), str(seed)))
        came = await typing.arrived(len(meant))
        if came != meant:
            wrong[f"{technician} → {end_user}"] = difference(meant, came)
    assert not wrong


async def test_what_an_input_method_gives_arrives(
    display: XDisplay, broker: Broker, browser: Browser, tmp_path: Path
) -> None:
    async with clicked_into(display, broker, browser, tmp_path) as (console, field):
        typing = Typing(display, display, console, field)
        line = await console.page.context.new_cdp_session(console.page)
        for text in COMPOSED:
            await line.send(
                "Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2}
            )
            await line.send("Input.insertText", {"text": text})
            await line.send("Input.insertText", {"text": "!"})
            assert await typing.arrived(len(text) + 1) == f"{text}!"


async def test_locks_that_differ_change_nothing(typing: Typing) -> None:
    end_user = [sys.executable, "-m", "tests.rig.fingers", "press"]
    letters = [f"{ord(letter):x}" for letter in "abc"]
    await typing.layouts("us", "us")
    await output_of([*end_user, CAPS_LOCK], typing.here.env)
    await rest()
    await typing.fingers("press", *letters)
    assert await typing.arrived(3) == "abc"
    await output_of([*end_user, CAPS_LOCK], typing.here.env)
    await rest()
    await typing.fingers("press", NUM_LOCK, *_KEYPAD_1_2_3, NUM_LOCK)
    assert await typing.arrived(3) == "123"
    await output_of([*end_user, NUM_LOCK], typing.here.env)
    await rest()
    await typing.fingers("press", *letters)
    assert await typing.arrived(3) == "abc"


async def test_a_shortcut_is_the_letter_and_sent_keys_are_places(typing: Typing) -> None:
    await typing.layouts("fr", "us")
    page = typing.console.page
    await page.get_by_role("button", name="Send keys").click()
    await expect(page.get_by_role("button", name="Send keys")).to_have_attribute(
        "aria-pressed", "true"
    )
    await typing.console.screen.focus()
    await typing.fingers("press", f"{ord('a'):x}")
    assert await typing.arrived(1) == "q"
