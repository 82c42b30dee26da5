"""Keeps the memory of a long session flat: collects what only refers to itself, and gives back to
the system what was freed and the C library keeps for later.

A peer connection refers to itself all over, with the last thousand packets that it sent. Python
looks for such things once a quarter as many have come as there are already; with all that the
libraries brought that is more than ten connections.
"""

import ctypes
import gc
import sys
from collections.abc import Callable
from typing import Final

Trim = Callable[[int], int]


def _find_trim() -> Trim | None:
    """Find glibc's malloc_trim(3); None elsewhere."""
    if sys.platform != "linux":
        return None
    trim: Trim | None = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim


_TRIM: Final = _find_trim()


def give_back() -> None:
    """Give freed memory back; takes some milliseconds, so call it when there is nothing to do.

    Pictures are megabytes: glibc keeps a few of them for each thread that freed some.
    """
    if _TRIM is not None:
        _TRIM(0)


def keep() -> None:
    """Have the collector leave alone what a program has imported: looking at that takes 0.1 s."""
    gc.collect()
    gc.freeze()


def tidy() -> None:
    """Collect what only refers to itself, and give back what was freed; takes some milliseconds."""
    gc.collect()
    give_back()
