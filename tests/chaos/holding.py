"""What client and console hold while all that goes on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.async_api import CDPSession

from benchmarks.screen.load import own_memory_mb


@dataclass(frozen=True, slots=True)
class Held:
    """At one moment."""

    client_mb: float
    """Heap and shared memory of the support client, MB of 10**6 bytes."""
    client_files: int
    client_threads: int
    console_mb: float
    """The page's heap once what nobody needs was collected."""
    console_nodes: int


LIMITS: Final = Held(
    client_mb=16, client_files=6, client_threads=4, console_mb=6, console_nodes=2000
)
"""How much more of each may be held in the last third than in the first."""


async def look_at(client_pid: int, page: CDPSession) -> Held:
    """Look at both. Raises FileNotFoundError when the client has ended."""
    process = Path(f"/proc/{client_pid}")
    await page.send("HeapProfiler.collectGarbage")
    heap = await page.send("Runtime.getHeapUsage")
    counts = await page.send("Memory.getDOMCounters")
    return Held(
        client_mb=own_memory_mb([client_pid]),
        client_files=len(list((process / "fd").iterdir())),
        client_threads=len(list((process / "task").iterdir())),
        console_mb=heap["usedSize"] / 1e6,
        console_nodes=counts["nodes"],
    )
