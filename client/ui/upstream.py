"""A workaround for PySide6 on Python 3.11, kept in one place.

Measured with PySide6 6.12.0 on Python 3.11.7: every call into Qt that gives None, True or False
gives it without counting the reference, which is right from Python 3.12 on, where these are
immortal (PEP 683; one wheel serves all versions). On 3.11 each call takes one away: after some
thousand the interpreter ends with "Fatal Python error: none_dealloc", after some hundred with
"bool_dealloc".
"""

import ctypes
import sys
from typing import Final

PLENTY: Final = sys.maxsize // 4
"""References that nobody holds."""


def keep_constants() -> None:
    """Make None, True, False and NotImplemented as good as immortal, where they are not."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    for constant in (None, True, False, NotImplemented):
        ctypes.c_ssize_t.from_address(id(constant)).value += PLENTY
