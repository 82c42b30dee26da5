"""Where a key that is pressed now goes on X11."""

from collections.abc import Collection
from typing import Any

from Xlib import error as x_error


def keys_reach(display: Any, windows: Collection[int]) -> bool | None:
    """Whether a key goes to one of these windows; None when that cannot be told.

    It goes to the window with the focus, or to the one inside it that the pointer is in (X
    protocol, SetInputFocus); so a focus on the root window means the window under the pointer.
    """
    try:
        focus = display.get_input_focus().focus
        window = display.screen().root if isinstance(focus, int) else focus
        seen = {window.id}
        while (inside := window.query_pointer().child) and inside.id not in seen:
            window = inside
            seen.add(window.id)
    except x_error.XError:  # a window went away under our eyes
        return None
    return not seen.isdisjoint(windows)
