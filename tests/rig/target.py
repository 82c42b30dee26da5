"""A window over the whole display that writes down every button: `python -m tests.rig.target`.

Its pointer is a red square of 14 pixels whose hot spot is (5, 5).
"""

from typing import Any

from Xlib import X, display


def main() -> None:
    """Show the window, say `ready`, and write a line for each button that goes down or up."""
    screen: Any = display.Display()
    root = screen.screen().root
    size = root.get_geometry()
    window = root.create_window(
        0,
        0,
        size.width,
        size.height,
        0,
        X.CopyFromParent,
        override_redirect=True,
        background_pixel=0x204060,
        cursor=_square(root),
        event_mask=X.ButtonPressMask | X.ButtonReleaseMask | X.ExposureMask,
    )
    window.map()
    while screen.next_event().type != X.Expose:
        pass
    print("ready", flush=True)
    while True:
        event = screen.next_event()
        if event.type in (X.ButtonPress, X.ButtonRelease):
            what = "down" if event.type == X.ButtonPress else "up"
            print(what, event.detail, event.root_x, event.root_y, flush=True)


def _square(root: Any) -> Any:
    shape = root.create_pixmap(16, 16, 1)
    pen = shape.create_gc(foreground=0)
    shape.fill_rectangle(pen, 0, 0, 16, 16)
    pen.change(foreground=1)
    shape.fill_rectangle(pen, 1, 1, 14, 14)
    red = (0xFFFF, 0, 0)
    return shape.create_cursor(shape, red, red, 5, 5)


if __name__ == "__main__":
    main()
