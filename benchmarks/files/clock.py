"""How long a transfer took, and what it cost the host meanwhile."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.screen import load


@dataclass(frozen=True, slots=True)
class Work:
    """One transfer."""

    seconds: float
    cpu_pct: float
    """Of one core, of all processes of the host."""

    def values(self, size: int) -> dict[str, float | None]:
        """Give every metric by its name, for so many bytes."""
        return {"mb_per_s": size / 1e6 / self.seconds, "host_cpu_pct": self.cpu_pct}


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts the host's processor time from when it is made."""

    host: Sequence[int]
    began: float
    cpu_s: float

    @classmethod
    def of(cls, host: Sequence[int]) -> "Meter":
        """Begin now."""
        return cls(host, time.monotonic(), load.cpu_seconds(host))

    def end(self, seconds: float) -> Work:
        """Say how long the transfer took by the page's own clock."""
        passed = time.monotonic() - self.began
        return Work(seconds, 100 * (load.cpu_seconds(self.host) - self.cpu_s) / passed)
