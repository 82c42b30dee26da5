"""macOS: the screen through mss, keyboard and pointer through pynput.

Written against their documented interfaces; it has not been run on macOS yet. The user must allow
"Screen Recording" and "Accessibility" for the program in System Settings; without the first the
picture holds the wallpaper only, without the second input does nothing.
"""

from client.hot_key import Combination
from client.platform.interface import Activity, Injector, Screen, Told


class MacPlatform:
    """The desktop of the user who is signed in."""

    def open_screen(self) -> Screen:
        """Open the primary monitor. Raises PlatformUnavailable."""
        from client.platform.mss_screen import PollingScreen

        return PollingScreen()

    def open_injector(self) -> Injector:
        """Open keyboard and pointer; mss tells monitors in points here, which pynput wants."""
        from client.platform.pynput_input import PynputInjector

        return PynputInjector()

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        """Begin to tell of the end user's own input."""
        from client.platform.pynput_activity import PynputActivity

        return PynputActivity(hot_key, told)


def open_platform() -> MacPlatform:
    """Open nothing yet: macOS asks its user at the first grab and the first key."""
    return MacPlatform()
