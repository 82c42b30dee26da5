"""For how long a connection that broke is made anew by itself; then the end user is asked.

Belongs to the engine's loop.
"""

import asyncio
from collections.abc import Callable

from broker.protocol.channels import RECOVERY_S
from client.situation import Situation


class Recovery:
    """Follows the situation, and calls `failed` when it was cut off for RECOVERY_S."""

    def __init__(self, failed: Callable[[], None]) -> None:
        self._failed = failed
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_on(self) -> bool:
        """Whether the connection is being made anew."""
        return self._timer is not None

    def follow(self, situation: Situation) -> None:
        """Take note of how things are."""
        goes_on = situation.cut_off and not situation.unrecovered
        if goes_on and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(RECOVERY_S, self._end)
        elif not goes_on and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _end(self) -> None:
        self._timer = None
        self._failed()
