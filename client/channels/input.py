"""The input channel: text, keys, buttons and wheel, and what is held down by them."""

from dataclasses import dataclass
from typing import Final

import structlog

from broker.protocol.channels import (
    INPUT,
    InputButton,
    InputKey,
    InputMessage,
    InputRelease,
    InputWheel,
    MouseButton,
)
from client.channels.budget import Budget
from client.channels.desk import Desk
from client.channels.inbox import Inbox
from client.channels.typing_queue import Later, TypingQueue, in_this_loop
from client.errors import InputLost
from client.platform.interface import HeldKey, Typed

log = structlog.get_logger()

_SILENT_WHEN_HELD: Final = frozenset(
    {"Alt", "AltGraph", "CapsLock", "Control", "Meta", "NumLock", "ScrollLock", "Shift"}
)
"""Keys that do not repeat while they are held down."""

MOST_CLICKS_A_SECOND: Final = 60
MOST_NOTCHES_A_SECOND: Final = 400
"""More of these is no hand: it is refused. Whatever is held can always be let go."""


@dataclass(frozen=True)
class _Down:
    """A key that is down, and whether the desktop repeats it for as long as it is."""

    held: HeldKey
    repeats: bool


class InputChannel:
    """One peer's input channel. Whatever it pressed, `release_all` lets go of."""

    def __init__(self, desk: Desk, later: Later = in_this_loop) -> None:
        self._desk = desk
        self._inbox = Inbox(INPUT)
        self._queue = TypingQueue(self._type, self._act, later)
        self._keys: dict[str, _Down] = {}
        self._buttons: set[MouseButton] = set()
        self._clicks = Budget(MOST_CLICKS_A_SECOND, MOST_CLICKS_A_SECOND, desk.clock)
        self._notches = Budget(MOST_NOTCHES_A_SECOND, MOST_NOTCHES_A_SECOND, desk.clock)

    @property
    def holds(self) -> bool:
        """Whether any key or button is down, or anything waits to be typed."""
        return bool(self._keys or self._buttons) or self._queue.is_busy

    def receive(self, raw: str | bytes) -> None:
        """Carry out one message, if the end user allows it now."""
        message = self._inbox.open(raw)
        if message is None:
            self._desk.refuse("invalid")
        elif isinstance(message, InputRelease):
            self._queue.keep_text()
            self._release_held()
        elif self._desk.admits() and not self._queue.put(message):
            self.release_all()
            self._desk.refuse("too_fast")

    def release_all(self) -> None:
        """Release every key and button this channel pressed, and type nothing that waits.

        Needs nobody's consent.
        """
        self._queue.clear()
        self._release_held()

    def _release_held(self) -> None:
        self.release_keys()
        buttons, self._buttons = self._buttons, set()
        try:
            for button in buttons:
                self._desk.injector.button(button, False)
        except InputLost:
            log.warning("input_lost_while_releasing")

    def release_keys(self) -> None:
        """Release every key this channel pressed, but no button."""
        self._release(list(self._keys))

    def release_repeating(self) -> None:
        """Release every key that the desktop repeats while it is down."""
        self._release([name for name, down in self._keys.items() if down.repeats])

    def _release(self, names: list[str]) -> None:
        """The last one pressed goes first."""
        downs = [self._keys.pop(name) for name in reversed(names)]
        try:
            for down in downs:
                self._desk.injector.release(down.held)
        except InputLost:
            log.warning("input_lost_while_releasing")

    def _type(self, text: str) -> Typed | None:
        """Type the beginning of a text; None when it may not be typed, now that its turn came."""
        if not self._desk.admits() or not self._desk.admits_text():
            return None
        with self._desk.acting():
            return self._desk.injector.type_text(text)
        return None

    def _act(self, message: InputMessage) -> None:
        with self._desk.acting():
            match message:
                case InputKey():
                    self._key(message)
                case InputButton():
                    self._button(message)
                case InputWheel():
                    self._wheel(message)

    def _key(self, message: InputKey) -> None:
        """Keys are known by `code`: `key` may differ at release, when Shift was let go first."""
        name = message.code or message.key
        if message.down and self._desk.admits_key(message.key, self._keys):
            self._key_down(name, message)
        elif not message.down and name in self._keys:
            self._desk.injector.release(self._keys.pop(name).held)

    def _key_down(self, name: str, message: InputKey) -> None:
        injector = self._desk.injector
        if message.key == "AltGraph" and "ControlLeft" in self._keys:
            # Windows reports AltGr as left Control and AltGraph; characters arrive composed.
            injector.release(self._keys.pop("ControlLeft").held)
        if name in self._keys:
            injector.repeat(self._keys[name].held)
            return
        held = injector.press(message.key, message.code, message.by)
        if held is not None:
            self._keys[name] = _Down(held, message.key not in _SILENT_WHEN_HELD)

    def _button(self, message: InputButton) -> None:
        if message.down:
            if self._affords(self._clicks, 1) and self._desk.point(message.x, message.y):
                self._desk.injector.button(message.button, True)
                self._buttons.add(message.button)
        elif message.button in self._buttons:
            self._desk.move(message.x, message.y)
            self._desk.injector.button(message.button, False)
            self._buttons.discard(message.button)

    def _wheel(self, message: InputWheel) -> None:
        notches = abs(message.dx) + abs(message.dy)
        if self._affords(self._notches, notches) and self._desk.point(message.x, message.y):
            self._desk.injector.wheel(message.dx, message.dy)

    def _affords(self, budget: Budget, amount: float) -> bool:
        if budget.take(amount):
            return True
        self._desk.refuse("invalid")
        return False
