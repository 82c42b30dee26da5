"""A window of one colour, white or black, that changes at every key press.

With a second argument it tells when each key came and when the X server had drawn the new colour.
"""

import select
import sys
import time

from Xlib import X

from benchmarks.screen.scenes.window import Rectangle, Window, tell


def main() -> None:
    """Flip until the end.

    It has the focus for hosts that send events to the window with the focus, and it grabs the
    keyboard so that no other window takes the keys of those that press them.
    """
    window, tells = Window(Rectangle.parse(sys.argv[1])), len(sys.argv) > 2
    window.show()
    window.x.set_input_focus(X.RevertToParent, X.CurrentTime)
    window.x.grab_keyboard(True, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
    window.display.sync()
    tell(ready=True)
    pens = [window.black, window.white]
    while sys.stdin not in select.select([window.display, sys.stdin], [], [])[0]:
        while window.display.pending_events():
            if window.display.next_event().type == X.KeyPress:
                key_at = time.time()
                window.x.fill_rectangle(pens[0], 0, 0, window.place.width, window.place.height)
                window.display.flush()
                pens.reverse()
                if tells:
                    window.display.sync()
                    tell(key=key_at, painted=time.time())


if __name__ == "__main__":
    main()
