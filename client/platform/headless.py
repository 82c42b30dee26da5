"""No display at all: refused with the reason."""

from client.errors import PlatformUnavailable
from client.platform.interface import Platform


def open_platform() -> Platform:
    """Refuse. Raises PlatformUnavailable always."""
    raise PlatformUnavailable(
        "There is no display here (DISPLAY is not set). "
        "Start the support client on the desktop that is to be shared."
    )
