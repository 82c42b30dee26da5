"""Whether somebody is at an X display and sees it: idle time, screen saver, monitor power, lock.

They are asked for once a second, when the screen is looked at anyway: no wake-up of its own.
"""

import time
from typing import Any, Final

from Xlib.ext import dpms, screensaver

from broker.protocol.channels import ScreenCondition
from client.platform.lock_hint import open_lock_hint

LOOK_S: Final = 1.0
"""How often the X server is asked."""


class Presence:
    """What the X server knows of its user. X errors pass through."""

    def __init__(self) -> None:
        self._display: Any = None
        self._has_saver = self._has_power = False
        self._lock = open_lock_hint()
        self._looked_at = float("-inf")
        self._used_at = float("-inf")
        self.conditions: tuple[ScreenCondition, ...] = ()

    def attach(self, display: Any) -> None:
        """Ask this display."""
        self._display, self._root = display, display.screen().root
        self._has_saver = display.has_extension("MIT-SCREEN-SAVER")
        self._has_power = display.has_extension("DPMS")

    def used_since(self, moment: float) -> bool:
        """Whether a key, a button or the pointer was used after this; monotonic seconds.

        Input that the technician injects counts. False when the X server cannot tell.
        """
        return self._used_at > moment

    def look(self) -> None:
        """Ask the X server, unless it was asked a moment ago."""
        now = time.monotonic()
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        asleep = self._is_powered_down()
        if self._has_saver:
            answer = self._root.screensaver_query_info()
            self._used_at = now - answer.idle / 1000
            asleep = asleep or answer.state == screensaver.StateOn
        told = {ScreenCondition.LOCKED: self._is_locked(), ScreenCondition.ASLEEP: asleep}
        self.conditions = tuple(condition for condition, holds in told.items() if holds)

    def close(self) -> None:
        """Let go of what tells of locks."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _is_locked(self) -> bool:
        try:
            return self._lock is not None and self._lock.look()
        except OSError:  # the bus went away: no more is told
            self.close()
            return False

    def _is_powered_down(self) -> bool:
        if not self._has_power:
            return False
        answer = self._display.dpms_info()
        return bool(answer.state) and answer.power_level != dpms.DPMSModeOn
