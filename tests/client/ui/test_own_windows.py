"""A technician with control tries to operate Handrail's own windows, on a real X display."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
from PySide6.QtCore import QRect

from broker.protocol import signaling as wire
from broker.protocol.channels import (
    ChannelLabel,
    InputButton,
    InputKey,
    InputRefused,
    InputWheel,
    MouseButton,
    ScreenState,
)
from broker.protocol.chat import ChatMessage, ChatSync
from broker.protocol.rights import RightsAsk, RightsChange, RightsChanged
from broker.protocol.vocabulary import Capability
from client.capture.region import Rect
from client.ui.own_windows import to_physical
from client.ui.question import ARMING_MS
from tests.client.conftest import XServer
from tests.client.fake_broker import GOOD_CODE, Console, FakeBroker, connect
from tests.client.ui.test_windows import Program, broker, desktop, program

__all__ = ["broker", "desktop"]

WIDTH, HEIGHT = 1280, 800
GRANT = (GOOD_CODE, "--grant", "view,control")


async def place_of(client: Program, window: str) -> tuple[int, int, int, int]:
    """Left, top, width and height in pixels of the X display."""
    told = await client.xdotool("getwindowgeometry", window)
    numbers = re.search(r"Position: (-?\d+),(-?\d+).*Geometry: (\d+)x(\d+)", told, re.DOTALL)
    assert numbers is not None
    left, top, width, height = map(int, numbers.groups())
    return left, top, width, height


def button(down: bool, x: float, y: float) -> InputButton:
    return InputButton(button=MouseButton.LEFT, down=down, x=x / WIDTH, y=y / HEIGHT)


async def linked(broker: FakeBroker) -> Console:
    await broker.expect(wire.ConsentGiven)
    console = Console()
    console.channels[ChannelLabel.TILES].remove_all_listeners("message")
    await connect(broker, console)
    await console.expect(ChannelLabel.CONTROL, ScreenState)
    return console


async def refused(console: Console, *messages: Any) -> None:
    """Send these, and hear that they were refused; refusals are told at most once a second.

    The end user may just have pressed a key: then it is this that input waits for at first.
    """
    async with asyncio.timeout(20):
        for message in messages:
            while True:
                console.send(ChannelLabel.INPUT, message)
                try:
                    async with asyncio.timeout(0.2):
                        told = await console.heard[ChannelLabel.CONTROL].get()
                except TimeoutError:
                    continue
                if isinstance(told, InputRefused) and told.reason != "local_user":
                    assert told.reason == "own_window"
                    break


@pytest.fixture(params=["1", "1.5"])
def scale(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    monkeypatch.setenv("QT_SCALE_FACTOR", request.param)
    return request.param


async def test_the_technician_cannot_press_the_buttons_of_the_bar(
    desktop: XServer, broker: FakeBroker, scale: str
) -> None:
    async with program(desktop, broker, *GRANT) as client:
        console = await linked(broker)
        bar = await client.window("Handrail – Session$")
        left, top, width, height = await place_of(client, bar)
        stop = left + width - 30 * float(scale), top + 25 * float(scale)
        # The bar is at least this high; a line that it said at first may go.
        corners = [(left + 1, top + 1), (left + width - 2, top + 50 * float(scale))]
        await refused(
            console,
            *(button(True, x, y) for x, y in (stop, *corners)),
            InputWheel(dx=0, dy=1, x=stop[0] / WIDTH, y=stop[1] / HEIGHT),
        )
        console.send(ChannelLabel.INPUT, button(True, left + 20, top + height + 20))
        console.send(ChannelLabel.INPUT, button(False, *stop))
        said = None
        for _ in range(4):  # the press beside the bar may take the keyboard from it, even late
            await client.window("Handrail – Session$")
            await client.press("alt+p")
            with suppress(TimeoutError):
                said = await broker.expect(wire.SessionPause | wire.SessionStop, timeout=15)
                break
        assert said == wire.SessionPause(paused=True)
        await console.close()


async def test_the_technician_cannot_write_in_the_chat_as_the_end_user_nor_close_it(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, *GRANT) as client:
        console = await linked(broker)
        console.send(ChannelLabel.CHAT, ChatSync(after=0))
        await client.window("Handrail – Session$")
        await client.press("alt+h")
        chat = await client.window("Handrail – Chat")
        keys = [InputKey(key=k, code=f"c{k}", down=True) for k in ("I", "Enter")]
        await refused(console, *keys)
        left, top, *_ = await place_of(client, chat)
        await refused(console, button(True, left + 50, top - 8))
        await client.xdotool("type", "mine")
        await client.press("Return")
        line = await console.expect(ChannelLabel.CHAT, ChatMessage)
        assert (line.author, line.text) == ("end_user", "mine")
        await console.close()


async def test_the_technician_cannot_answer_their_own_question(
    desktop: XServer, broker: FakeBroker
) -> None:
    asked = Capability.CLIPBOARD_RECEIVE
    broker.greeting = broker.greeting.model_copy(update={"may_ask": (asked,)})
    async with program(desktop, broker, *GRANT) as client:
        console = await linked(broker)
        ask = RightsAsk(capability=asked, reason="to help", minutes=1)
        console.send(ChannelLabel.CONTROL, ask)
        window = await client.window("Allow this too")
        left, top, width, height = await place_of(client, window)
        allow = left + width - 60, top + height - 50
        keys = [InputKey(key=k, code=f"c{k}", down=True) for k in ("Tab", "Enter")]
        await refused(console, button(True, *allow), *keys)
        await client.window("Allow this too")
        await asyncio.sleep(ARMING_MS / 1000 + 0.3)
        await client.press("Escape")
        assert (await broker.expect(RightsChanged)).change is RightsChange.REFUSED
        await console.close()


async def test_a_second_client_on_the_display_says_that_one_is_running(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, *GRANT) as first:
        await first.window("Handrail – Session$")
        async with program(desktop, broker, GOOD_CODE) as second:
            await second.window("^Handrail$")
            await second.press("Return")
            assert await second.exit_code() == 2
        assert (await broker.expect(wire.ClientJoin)).code == GOOD_CODE
        assert not any(isinstance(m, wire.ClientJoin) for m in list(broker.heard._queue))


@pytest.mark.skipif(sys.platform == "darwin", reason="nothing is scaled there")
def test_pixels_are_scaled_from_the_corner_of_their_screen_and_rounded_outwards() -> None:
    second_screen = QRect(1920, 0, 1280, 720)
    frame = QRect(2021, 11, 101, 31)
    assert to_physical(frame, second_screen, 1.5) == Rect(2071, 16, 2223, 63)
    assert to_physical(frame, second_screen, 1.0) == Rect(2021, 11, 2122, 42)
