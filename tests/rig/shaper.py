"""A line between two network namespaces that delays, bounds and loses what it carries, or is cut.

A small program of its own (`shaper.c`), since not every kernel has netem.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.rig.namespaces import path_of
from tests.rig.processes import check_alive, output_of, running

_SOURCE: Final = Path(__file__).with_name("shaper.c")
_TIMEOUT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Line:
    """What a network does to each direction."""

    delay_ms: float = 0
    rate_kbit: int = 0
    loss_percent: float = 0
    queue_bytes: int = 0
    """Drop-tail buffer in front of the bottleneck, if there is one: 0 kbit/s is any rate."""


CLEAR: Final = Line()
CUT: Final = Line(loss_percent=100)


@dataclass(frozen=True, slots=True)
class End:
    """Where a line ends: in the namespace of a process, with an address like `10.0.0.1/24`."""

    pid: int
    address: str
    device: str


class Shaper:
    """A line that stands; what it does can be changed at any time."""

    def __init__(self, process: asyncio.subprocess.Process, numbers: Path) -> None:
        self._process = process
        self._numbers = numbers

    def become(self, line: Line) -> None:
        """Do this to packets from now on; those on their way keep their delay."""
        _write(self._numbers, line)
        self._process.send_signal(signal.SIGHUP)


@asynccontextmanager
async def shaped(one: End, other: End, line: Line, folder: Path) -> AsyncIterator[Shaper]:
    """Join two namespaces by a line; it takes a compiler, root and `/dev/net/tun`."""
    program = folder / "shaper"
    if not program.exists():
        await output_of(["gcc", "-O2", "-o", program, _SOURCE], {})
    name = f"shaper-{one.pid}-{other.pid}"
    log, numbers = folder / f"{name}.log", folder / f"{name}.line"
    _write(numbers, line)
    ends = [part for end in (one, other) for part in (path_of(end.pid), end.address, end.device)]
    async with running([program, *ends, numbers], log) as process:
        async with asyncio.timeout(_TIMEOUT_S):
            while "ready" not in log.read_text():
                await check_alive(process, log)
                await asyncio.sleep(0.01)
        yield Shaper(process, numbers)


def _write(numbers: Path, line: Line) -> None:
    written = numbers.with_suffix(".new")
    written.write_text(f"{line.delay_ms} {line.rate_kbit} {line.loss_percent} {line.queue_bytes}\n")
    written.replace(numbers)
