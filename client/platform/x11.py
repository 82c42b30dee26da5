"""X11: XDamage and mss for the screen, pynput for pointer and named keys, XTest for characters.

pynput types characters with XSendEvent, which xterm and other programs ignore on purpose, so
`x11_keyboard` presses the keys themselves.
"""

from Xlib import display as x_display
from Xlib import error as x_error

from client.errors import PlatformUnavailable
from client.hot_key import Combination
from client.platform.interface import Activity, Injector, Screen, Told


class X11Platform:
    """The X display that `DISPLAY` names."""

    def open_screen(self) -> Screen:
        """Open the primary monitor. Raises PlatformUnavailable."""
        from client.platform.x11_screen import X11Screen

        return X11Screen()

    def open_injector(self) -> Injector:
        """Open keyboard and pointer. Raises PlatformUnavailable."""
        try:
            from client.platform.x11_keyboard import X11Injector
        except ImportError as error:
            raise PlatformUnavailable("The X display cannot be opened.") from error
        return X11Injector()

    def open_activity(self, hot_key: Combination, told: Told) -> Activity:
        """Begin to tell of the end user's own input. Raises PlatformUnavailable."""
        from client.platform.x11_activity import X11Activity

        try:
            return X11Activity(hot_key, told)
        except (x_error.DisplayError, x_error.XError, AttributeError, OSError) as error:
            raise PlatformUnavailable("This X display does not tell of local input.") from error


def open_platform() -> X11Platform:
    """Check that the display answers and can inject input. Raises PlatformUnavailable."""
    try:
        probe = x_display.Display()
    except (x_error.DisplayError, OSError) as error:
        raise PlatformUnavailable(f"The X display cannot be opened: {error}") from error
    try:
        if not probe.has_extension("XTEST"):
            raise PlatformUnavailable("This X display has no XTEST extension: no input.")
    finally:
        probe.close()
    return X11Platform()
