"""One mDNS socket an event loop: aioice 0.13 keeps it, and the lock before it, one a thread.

In a thread's second event loop that lock raises RuntimeError as soon as two candidates want it at
once, and a socket that the first loop left behind answers nobody.
"""

import asyncio
from types import SimpleNamespace
from typing import Any, Final
from weakref import WeakKeyDictionary

import aioice.ice


class PerLoop:
    """Attributes that each event loop has for itself, in `threading.local`'s place."""

    def __init__(self) -> None:
        vars(self)["_spaces"] = WeakKeyDictionary[asyncio.AbstractEventLoop, SimpleNamespace]()

    def _space(self) -> SimpleNamespace:
        space: SimpleNamespace = vars(self)["_spaces"].setdefault(
            asyncio.get_running_loop(), SimpleNamespace()
        )
        return space

    def __getattr__(self, name: str) -> Any:
        return getattr(self._space(), name)

    def __setattr__(self, name: str, value: object) -> None:
        setattr(self._space(), name, value)


PER_LOOP: Final = PerLoop()


def install() -> None:
    """Put it in place. Doing it again changes nothing."""
    vars(aioice.ice)["_mdns"] = PER_LOOP
