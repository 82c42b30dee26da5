"""Opens X displays through python-xlib, mended for displays that come back as another one."""

from typing import Any

from Xlib import display as x_display
from Xlib.protocol import event as x_event


class _OwnEventCodes(x_display._BaseDisplay):  # type: ignore[misc]
    """python-xlib 0.33 keeps the event codes of all displays in one table of the class.

    Servers number the events of their extensions differently, so a second server in the life of a
    process (another display, or one that was started anew) failed to open or read wrong events.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.event_classes = x_event.event_class.copy()
        super().__init__(*arguments, **options)


def open_display() -> Any:
    """Open the display that DISPLAY names. Raises Xlib's DisplayError, or OSError."""
    return x_display.Display()


x_display._BaseDisplay = _OwnEventCodes
