"""A virtual desktop: Xvfb with a window manager, protected by a cookie of its own."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.rig.processes import ProcessFailed, output_of, running

START_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class XDisplay:
    """An X display and what a program needs to use it."""

    name: str
    authority: Path | None
    server_pid: int = 0
    """The X server's process, if it is ours."""

    @property
    def env(self) -> dict[str, str]:
        """The environment of a program on this display."""
        authority = {"XAUTHORITY": str(self.authority)} if self.authority else {}
        return {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb", **authority}

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Let this process itself connect to it: asking costs nothing, a program each time does."""
        with patch.dict(os.environ, self.env):
            yield

    @contextmanager
    def connected(self) -> Iterator[Any]:
        """Be a client of the X server, of Xlib's."""
        from Xlib import display

        with self.entered():
            connection = display.Display(self.name)
        try:
            yield connection
        finally:
            connection.close()


def existing_display() -> XDisplay | None:
    """Give the display this process already has, if any."""
    name, authority = os.environ.get("DISPLAY"), os.environ.get("XAUTHORITY")
    return XDisplay(name, Path(authority) if authority else None) if name else None


@asynccontextmanager
async def virtual_display(
    folder: Path, width: int = 1280, height: int = 800
) -> AsyncIterator[XDisplay]:
    """Run an X server with a window manager; `folder` takes its cookie and its logs."""
    authority = folder / "xauthority"
    authority.touch(mode=0o600)
    cookie = secrets.token_hex(16)
    # A wildcard entry: the display's number is only known once the server has chosen one.
    await output_of(
        ["xauth", "-q", "-f", authority, "add", ":0", ".", cookie], {"XAUTHORITY": str(authority)}
    )
    read, write = os.pipe()
    os.set_inheritable(write, True)
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"]
    command += ["-nolisten", "tcp", "-noreset", "-auth", str(authority)]
    try:
        async with _xvfb(command, folder / "xvfb.log", write) as server_pid:
            name = f":{await _display_number(read, folder / 'xvfb.log')}"
            await output_of(
                ["xauth", "-q", "-f", authority, "add", name, ".", cookie],
                {"XAUTHORITY": str(authority)},
            )
            display = XDisplay(name, authority, server_pid)
            async with running(["openbox"], folder / "openbox.log", display.env):
                yield display
    finally:
        os.close(read)


@asynccontextmanager
async def _xvfb(command: list[str], log: Path, write: int) -> AsyncIterator[int]:
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=output, stderr=output, pass_fds=(write,), start_new_session=True
        )
    os.close(write)
    try:
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _display_number(read: int, log: Path) -> int:
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            text = await asyncio.to_thread(os.read, read, 16)
    except TimeoutError as error:
        raise ProcessFailed(f"Xvfb did not start:\n{log.read_text()}") from error
    if not text.strip():
        raise ProcessFailed(f"Xvfb did not start:\n{log.read_text()}")
    return int(text)
