"""Network namespaces for tests and benchmarks; they need root.

They have no names, so they are gone with the process that holds them.
"""

import asyncio
import ctypes
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.rig.processes import check_alive, output_of, running

_CLONE_NEWNET = 0x40000000
_TIMEOUT_S = 10.0
_DEVICE, _OTHER_END = "net0", "net1"


@asynccontextmanager
async def namespace(folder: Path) -> AsyncIterator[int]:
    """Keep a namespace as long as the block; gives the process that holds it."""
    command = ["unshare", "--net", "sleep", "infinity"]
    async with running(command, folder / "namespaces.log") as holder:
        async with asyncio.timeout(_TIMEOUT_S):
            while path_of(holder.pid).readlink() == path_of(os.getpid()).readlink():
                await check_alive(holder, folder / "namespaces.log")
                await asyncio.sleep(0.01)
        yield holder.pid


@asynccontextmanager
async def small_internet(folder: Path, *addresses: str) -> AsyncIterator[None]:
    """Be in a namespace of its own with these addresses, as `11.0.0.1/24`, on one device.

    What this thread opens or starts inside the block is there too, and reaches nothing else.
    """
    async with namespace(folder) as pid:
        await ip("link", "set", "lo", "up", inside=pid)
        pair = ["type", "veth", "peer", "name", _OTHER_END]
        await ip("link", "add", _DEVICE, *pair, inside=pid)
        for address in addresses:
            at_once = ["nodad"] if ":" in address else []
            await ip("address", "add", address, "dev", _DEVICE, *at_once, inside=pid)
        for device in (_DEVICE, _OTHER_END):
            await ip("link", "set", device, "up", inside=pid)
        await ip("route", "add", "default", "dev", _DEVICE, inside=pid)
        with entered(pid):
            yield


@contextmanager
def entered(pid: int) -> Iterator[None]:
    """Have this thread, and what it starts, in the namespace of another process."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        with path_of(pid).open() as there:
            _set_namespace(there.fileno())
        yield
    finally:
        _set_namespace(home)
        os.close(home)


async def ip(*arguments: str, inside: int | None = None) -> None:
    """Run iproute2's `ip`, inside the namespace of a process if one is given."""
    prefix = [] if inside is None else ["nsenter", f"--net={path_of(inside)}"]
    await output_of([*prefix, "ip", *arguments], {})


def path_of(pid: int) -> Path:
    """Give where the namespace of a process can be entered."""
    return Path(f"/proc/{pid}/ns/net")


def _set_namespace(descriptor: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(descriptor, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
