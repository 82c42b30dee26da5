"""Windows: the screen through mss, keyboard and pointer through pynput.

Written against their documented interfaces; it has not been run on Windows yet.
"""

import ctypes

from client.hot_key import Combination
from client.platform.interface import Activity, Injector, Screen, Told

_PER_MONITOR_AWARE = 2
"""PROCESS_PER_MONITOR_DPI_AWARE: coordinates are physical pixels (SetProcessDpiAwareness)."""


class WindowsPlatform:
    """The interactive desktop of the user who is signed in."""

    def open_screen(self) -> Screen:
        """Open the primary monitor. Raises PlatformUnavailable."""
        from client.platform.mss_screen import PollingScreen

        return PollingScreen()

    def open_injector(self) -> Injector:
        """Open keyboard and pointer."""
        from client.platform.pynput_input import PynputInjector

        return PynputInjector()

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        """Begin to tell of the end user's own input."""
        from client.platform.pynput_activity import PynputActivity

        return PynputActivity(hot_key, told)


def open_platform() -> WindowsPlatform:
    """Ask for physical pixels, so that picture and pointer agree under display scaling."""
    shcore = getattr(ctypes, "windll").shcore  # noqa: B009 - absent from other systems' stubs
    shcore.SetProcessDpiAwareness(_PER_MONITOR_AWARE)
    return WindowsPlatform()
