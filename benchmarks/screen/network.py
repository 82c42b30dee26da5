"""Two network namespaces, the host's and the viewer's, and the link between them.

The namespaces have no names: they belong to two processes that do nothing, and are gone with them
and with the devices in them, even when the benchmark is killed. Needs root; without it there is
`Loopback`, where nothing can be shaped and both directions are counted together.
"""

import asyncio
import ctypes
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.rig.processes import ProcessFailed, check_alive, output_of, running

HOST, VIEWER = "10.77.0.1", "10.77.0.2"
_PREFIX = 24
_DEVICE = "bench0"
_CLONE_NEWNET = 0x40000000
_SHAPER = Path(__file__).with_name("shaper.c")
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Line:
    """What a network does to each direction."""

    delay_ms: float
    rate_kbit: int
    loss_percent: float
    queue_bytes: int
    """Drop-tail buffer in front of the bottleneck, if there is one: 0 kbit/s is any rate."""


LINES: dict[str, Line | None] = {
    "lan": None,
    # 200 ms of queue: what home routers have, and enough for TCP to use the whole line.
    "wan": Line(delay_ms=20, rate_kbit=5000, loss_percent=1, queue_bytes=125_000),
    # A line that nothing bounds but its length.
    "rtt40": Line(delay_ms=20, rate_kbit=0, loss_percent=0, queue_bytes=0),
}
"""By name; None is a link that does nothing to the packets."""


class Network(Protocol):
    """Where a system's host and its viewer run."""

    host_address: str
    viewer_address: str

    def on_host(self, command: Sequence[str | Path]) -> list[str | Path]:
        """Give the command that runs this command on the host's side."""

    def down_bytes(self) -> int:
        """Count the bytes that the viewer has received so far, headers included."""


class Loopback:
    """Both sides on this machine's loopback interface. It counts both directions."""

    host_address = viewer_address = "127.0.0.1"

    def on_host(self, command: Sequence[str | Path]) -> list[str | Path]:
        """Give the command as it is."""
        return list(command)

    def down_bytes(self) -> int:
        """Count everything that passed the loopback interface."""
        return _received(Path("/proc/self/net/dev"), "lo")


@dataclass(frozen=True, slots=True)
class Namespaces:
    """Two namespaces, by the processes that hold them, joined by a device in each."""

    host_pid: int
    viewer_pid: int
    host_address: str = HOST
    viewer_address: str = VIEWER

    def on_host(self, command: Sequence[str | Path]) -> list[str | Path]:
        """Enter the host's namespace first."""
        return ["nsenter", f"--net={_path(self.host_pid)}", *command]

    def down_bytes(self) -> int:
        """Count the bytes that came in at the viewer's device."""
        return _received(Path(f"/proc/{self.viewer_pid}/net/dev"), _DEVICE)


def reason_against_namespaces() -> str | None:
    """Say why this process cannot make namespaces, or None when it can."""
    if os.geteuid() != 0:
        return "not root"
    if not Path("/dev/net/tun").exists():
        return "there is no /dev/net/tun"
    return None


@asynccontextmanager
async def network(name: str, folder: Path) -> AsyncIterator[Network]:
    """Make the network of this name; inside the block this thread is on the viewer's side.

    What the thread starts is there too: the browser, and every socket the benchmark opens.
    """
    if reason_against_namespaces():
        if LINES[name] is not None:
            raise ProcessFailed(f"the network {name} needs root")
        yield Loopback()
        return
    async with _namespace(folder) as host_pid, _namespace(folder) as viewer_pid:
        joined = Namespaces(host_pid, viewer_pid)
        async with _link(joined, LINES[name], folder):
            await _route(joined)
            with _entered(viewer_pid):
                yield joined


@asynccontextmanager
async def _namespace(folder: Path) -> AsyncIterator[int]:
    """Keep a namespace as long as the block; gives the process that holds it."""
    command = ["unshare", "--net", "sleep", "infinity"]
    async with running(command, folder / "namespaces.log") as holder:
        async with asyncio.timeout(_TIMEOUT_S):
            while _path(holder.pid).readlink() == _path(os.getpid()).readlink():
                await check_alive(holder, folder / "namespaces.log")
                await asyncio.sleep(0.01)
        yield holder.pid


@asynccontextmanager
async def _link(ends: Namespaces, line: Line | None, folder: Path) -> AsyncIterator[None]:
    if line is None:
        await _join_by_veth(ends)
        yield
        return
    async with running(await _shaper_command(ends, line, folder), folder / "shaper.log") as shaper:
        async with asyncio.timeout(_TIMEOUT_S):
            while "ready" not in (folder / "shaper.log").read_text():
                await check_alive(shaper, folder / "shaper.log")
                await asyncio.sleep(0.01)
        yield


async def _join_by_veth(ends: Namespaces) -> None:
    one = ["type", "veth", "peer", "name", _DEVICE, "netns", str(ends.viewer_pid)]
    await _ip("link", "add", _DEVICE, "netns", str(ends.host_pid), *one)
    for pid, address in _addresses(ends).items():
        await _ip("address", "add", f"{address}/{_PREFIX}", "dev", _DEVICE, inside=pid)
        await _ip("link", "set", _DEVICE, "up", inside=pid)


async def _shaper_command(ends: Namespaces, line: Line, folder: Path) -> list[str | Path]:
    program = folder / "shaper"
    await output_of(["gcc", "-O2", "-o", program, _SHAPER], {})
    command: list[str | Path] = [program]
    for pid, address in _addresses(ends).items():
        command += [_path(pid), f"{address}/{_PREFIX}", _DEVICE]
    numbers = (line.delay_ms, line.rate_kbit, line.loss_percent, line.queue_bytes)
    return [*command, *map(str, numbers)]


async def _route(ends: Namespaces) -> None:
    """Bring loopback up, and send everything over the link.

    A browser asks for the address of its default route when it gathers ICE candidates.
    """
    for pid in _addresses(ends):
        await _ip("link", "set", "lo", "up", inside=pid)
        await _ip("route", "add", "default", "dev", _DEVICE, inside=pid)


async def _ip(*arguments: str, inside: int | None = None) -> None:
    prefix = [] if inside is None else ["nsenter", f"--net={_path(inside)}"]
    await output_of([*prefix, "ip", *arguments], {})


@contextmanager
def _entered(pid: int) -> Iterator[None]:
    """Have this thread, and what it starts, in the namespace of another process."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        with _path(pid).open() as there:
            _set_namespace(there.fileno())
        yield
    finally:
        _set_namespace(home)
        os.close(home)


def _set_namespace(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def _addresses(ends: Namespaces) -> dict[int, str]:
    return {ends.host_pid: ends.host_address, ends.viewer_pid: ends.viewer_address}


def _path(pid: int) -> Path:
    return Path(f"/proc/{pid}/ns/net")


def _received(table: Path, device: str) -> int:
    for line in table.read_text().splitlines():
        name, _, counters = line.partition(":")
        if name.strip() == device:
            return int(counters.split()[0])
    raise OSError(f"{table} has no {device}")
