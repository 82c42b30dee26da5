"""Where keys go, as the X server says it."""

from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import X
from Xlib import display as x_display

from client.platform.x11_focus import keys_reach


class Desktop:
    """Two windows side by side, the left one with a child that fills it; the pointer in it."""

    def __init__(self, display: str) -> None:
        self.display: Any = x_display.Display(display)
        self.root = self.display.screen().root
        self.left = self._make(self.root, 0)
        self.child = self._make(self.left, 0)
        self.right = self._make(self.root, 200)
        self.root.warp_pointer(50, 50)
        self.display.sync()

    def _make(self, parent: Any, left: int) -> Any:
        window = parent.create_window(
            left, 0, 200, 200, 0, X.CopyFromParent, event_mask=X.StructureNotifyMask
        )
        window.map()
        while self.display.next_event().type != X.MapNotify:
            pass
        return window

    def focus(self, window: Any) -> None:
        self.display.set_input_focus(window, X.RevertToPointerRoot, X.CurrentTime)
        self.display.sync()

    def reached(self) -> set[str]:
        named = {"left": self.left, "child": self.child, "right": self.right}
        return {name for name, w in named.items() if keys_reach(self.display, {w.id})}


@pytest.fixture
def desktop(display: str) -> Iterator[Desktop]:
    made = Desktop(display)
    yield made
    made.left.destroy()
    made.right.destroy()
    made.display.close()


def test_a_key_goes_to_the_window_with_the_focus(desktop: Desktop) -> None:
    desktop.focus(desktop.right)
    assert desktop.reached() == {"right"}


def test_inside_it_the_window_under_the_pointer_gets_the_key(desktop: Desktop) -> None:
    desktop.focus(desktop.left)
    assert desktop.reached() == {"left", "child"}


@pytest.mark.parametrize("focus", ["root", "pointer"])
def test_without_a_window_in_focus_the_pointer_decides(desktop: Desktop, focus: str) -> None:
    desktop.focus(desktop.root if focus == "root" else X.PointerRoot)
    assert desktop.reached() == {"left", "child"}
    desktop.root.warp_pointer(250, 50)
    assert desktop.reached() == {"right"}


def test_a_window_that_went_away_leaves_the_question_open(desktop: Desktop) -> None:
    class Gone:
        def get_input_focus(self) -> Any:
            answer = desktop.display.get_input_focus()
            answer._data["focus"] = desktop.display.create_resource_object("window", 0x7FFFFFF)
            return answer

    assert keys_reach(Gone(), {1}) is None
