"""Hands and eyes at a display: xdotool clicks and types as the end user, mss looks."""

import asyncio
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broker.protocol.rights import LOCAL_USE_HOLD_S
from tests.rig.display import XDisplay
from tests.rig.processes import ProcessFailed, output_of

Picture = NDArray[np.uint8]
"""Height × width × 3, RGB."""

_GONE_MEANWHILE = 5
"""How often a search is begun anew."""

_FOCUSED = ["sh", "-c", "xdotool getwindowname $(xdotool getwindowfocus) 2>&1 || true"]

_GRAB = """
import sys, mss
with mss.MSS() as screen:
    shot = screen.grab(screen.monitors[1])
sys.stdout.buffer.write(shot.width.to_bytes(4, 'big') + shot.height.to_bytes(4, 'big') + shot.rgb)
"""


async def find_window(display: XDisplay, title: str) -> str:
    """Wait for a visible window whose title contains `title`, and give its id."""
    command = ["timeout", "20", "xdotool", "search", "--sync", "--onlyvisible", "--name", title]
    for _ in range(_GONE_MEANWHILE):
        with suppress(ProcessFailed):  # a window went away while xdotool asked for its name
            return (await output_of(command, display.env)).split()[-1]
    return (await output_of(command, display.env)).split()[-1]


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
            await asyncio.sleep(0.05)


def look(display: XDisplay) -> Picture:
    """Take a picture of the display, without the pointer."""
    environment = {**display.env, "PATH": "/usr/bin:/bin"}
    raw = subprocess.run(
        [sys.executable, "-c", _GRAB], env=environment, check=True, capture_output=True
    ).stdout
    width, height = int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:8], "big")
    return np.frombuffer(raw[8:], np.uint8).reshape(height, width, 3)


def save(picture: Picture, path: Path) -> None:
    """Write a picture as PNG."""
    import mss.tools

    height, width, _ = picture.shape
    mss.tools.to_png(picture.tobytes(), (width, height), output=str(path))


def psnr(one: Picture, other: Picture) -> float:
    """Give the peak signal-to-noise ratio of two pictures of one size, in dB."""
    error = np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2)
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))
