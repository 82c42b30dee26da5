"""What a host costs: processor time and memory of its processes and all their descendants."""

import os
from collections.abc import Iterable
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def family(roots: Iterable[int]) -> set[int]:
    """Give the processes that descend from these, and these."""
    parents = dict(_parents())
    members = {pid for pid in roots if pid in parents}
    while more := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= more
    return members


def cpu_seconds(roots: Iterable[int]) -> float:
    """Give the processor time the family has used, children it has waited for included."""
    ticks = 0
    for pid in family(roots):
        fields = _stat(pid)
        if fields:
            ticks += sum(map(int, fields[11:15]))
    return ticks / _TICKS_PER_S


def own_cpu_seconds(pid: int) -> float:
    """Give the processor time that one process itself has used; 0 when it is gone."""
    fields = _stat(pid)
    return sum(map(int, fields[11:13])) / _TICKS_PER_S if fields else 0.0


def memory_mb(roots: Iterable[int]) -> float:
    """Give the family's proportional set size (PSS), in MB of 10**6 bytes."""
    return sum(_memory_bytes(pid, "Pss:") for pid in family(roots)) / 1e6


def own_memory_mb(roots: Iterable[int]) -> float:
    """Give what the family itself has filled, in MB of 10**6 bytes: heap and shared memory.

    Without the programs and libraries in its PSS, of which it has to bear more whenever another
    process that uses them ends.
    """
    own = ("Pss_Anon:", "Pss_Shmem:")
    return sum(_memory_bytes(pid, *own) for pid in family(roots)) / 1e6


def _parents() -> Iterable[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            yield int(entry.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """Give the fields of proc(5)'s stat from `state` on; none when the process is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()


def _memory_bytes(pid: int, *names: str) -> int:
    """Add up these lines of proc(5)'s smaps_rollup; 0 when the process is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(names))
