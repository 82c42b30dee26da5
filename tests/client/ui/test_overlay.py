"""The overlay on a real X display without a compositor: seen, and touched by nobody."""

import asyncio
import os
import sys

import mss
import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QApplication

from broker.protocol import signaling as wire
from broker.protocol.channels import (
    ChannelLabel,
    InputButton,
    InputRefused,
    MouseButton,
    PointerMove,
    ScreenState,
)
from broker.protocol.guide import GuideArrow, GuideClear, GuideMark, GuidePoint
from client.ui.sketch import Badge
from tests.client.conftest import XServer
from tests.client.fake_broker import GOOD_CODE, Console, FakeBroker, connect
from tests.client.ui.test_own_windows import place_of
from tests.client.ui.test_windows import Program, asked, broker, desktop, program
from tests.rig.display import XDisplay
from tests.rig.hands import held

__all__ = ["broker", "desktop"]

ACCENT = (0x1D, 0x5F, 0xB4)
MARK = GuideMark(id="m", number=8, x=0.5, y=0.7, pinned=True)
ARROW = GuideArrow(id="a", from_x=0.2, from_y=0.9, to_x=0.4, to_y=0.9)
VIEW = (GOOD_CODE, "--grant", "view")
_LISTENER = """
from Xlib import X, display
screen = display.Display()
window = screen.screen().root.create_window(0, 400, 1280, 400, 0, 24,
    event_mask=X.ButtonPressMask | X.KeyPressMask, background_pixel=0xffffff, override_redirect=1)
window.map()
screen.sync()
print("shown", flush=True)
while True:
    event = screen.next_event()
    print("pressed", event.root_x, event.root_y, flush=True)
"""


def pixels(desktop: XServer) -> NDArray[np.uint8]:
    """The display: height × width × RGB."""
    with mss.MSS(display=desktop.display) as screen:
        shot = screen.grab(screen.monitors[1])
    return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)


def coloured(desktop: XServer, left: int, top: int, right: int, bottom: int) -> int:
    """How many pixels of this part have the accent colour."""
    part = pixels(desktop)[top:bottom, left:right]
    return int((part == ACCENT).all(axis=2).sum())


async def until_coloured(
    desktop: XServer, box: tuple[int, int, int, int], *, any_at_all: bool = True
) -> None:
    async with asyncio.timeout(15):
        while (coloured(desktop, *box) > 30) is not any_at_all:
            await asyncio.sleep(0.05)


async def linked(broker: FakeBroker) -> Console:
    await broker.expect(wire.ConsentGiven)
    console = Console()
    console.channels[ChannelLabel.TILES].remove_all_listeners("message")
    await connect(broker, console)
    await console.expect(ChannelLabel.CONTROL, ScreenState)
    return console


AROUND_MARK = (610, 530, 670, 590)
AROUND_HEAD = (480, 700, 513, 740)


async def test_what_is_drawn_lies_where_it_points_and_lets_clicks_and_keys_through(
    desktop: XServer, broker: FakeBroker
) -> None:
    listener = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _LISTENER),
        env=os.environ | {"DISPLAY": desktop.display},
        stdout=asyncio.subprocess.PIPE,
    )
    assert listener.stdout is not None
    try:
        assert await listener.stdout.readline() == b"shown\n"
        async with program(desktop, broker, *VIEW) as client:
            console = await linked(broker)
            focus = await client.xdotool("getwindowfocus")
            for message in (MARK, ARROW):
                console.send(ChannelLabel.GUIDE, message)
            await until_coloured(desktop, AROUND_MARK)
            await until_coloured(desktop, AROUND_HEAD)
            await client.xdotool("mousemove", "625", "560", "click", "1")
            async with asyncio.timeout(15):
                assert await listener.stdout.readline() == b"pressed 625 560\n"
            assert await client.xdotool("getwindowfocus") == focus
            known = await told_by(desktop, "xprop", "-root", "_NET_CLIENT_LIST")
            assert known.count("0x") == 1, "the session bar alone"
            console.send(ChannelLabel.GUIDE, GuideClear())
            await until_coloured(desktop, AROUND_MARK, any_at_all=False)
            await console.close()
    finally:
        listener.kill()
        await listener.wait()


async def told_by(desktop: XServer, *command: str) -> str:
    """Run a command on the display, and give what it printed."""
    done = await asyncio.create_subprocess_exec(
        *command, env=os.environ | {"DISPLAY": desktop.display}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await done.communicate()
    return output.decode()


async def test_pausing_takes_everything_away_at_once_and_for_good(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, *VIEW) as client:
        console = await linked(broker)
        for message in (MARK, ARROW):
            console.send(ChannelLabel.GUIDE, message)
        await until_coloured(desktop, AROUND_MARK)
        await client.window("Handrail – Session")
        await client.press("alt+p")
        await broker.expect(wire.SessionPause)
        await until_coloured(desktop, AROUND_MARK, any_at_all=False)
        console.send(ChannelLabel.GUIDE, MARK)
        await client.press("alt+r")
        await broker.expect(wire.SessionPause)
        assert coloured(desktop, *AROUND_MARK) == 0
        await console.close()


def lines(count: int) -> list[GuideArrow]:
    """Arrows from one side of the desktop to the other, one below the other."""
    return [
        GuideArrow(id=f"l{n}", from_x=0, from_y=n / count, to_x=1, to_y=n / count, pinned=True)
        for n in range(count)
    ]


async def test_nothing_that_is_drawn_covers_the_bar_or_a_question(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with asked(desktop, broker) as (client, console):
        for line in lines(20):
            console.send(ChannelLabel.GUIDE, line)
        await until_coloured(desktop, (0, 700, 200, 800))
        boxes = [await box_of(client, title) for title in ("Handrail – Session$", "Allow this too")]
        await asyncio.sleep(0.5)  # what was drawn last is on the display
        for left, top, right, bottom in boxes:
            assert coloured(desktop, left, top, right, min(bottom, top + 150)) == 0
        await client.window("Allow this too")
        await client.xdotool("windowmove", await client.window("Allow this too"), "30", "560")
        await until_coloured(desktop, (60, 580, 500, 700), any_at_all=False)
        left, top, right, _ = boxes[1]
        await until_coloured(desktop, (left, top, right, top + 150))


async def box_of(client: Program, title: str) -> tuple[int, int, int, int]:
    left, top, width, height = await place_of(client, await client.window(title))
    return left, top, left + width, top + height


async def test_the_chat_opens_beside_the_bar_and_the_bar_stays_in_front(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, *VIEW) as client:
        console = await linked(broker)
        bar = await box_of(client, "Handrail – Session$")
        await client.press("alt+h")
        chat = await box_of(client, "Handrail – Chat")
        assert chat[1] >= bar[3], "below it"
        await client.xdotool("windowmove", await client.window("Handrail – Chat"), "400", "0")
        async with asyncio.timeout(15):
            while not await in_front(desktop, "Handrail – Session", "Handrail – Chat"):
                await asyncio.sleep(0.1)
        await console.close()


async def in_front(desktop: XServer, upper: str, lower: str) -> bool:
    """Whether one window lies over another one; openbox tells from the lowest up."""
    known = await told_by(desktop, "xprop", "-root", "_NET_CLIENT_LIST_STACKING")
    names = [
        await told_by(desktop, "xdotool", "getwindowname", window.strip(","))
        for window in known.split()
        if window.startswith("0x")
    ]
    places = [index for title in (lower, upper) for index, n in enumerate(names) if title in n]
    return places == sorted(places)


BESIDE_POINTER = (650, 570, 800, 600)
PRESS = InputButton(button=MouseButton.LEFT, down=True, x=0.5, y=0.7)
RELEASE = PRESS.model_copy(update={"down": False})


async def until_pressed(desktop: XServer, console: Console, *, pressed: bool) -> None:
    """Send it until the X server says that the button is down, or up."""
    async with asyncio.timeout(10):
        while True:
            console.send(ChannelLabel.INPUT, PRESS if pressed else RELEASE)
            if (1 in held(XDisplay(desktop.display, None))["buttons"]) is pressed:
                return
            await asyncio.sleep(0.05)


async def test_the_technicians_pointer_is_named_while_it_moves_and_does_not_block_its_own_clicks(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, GOOD_CODE, "--grant", "view,control"):
        console = await linked(broker)
        await until_pressed(desktop, console, pressed=True)  # the bar's own place is settled
        await until_pressed(desktop, console, pressed=False)
        await until_coloured(desktop, BESIDE_POINTER, any_at_all=False)
        console.heard[ChannelLabel.CONTROL] = asyncio.Queue()
        console.send(ChannelLabel.POINTER, PointerMove(sequence=1, x=0.5, y=0.7))
        await until_coloured(desktop, BESIDE_POINTER)
        await until_pressed(desktop, console, pressed=True)
        await until_pressed(desktop, console, pressed=False)
        heard = console.heard[ChannelLabel.CONTROL]
        told = [heard.get_nowait() for _ in range(heard.qsize())]
        assert not [message for message in told if isinstance(message, InputRefused)]
        await until_coloured(desktop, BESIDE_POINTER, any_at_all=False)
        await console.close()


@pytest.mark.clock
async def test_a_flood_of_shapes_leaves_the_bar_at_hand(
    desktop: XServer, broker: FakeBroker
) -> None:
    async with program(desktop, broker, *VIEW) as client:
        console = await linked(broker)
        await client.window("Handrail – Session")
        for number in range(10_000):
            where = number % 100 / 100
            console.send(
                ChannelLabel.GUIDE, MARK.model_copy(update={"id": str(number), "x": where})
            )
            console.send(ChannelLabel.POINTER, GuidePoint(sequence=number, x=where, y=0.5))
            if number % 100 == 0:
                await asyncio.sleep(0.01)  # or the console's heart would not beat meanwhile
        async with asyncio.timeout(3):
            await client.press("alt+p")
            await broker.expect(wire.SessionPause)
        await until_coloured(desktop, (0, 300, 1280, 800), any_at_all=False)
        await console.close()


@pytest.mark.parametrize("corner", [(0, 0), (1280, 0), (0, 800), (1280, 800)])
@pytest.mark.parametrize("controls", [True, False])
def test_the_name_stays_on_the_screen_wherever_the_pointer_is(
    corner: tuple[int, int], controls: bool, app: QApplication
) -> None:
    badge = Badge("Tess Example", controls).turned(QPointF(*corner), QRectF(0, 0, 1280, 800))
    seen = badge.bounds().translated(QPointF(*corner)) & QRectF(0, 0, 1280, 800)
    assert seen.width() > 100
    assert seen.height() > 20
