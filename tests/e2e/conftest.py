"""Real parts: an X display with a terminal, a broker process, a browser, a support client."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.rig.browser import in_shared_loop
from tests.rig.display import XDisplay, virtual_display
from tests.rig.processes import running
from tests.rig.stack import Broker, Login, running_broker_of

TESS = Login("tess@example.org", "Tess Example")
TERMINAL = "Terminal"


@in_shared_loop
async def display(tmp_path: Path) -> AsyncIterator[XDisplay]:
    """A desktop with a terminal that fills its left half."""
    terminal = [
        "xterm",
        "-T",
        TERMINAL,
        "-geometry",
        "90x40+0+0",
        "-fa",
        "DejaVu Sans Mono",
        "-fs",
        "10",
    ]
    async with (
        virtual_display(tmp_path) as display,
        running([*terminal, "-e", "sh"], tmp_path / "xterm.log", display.env, tmp_path),
    ):
        yield display


@in_shared_loop
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker with one technician, Tess."""
    async with running_broker_of(TESS, tmp_path) as broker:
        yield broker
