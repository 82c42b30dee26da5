"""The clipboard of a display, as another program there has it: xclip copies and pastes."""

import asyncio
import itertools
from contextlib import AsyncExitStack
from pathlib import Path

from tests.rig.display import XDisplay
from tests.rig.processes import running

POLL_S = 0.05
_PASTE = ["timeout", "5", "xclip", "-selection", "clipboard", "-o", "-t", "UTF8_STRING"]


class Pasteboard:
    """A person with xclip; `folder` takes what they copy, so keep it out of the broker's."""

    def __init__(self, display: XDisplay, folder: Path, stack: AsyncExitStack) -> None:
        self._display = display
        self._folder = folder
        self._stack = stack
        self._numbers = itertools.count()

    async def copy(self, text: str) -> None:
        """Copy a text, and wait until other programs can paste it."""
        path = self._folder / f"copied-{next(self._numbers)}"
        path.write_bytes(text.encode())
        command = ["xclip", "-quiet", "-selection", "clipboard", "-i", path]
        log = self._folder / "xclip.log"
        await self._stack.enter_async_context(running(command, log, self._display.env))
        await self.wait_for(text)

    async def paste(self) -> str | None:
        """Give the text that is in the clipboard; None when there is none."""
        process = await asyncio.create_subprocess_exec(
            *_PASTE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", **self._display.env},
        )
        printed, _ = await process.communicate()
        return None if process.returncode else printed.decode()

    async def wait_for(self, text: str, timeout_s: float = 10) -> None:
        """Wait until exactly this text can be pasted."""
        async with asyncio.timeout(timeout_s):
            while await self.paste() != text:
                await asyncio.sleep(POLL_S)
