"""Gives memory that was freed back to the system, where the C library keeps it for later."""

import ctypes
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
