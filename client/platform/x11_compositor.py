"""Whether an X display has a compositor: only then can a window be translucent."""

from Xlib import error as x_error

from client.platform.x11_display import open_display


def is_composited() -> bool:
    """Ask who owns `_NET_WM_CM_S<screen>` (EWMH, Compositing Managers); False without answer."""
    try:
        display = open_display()
    except (x_error.DisplayError, OSError):
        return False
    try:
        atom = display.intern_atom(f"_NET_WM_CM_S{display.get_default_screen()}")
        return bool(display.get_selection_owner(atom))
    except (x_error.ConnectionClosedError, OSError):
        return False
    finally:
        display.close()
