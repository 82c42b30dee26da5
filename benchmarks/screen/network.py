"""Two network namespaces, the host's and the viewer's, and the link between them.

The namespaces have no names: they belong to two processes that do nothing, and are gone with them
and with the devices in them, even when the benchmark is killed. Needs root; without it there is
`Loopback`, where nothing can be shaped and both directions are counted together.
"""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.rig.namespaces import entered, ip, namespace, path_of
from tests.rig.processes import ProcessFailed
from tests.rig.shaper import End, Line, shaped

HOST, VIEWER = "10.77.0.1", "10.77.0.2"
_PREFIX = 24
_DEVICE = "bench0"


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
        return ["nsenter", f"--net={path_of(self.host_pid)}", *command]

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
    async with namespace(folder) as host_pid, namespace(folder) as viewer_pid:
        joined = Namespaces(host_pid, viewer_pid)
        async with _link(joined, LINES[name], folder):
            await _route(joined)
            with entered(viewer_pid):
                yield joined


@asynccontextmanager
async def _link(ends: Namespaces, line: Line | None, folder: Path) -> AsyncIterator[None]:
    if line is None:
        await _join_by_veth(ends)
        yield
        return
    one, other = (End(pid, f"{at}/{_PREFIX}", _DEVICE) for pid, at in _addresses(ends).items())
    async with shaped(one, other, line, folder):
        yield


async def _join_by_veth(ends: Namespaces) -> None:
    one = ["type", "veth", "peer", "name", _DEVICE, "netns", str(ends.viewer_pid)]
    await ip("link", "add", _DEVICE, "netns", str(ends.host_pid), *one)
    for pid, address in _addresses(ends).items():
        await ip("address", "add", f"{address}/{_PREFIX}", "dev", _DEVICE, inside=pid)
        await ip("link", "set", _DEVICE, "up", inside=pid)


async def _route(ends: Namespaces) -> None:
    """Bring loopback up, and send everything over the link.

    A browser asks for the address of its default route when it gathers ICE candidates.
    """
    for pid in _addresses(ends):
        await ip("link", "set", "lo", "up", inside=pid)
        await ip("route", "add", "default", "dev", _DEVICE, inside=pid)


def _addresses(ends: Namespaces) -> dict[int, str]:
    return {ends.host_pid: ends.host_address, ends.viewer_pid: ends.viewer_address}


def _received(table: Path, device: str) -> int:
    for line in table.read_text().splitlines():
        name, _, counters = line.partition(":")
        if name.strip() == device:
            return int(counters.split()[0])
    raise OSError(f"{table} has no {device}")
