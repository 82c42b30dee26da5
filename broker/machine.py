"""This machine: the disk of a folder, and whether its clock is kept in step."""

import ctypes
import shutil
import sys
from pathlib import Path
from typing import Final

from broker.findings import DiskFacts

_TIMEX_BYTES: Final = 512
"""More than `struct timex` needs on any Linux (208)."""
_TIME_ERROR: Final = 5
"""The clock is not synchronised (adjtimex(2))."""


def disk_of(folder: Path) -> DiskFacts | None:
    """Look at the disk that a folder is on; None when it cannot be."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return DiskFacts(str(folder), usage.free, usage.total)


def clock_in_step() -> bool | None:
    """Ask the kernel whether something keeps its clock in step; None where it does not say."""
    if sys.platform != "linux":
        return None
    asked = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes = 0: only read
    try:
        state = ctypes.CDLL(None).adjtimex(asked)
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR
