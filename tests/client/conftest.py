"""A real X display for the tests that need one."""

import importlib
import os
import subprocess
from collections.abc import Iterator

import pytest


class XServer:
    """An Xvfb of our own on the first free display."""

    def __init__(self, size: str = "1280x800x24") -> None:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            f"Xvfb -displayfd {writing} -screen 0 {size} -nolisten tcp -noreset".split(),
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as told:  # to the end of the line: Xvfb dies if we hang up early
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        self.display = f":{number}"

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
