"""Whether what a process holds stays flat over time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

WARM_UP = 0.25
"""The part of the time that is not judged: buffers and pools fill up."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a support client holds at one moment."""

    memory_mb: float
    """Heap and shared memory of its processes, MB of 10**6 bytes."""
    files: int
    threads: int
    futures: int
    frames: int
    """Video frames alive."""
    packets: int
    """RTP packets alive; a sender keeps the last 1024 to send them again."""


LIMITS = Holding(memory_mb=12, files=3, threads=2, futures=40, frames=8, packets=1100)
"""How much more of each may be held in the last third than in the first.

Memory: the allocator keeps some of what a burst needed. Futures: what is under way.
Packets: the history of one sender.
"""


def growth(holdings: Sequence[Any]) -> dict[str, float]:
    """Give by how much each figure grew, from the least of the first third to that of the last.

    `holdings` are of one dataclass, this module's or another's.

    The least is what stays between two bursts: a leak raises it, a burst does not.
    """
    judged = holdings[int(len(holdings) * WARM_UP) :]
    third = max(1, len(judged) // 3)
    return {
        name: min(getattr(one, name) for one in judged[-third:])
        - min(getattr(one, name) for one in judged[:third])
        for name in (field.name for field in fields(judged[0]))
    }


def complaints(holdings: Sequence[Any], limits: Any = LIMITS) -> list[str]:
    """Say what grew by more than the limits; nothing when all is flat."""
    return [
        f"{name} grew by {grown:.4g}, more than {getattr(limits, name):g}"
        for name, grown in growth(holdings).items()
        if grown > getattr(limits, name)
    ]
