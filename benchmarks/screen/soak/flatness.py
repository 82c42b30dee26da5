"""Whether what a process holds stays flat over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from statistics import median

WARM_UP = 0.25
"""The part of the time that is not judged: buffers and pools fill up."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a support client holds at one moment."""

    memory_mb: float
    """Proportional set size of its processes, MB of 10**6 bytes."""
    files: int
    threads: int
    futures: int
    frames: int
    """Video frames alive."""
    packets: int
    """RTP packets alive; aiortc keeps the last 128 to send them again."""


LIMITS = Holding(memory_mb=12, files=3, threads=2, futures=40, frames=8, packets=140)
"""How much more of each may be held in the last third than in the first.

Memory: the allocator keeps what a burst needed. Futures and frames: what is under way just then.
"""


def growth(holdings: Sequence[Holding]) -> dict[str, float]:
    """Give by how much each figure grew, from the first third's median to the last third's."""
    judged = holdings[int(len(holdings) * WARM_UP) :]
    third = max(1, len(judged) // 3)
    return {
        name: median(getattr(one, name) for one in judged[-third:])
        - median(getattr(one, name) for one in judged[:third])
        for name in (field.name for field in fields(Holding))
    }


def complaints(holdings: Sequence[Holding]) -> list[str]:
    """Say what grew by more than LIMITS; nothing when all is flat."""
    return [
        f"{name} grew by {grown:.4g}, more than {getattr(LIMITS, name):g}"
        for name, grown in growth(holdings).items()
        if grown > getattr(LIMITS, name)
    ]
