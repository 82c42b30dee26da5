"""Lets go of what the support client held down on X11, should it die without a word (`kill -9`).

X keeps down for ever what XTest pressed. So a small child process waits at a pipe: each line says
which keys and buttons are down now, and when the pipe ends, those of the last line are released.
Run as a program, this file needs python-xlib only.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

END_TIMEOUT_S: Final = 2.0


class Watchdog:
    """The client's end of the pipe. A safety net: it never blocks, and fails in silence."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def holding(self, down: Iterable[tuple[str, int]]) -> None:
        """Say what is down now, as ("key" or "button", number); the first time starts the child."""
        if self._process is None and not getattr(sys, "frozen", False):
            self._process = _start()
        if self._process is not None and self._process.stdin is not None:
            line = " ".join(f"{kind}:{number}" for kind, number in down)
            with suppress(BlockingIOError, BrokenPipeError):  # the child is stuck or gone
                os.write(self._process.stdin.fileno(), f"{line}\n".encode())

    def close(self) -> None:
        """End the child; what the last line named is released."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.communicate(timeout=END_TIMEOUT_S)


def _start() -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(  # noqa: S603 - this interpreter and this file
        [sys.executable, "-P", str(Path(__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # what ends us with a whole process group must spare it
    )
    if process.stdin is not None:
        os.set_blocking(process.stdin.fileno(), False)
    return process


def wait_and_release() -> None:
    """Be the child."""
    from Xlib import X
    from Xlib.display import Display
    from Xlib.ext import xtest

    display = Display()
    last = ""
    for line in sys.stdin:
        last = line
    for what in last.split():
        kind, number = what.split(":")
        xtest.fake_input(display, X.KeyRelease if kind == "key" else X.ButtonRelease, int(number))
    display.sync()
    display.close()


if __name__ == "__main__":
    wait_and_release()
