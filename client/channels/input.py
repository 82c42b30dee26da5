"""The input channel: keys, buttons and wheel, and what is held down by them."""

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
from client.channels.desk import Desk
from client.channels.inbox import Inbox
from client.errors import InputLost
from client.platform.interface import HeldKey

log = structlog.get_logger()


class InputChannel:
    """One peer's input channel. Whatever it pressed, `release_all` lets go of."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._inbox = Inbox(INPUT)
        self._keys: dict[str, HeldKey] = {}
        self._buttons: set[MouseButton] = set()

    @property
    def holds(self) -> bool:
        """Whether any key or button is down."""
        return bool(self._keys or self._buttons)

    def receive(self, raw: str | bytes) -> None:
        """Carry out one message, if the end user allows it now."""
        message = self._inbox.open(raw)
        if message is None:
            self._desk.refuse("invalid")
        elif isinstance(message, InputRelease):
            self.release_all()
        elif self._desk.admits():
            self._act(message)

    def release_all(self) -> None:
        """Release every key and button this channel pressed; needs nobody's consent."""
        self.release_keys()
        buttons, self._buttons = self._buttons, set()
        try:
            for button in buttons:
                self._desk.injector.button(button, False)
        except InputLost:
            log.warning("input_lost_while_releasing")

    def release_keys(self) -> None:
        """Release every key this channel pressed, but no button."""
        keys, self._keys = self._keys, {}
        try:
            for held in reversed(keys.values()):
                self._desk.injector.release(held)
        except InputLost:
            log.warning("input_lost_while_releasing")

    def _act(self, message: InputMessage) -> None:
        try:
            match message:
                case InputKey():
                    self._key(message)
                case InputButton():
                    self._button(message)
                case InputWheel():
                    self._wheel(message)
        except InputLost:
            self._desk.refuse("unavailable")

    def _key(self, message: InputKey) -> None:
        """Keys are known by `code`: `key` may differ at release, when Shift was let go first."""
        name = message.code or message.key
        if message.down and self._desk.admits_key():
            self._key_down(name, message)
        elif not message.down and name in self._keys:
            self._desk.injector.release(self._keys.pop(name))

    def _key_down(self, name: str, message: InputKey) -> None:
        injector = self._desk.injector
        if message.key == "AltGraph" and "ControlLeft" in self._keys:
            # Windows reports AltGr as left Control and AltGraph; characters arrive composed.
            injector.release(self._keys.pop("ControlLeft"))
        if name in self._keys:
            injector.repeat(self._keys[name])
            return
        held = injector.press(message.key, message.code)
        if held is not None:
            self._keys[name] = held

    def _button(self, message: InputButton) -> None:
        if message.down:
            if self._desk.point(message.x, message.y):
                self._desk.injector.button(message.button, True)
                self._buttons.add(message.button)
        elif message.button in self._buttons:
            self._desk.move(message.x, message.y)
            self._desk.injector.button(message.button, False)
            self._buttons.discard(message.button)

    def _wheel(self, message: InputWheel) -> None:
        if self._desk.point(message.x, message.y):
            self._desk.injector.wheel(message.dx, message.dy)
