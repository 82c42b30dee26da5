"""How long a transfer took, and what it cost the host meanwhile, and the other programs."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.screen import load


@dataclass(frozen=True, slots=True)
class Work:
    """One transfer."""

    seconds: float
    cpu_pct: float
    """Of one core, of all processes of the host."""
    spent: Mapping[str, float] = field(default_factory=dict)
    """Processor seconds of each program: a name of PROGRAMS."""

    def values(self, size: int) -> dict[str, float | None]:
        """Give every metric by its name, for so many bytes."""
        spent = {f"{program}_cpu_s": seconds for program, seconds in self.spent.items()}
        return {"mb_per_s": size / 1e6 / self.seconds, "host_cpu_pct": self.cpu_pct, **spent}


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts the host's processor time from when it is made."""

    host: Sequence[int]
    began: float
    cpu_s: float
    spent: Mapping[str, float]

    @classmethod
    def of(cls, host: Sequence[int]) -> "Meter":
        """Begin now."""
        return cls(host, time.monotonic(), load.cpu_seconds(host), _spent())

    def end(self, seconds: float) -> Work:
        """Say how long the transfer took by the page's own clock."""
        passed = time.monotonic() - self.began
        cpu_s = load.cpu_seconds(self.host) - self.cpu_s
        spent = {program: now - self.spent[program] for program, now in _spent().items()}
        return Work(seconds, 100 * cpu_s / passed, spent)


PROGRAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "page": ("--type=renderer",),
    "browser": ("chromium",),
    "broker": ("-m broker",),
    "host": ("-m client", "stock_host"),
}
"""What is told apart of all that runs below this process, by its command line: the first that fits;
`host` is the support client, or what stands in its place."""


def _spent() -> Mapping[str, float]:
    spent = dict.fromkeys(PROGRAMS, 0.0)
    for pid in load.family([os.getpid()]):
        program = _program(pid)
        if program is not None:
            spent[program] += load.own_cpu_seconds(pid)
    return spent


def _program(pid: int) -> str | None:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    words = line.replace(bytes(1), b" ").decode(errors="replace")
    return next((name for name, marks in PROGRAMS.items() if any(m in words for m in marks)), None)
