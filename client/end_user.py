"""The person at this computer, as the engine knows them: their own keyboard, mouse and hot key."""

import asyncio
import time
from collections.abc import Callable
from typing import Literal

import structlog

from client import events as on
from client.config import Config
from client.errors import PlatformUnavailable
from client.local_use import LocalUse
from client.platform.interface import Activity, Platform

log = structlog.get_logger()


class EndUser:
    """Watched for as long as there is consent. `in_loop` runs something in the event loop.

    `changed` is called there when they take over, once in a while as they go on, and when remote
    input need not wait any more.
    """

    def __init__(
        self,
        platform: Platform,
        config: Config,
        in_loop: Callable[..., None],
        deliver: Callable[[on.Event], None],
        changed: Callable[[], None],
    ) -> None:
        self._platform = platform
        self._hot_key = config.hot_key
        self._use = LocalUse(config.local_hold_s)
        self._in_loop = in_loop
        self._deliver = deliver
        self._changed = changed
        self._activity: Activity | None = None
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, wanted: bool) -> None:
        """Begin to watch, or stop. A desktop that tells nothing is logged, and shared anyway."""
        if wanted and self._activity is None:
            try:
                self._activity = self._platform.open_activity(self._hot_key, self._told)
            except PlatformUnavailable as error:
                log.warning("local_user_not_seen", reason=str(error))
        elif not wanted and self._activity is not None:
            activity, self._activity = self._activity, None
            activity.close()

    def hold_s(self) -> float:
        """For how many seconds remote input waits from now on."""
        return self._use.left(time.monotonic())

    def _told(self, what: Literal["used", "pause", "stop"]) -> None:
        """In the platform's thread: input waits from here on, whatever the loop is doing."""
        if what == "pause":
            self._in_loop(self._deliver, on.PauseChosen(True))
        elif what == "stop":
            self._in_loop(self._deliver, on.StopChosen())
        elif self._use.seen(time.monotonic()):
            self._in_loop(self._take_over)

    def _take_over(self) -> None:
        self._changed()
        if self._timer is None:
            self._wait()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self.hold_s(), self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        if self.hold_s():
            self._wait()
        else:
            self._changed()
