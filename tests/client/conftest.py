"""A real X display for the tests that need one, and stand-ins for the client's ports."""

import importlib
import os
import select
import subprocess
import time
from collections.abc import Iterator

import pytest
from Xlib import display as x_display
from Xlib import error as x_error

SIZE = "1280x800x24"


class XServer:
    """An Xvfb of our own."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [
                "Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE,
                "-nolisten", "tcp", "-noreset",
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(writing)
        ready, _, _ = select.select([reading], [], [], 10)
        assert ready, "Xvfb did not start"
        self.display = ":" + os.read(reading, 16).decode().strip()
        os.close(reading)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                x_display.Display(self.display).close()
            except x_error.DisplayError:
                continue
            return
        raise TimeoutError("Xvfb does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="session")
def x_server() -> Iterator[XServer]:
    server = XServer()
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = server.display
    try:
        importlib.import_module("pynput.keyboard")
        yield server
    finally:
        if before is None:
            os.environ.pop("DISPLAY", None)
        else:
            os.environ["DISPLAY"] = before
        server.stop()


@pytest.fixture
def display(x_server: XServer) -> str:
    return x_server.display
