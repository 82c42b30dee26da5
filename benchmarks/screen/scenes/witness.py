"""An X program that stamps every key and move that comes: a window over everything, not seen.

At the word `take` it writes what came since the last one into the file `argv[1]`, as
`{"keys": [[character, seconds], …], "moves": [[x, y, seconds], …]}`, and prints a line.
"""

import json
import select
import sys
import time
from pathlib import Path
from typing import Any

from Xlib import X, display

from benchmarks.screen.scenes.window import tell


class Witness:
    """Takes the keyboard and the pointer's moves, whatever is shown below."""

    def __init__(self) -> None:
        self.display = display.Display()
        screen = self.display.screen()
        self._window = screen.root.create_window(
            0,
            0,
            screen.width_in_pixels,
            screen.height_in_pixels,
            0,
            0,
            X.InputOnly,
            X.CopyFromParent,
            override_redirect=True,
            event_mask=X.KeyPressMask | X.PointerMotionMask,
        )
        self._forget()

    def show(self) -> None:
        """Be above everything, with the keyboard."""
        self._window.map()
        self._window.raise_window()
        self.display.sync()
        self._window.set_input_focus(X.RevertToParent, X.CurrentTime)
        self._window.grab_keyboard(True, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        self.display.sync()

    def note(self) -> None:
        """Stamp what is there."""
        while self.display.pending_events():
            event = self.display.next_event()
            now = time.time()
            if event.type == X.MotionNotify:
                self._moves.append([event.root_x, event.root_y, now])
            elif event.type == X.KeyPress:
                keysym = self.display.keycode_to_keysym(event.detail, 0)
                self._keys.append([chr(keysym) if keysym < 0x100 else "", now])

    def take(self) -> str:
        """Give what came, as JSON, and begin anew."""
        told = json.dumps({"keys": self._keys, "moves": self._moves})
        self._forget()
        return told

    def _forget(self) -> None:
        self._keys: list[list[Any]] = []
        self._moves: list[list[Any]] = []


def main() -> None:
    """Note and tell until standard input ends."""
    witness, path = Witness(), Path(sys.argv[1])
    witness.show()
    tell(ready=True)
    while True:
        readable, _, _ = select.select([witness.display, sys.stdin], [], [])
        witness.note()
        if sys.stdin in readable:
            if sys.stdin.readline().strip() != "take":
                return
            witness.display.sync()
            witness.note()
            path.write_text(witness.take())
            tell(taken=True)


if __name__ == "__main__":
    main()
