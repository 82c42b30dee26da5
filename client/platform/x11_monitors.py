"""What X calls its monitors: outputs, or names given by hand (`xrandr --setmonitor`)."""

from typing import Any

from client.platform.interface import Area


def monitor_names(display: Any) -> dict[Area, str]:
    """Give the names of a display's monitors by their places, none where RandR is older than 1.5.

    X errors pass through.
    """
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
