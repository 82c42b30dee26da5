"""What X calls its monitors: outputs, or names given by hand (`xrandr --setmonitor`)."""

from typing import Any, Final

from Xlib import error as x_error

from client.platform.interface import Area
from client.platform.x11_display import open_display

_GONE: Final = (x_error.ConnectionClosedError, x_error.XError, x_error.DisplayError, OSError)


def monitor_names() -> dict[Area, str]:
    """Give the names of the monitors by their places; none where they cannot be told."""
    try:
        display = open_display()
    except _GONE:
        return {}
    try:
        return _names(display)
    except _GONE:
        return {}
    finally:
        display.close()


def _names(display: Any) -> dict[Area, str]:
    if not display.has_extension("RANDR"):
        return {}
    version = display.xrandr_query_version()
    if (version.major_version, version.minor_version) < (1, 5):
        return {}
    found = display.screen().root.xrandr_get_monitors().monitors
    return {
        Area(m.x, m.y, m.width_in_pixels, m.height_in_pixels): str(display.get_atom_name(m.name))
        for m in found
    }
