"""What this process injects through XTest, so that it is not taken for the end user's own input.

X does not say who injected what. So whatever we inject is noted as it is sent, by python-xlib's one
request for it, and crossed off when the X server tells of it; what is not on the list is theirs.
"""

import threading
import time
from collections import Counter, deque
from typing import Any, Final

from Xlib import X
from Xlib.ext import xinput, xtest

EXPECTED_S: Final = 1.0
"""The X server tells of it within this time, or never (a pointer that is already there)."""

_RAW_BEHIND_CORE: Final = xinput.RawKeyPress - X.KeyPress
"""Raw events are numbered in the order of the core ones."""

What = tuple[int, ...]
"""Kind of the raw event and key code or button; for motion, kind and two coordinates."""


class Injected:
    """A multiset of what is on its way to the X server and back. From any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[What] = Counter()
        self._sent: deque[tuple[float, What]] = deque()

    def note(self, what: What) -> None:
        """This is being sent."""
        with self._lock:
            now = time.monotonic()
            self._forget(now)
            self._waiting[what] += 1
            self._sent.append((now, what))

    def take(self, what: What) -> bool:
        """Cross this off; False when it is not on the list."""
        with self._lock:
            self._forget(time.monotonic())
            if not self._waiting[what]:
                del self._waiting[what]
                return False
            self._waiting[what] -= 1
            return True

    def _forget(self, now: float) -> None:
        while self._sent and now - self._sent[0][0] > EXPECTED_S:
            _, what = self._sent.popleft()
            if self._waiting[what] > sum(1 for _, other in self._sent if other == what):
                self._waiting[what] -= 1
            if not self._waiting[what]:
                del self._waiting[what]


INJECTED: Final = Injected()


class _NotedFakeInput(xtest.FakeInput):  # type: ignore[misc]
    """python-xlib's request, noted: pynput and our own code both send this one."""

    def __init__(self, **fields: Any) -> None:
        kind = fields["event_type"] + _RAW_BEHIND_CORE
        is_motion = fields["event_type"] == X.MotionNotify
        INJECTED.note((kind, fields["x"], fields["y"]) if is_motion else (kind, fields["detail"]))
        super().__init__(**fields)


xtest.FakeInput = _NotedFakeInput
