"""Keeps input in order while text is typed, which may have to wait for the desktop's programs.

It holds characters and messages, says when they are due, and never blocks the event loop.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from broker.protocol.channels import InputMessage
from broker.protocol.keyboard import InputText
from client.platform.interface import Typed

MAX_CHARACTERS: Final = 10_000
"""Text that waits, in characters: more than anybody types, and a minute of the slowest."""
MAX_MESSAGES: Final = 1_000
"""Messages that wait behind text."""


class Timer(Protocol):
    """What `later` gives (an `asyncio.TimerHandle`)."""

    def cancel(self) -> None:
        """Do not call."""


Later = Callable[[float, Callable[[], None]], Timer]


def in_this_loop(seconds: float, call: Callable[[], None]) -> Timer:
    """Call something later in the running event loop."""
    return asyncio.get_running_loop().call_later(seconds, call)


class TypingQueue:
    """What waits to be typed, and what waits behind it; nothing waits while no text does.

    `type_text` types the beginning of a text; it gives None when the text may not be typed.
    """

    def __init__(
        self,
        type_text: Callable[[str], Typed | None],
        act: Callable[[InputMessage], None],
        later: Later = in_this_loop,
    ) -> None:
        self._type_text = type_text
        self._act = act
        self._later = later
        self._waiting: deque[str | InputMessage] = deque()
        self._characters = 0
        self._timer: Timer | None = None
        self.dropped = 0
        """Messages that were not taken because too much was waiting."""

    @property
    def is_busy(self) -> bool:
        """Whether anything waits."""
        return bool(self._waiting)

    def put(self, message: InputMessage) -> bool:
        """Carry a message out, at once if nothing waits; False when too much does."""
        item = _lines(message.text) if isinstance(message, InputText) else message
        characters = len(item) if isinstance(item, str) else 0
        if len(self._waiting) >= MAX_MESSAGES or self._characters + characters > MAX_CHARACTERS:
            self.dropped += 1
            return False
        last = self._waiting[-1] if self._waiting else None
        if isinstance(item, str) and isinstance(last, str):
            self._waiting[-1] = last + item  # together they need fewer changes of the keyboard
        else:
            self._waiting.append(item)
        self._characters += characters
        if self._timer is None:
            self._run()
        return True

    def keep_text(self) -> None:
        """Forget everything that waits, except text."""
        self._waiting = deque(item for item in self._waiting if isinstance(item, str))

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self._characters = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _run(self) -> None:
        self._timer = None
        while self._waiting:
            item = self._waiting.popleft()
            if not isinstance(item, str):
                self._act(item)
            elif rest := self._type(item):
                self._waiting.appendleft(rest)
                return

    def _type(self, text: str) -> str:
        """Type what can be typed now and give the rest, for which a timer is set."""
        typed = self._type_text(text)
        done = len(text) if typed is None else typed.count
        self._characters -= done
        if typed is not None and done < len(text):
            self._timer = self._later(typed.wait_s, self._run)
        return text[done:]


def _lines(text: str) -> str:
    """Write each line break as one character."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
