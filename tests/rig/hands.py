"""Hands and eyes at a display: xdotool clicks and types as the end user, mss and Xlib look."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import mss
import numpy as np
from numpy.typing import NDArray

from broker.protocol.rights import LOCAL_USE_HOLD_S
from tests.rig.display import XDisplay
from tests.rig.processes import output_of

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""

POLL_S = 0.03
WINDOW_TIMEOUT_S = 30

_BUTTONS = range(1, 6)
_FOCUSED = ["sh", "-c", "xdotool getwindowname $(xdotool getwindowfocus) 2>&1 || true"]


async def find_window(display: XDisplay, title: str) -> str:
    """Wait for a visible window whose title matches this pattern, and give its id."""
    pattern = re.compile(title, re.IGNORECASE)
    titles: list[str] = []
    with display.connected() as x, suppress(TimeoutError):
        async with asyncio.timeout(WINDOW_TIMEOUT_S):
            while True:
                shown = list(_shown(x.screen().root))
                titles = [its for _, its in shown]
                found = [window for window, its in shown if pattern.search(its)]
                if found:
                    return str(found[-1])
                await asyncio.sleep(POLL_S)
    raise TimeoutError(f"no window {title!r} among {titles}")


def _shown(window: Any) -> Iterator[tuple[int, str]]:
    """Name the visible windows below this one, the lowest first; some may go meanwhile."""
    from Xlib import X, error

    with suppress(error.BadWindow, error.BadDrawable):
        if window.get_attributes().map_state != X.IsViewable:
            return
        if name := _title(window):
            yield window.id, name
        for child in window.query_tree().children:
            yield from _shown(child)


def _title(window: Any) -> str:
    for name in ("_NET_WM_NAME", "WM_NAME"):
        told = window.get_full_text_property(window.display.get_atom(name))
        if told:
            return str(told)
    return ""


async def click_from_corner(display: XDisplay, title: str, right: int, bottom: int) -> None:
    """Click in a window, this many pixels from its bottom right corner."""
    window = await find_window(display, title)
    geometry = await output_of(["xdotool", "getwindowgeometry", window], display.env)
    size = re.search(r"Geometry: (\d+)x(\d+)", geometry)
    if size is None:
        raise ValueError(f"no geometry in {geometry!r}")
    x, y = int(size[1]) - right, int(size[2]) - bottom
    move = ["mousemove", "--sync", "--window", window, str(x), str(y)]
    await output_of(["xdotool", *move, "click", "1"], display.env)


async def press(display: XDisplay, title: str, *keys: str) -> None:
    """Give a window the focus and press keys in it."""
    window = await find_window(display, title)
    command = ["xdotool", "windowactivate", "--sync", window, "key", "--clearmodifiers", *keys]
    await output_of(command, display.env)


async def type_text(display: XDisplay, title: str, text: str) -> None:
    """Give a window the focus and type into it."""
    window = await find_window(display, title)
    await output_of(
        ["xdotool", "windowactivate", "--sync", window, "type", "--delay", "15", text], display.env
    )


async def rest() -> None:
    """Touch neither mouse nor keyboard until remote input need not wait for the end user."""
    await asyncio.sleep(LOCAL_USE_HOLD_S + 0.3)


async def wait_for_focus(display: XDisplay, title: str) -> None:
    """Wait until the window with the keyboard focus has this in its title."""
    async with asyncio.timeout(10):
        while title not in await output_of(_FOCUSED, display.env):
            await asyncio.sleep(POLL_S)


def held(display: XDisplay) -> dict[str, list[int]]:
    """Give which keys and buttons are down at the X server."""
    with display.connected() as x:
        mask = x.screen().root.query_pointer().mask
        keys = [
            8 * i + bit
            for i, byte in enumerate(x.query_keymap())
            for bit in range(8)
            if byte >> bit & 1
        ]
    return {"keys": keys, "buttons": [b for b in _BUTTONS if mask >> (7 + b) & 1]}


def pointer(display: XDisplay) -> tuple[int, int]:
    """Give where the X server has the pointer."""
    with display.connected() as x:
        where = x.screen().root.query_pointer()
    return where.root_x, where.root_y


def look(display: XDisplay) -> Picture:
    """Take a picture of the display, without the pointer."""
    with display.entered(), mss.MSS(display=display.name) as screen:
        shot = screen.grab(screen.monitors[1])
    return np.frombuffer(shot.rgb, np.uint8).reshape(shot.height, shot.width, 3)


def save(picture: Picture, path: Path) -> None:
    """Write a picture as PNG."""
    import mss.tools

    height, width, _ = picture.shape
    mss.tools.to_png(picture.tobytes(), (width, height), output=str(path))


def psnr(one: Picture, other: Picture) -> float:
    """Give the peak signal-to-noise ratio of two pictures of one size, in dB."""
    error = np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))
