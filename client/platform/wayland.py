"""Wayland: refused for now. Its compositors show an X client neither screen nor other windows."""

from client.errors import PlatformUnavailable
from client.platform.interface import Platform


def open_platform() -> Platform:
    """Refuse, and say what helps. Raises PlatformUnavailable always."""
    raise PlatformUnavailable(
        "This is a Wayland session, which Handrail cannot share yet. "
        "Sign out, choose an X11 (Xorg) session on the sign-in screen, and start again."
    )
