"""Connects the channels of one peer to the desktop and the chat: opened, received, closed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from broker.protocol.channels import HEARTBEAT_INTERVAL_S, INPUT_SILENCE_S, ChannelLabel
from client.capture.contracts import ScreenReport, TileSink
from client.channels.chat import ChatChannel, Transcript
from client.channels.control import ControlChannel, RefusalReason
from client.channels.desk import Desk
from client.channels.input import InputChannel
from client.channels.pointer import PointerChannel
from client.channels.shown import ShownChannel
from client.channels.tiles import TilesChannel
from client.consent import Consent
from client.path.path import Path
from client.platform.interface import Area, Injector
from client.shield import NO_WINDOWS, OwnWindows

KEY_SILENCE_S: Final = 1.2
"""A console is heard every second. When it is late, keys that repeat are released before they have
typed a line of their own; one that is still held is pressed again by the console's own repeat.
Modifiers and buttons, which a short gap must not lose, wait for INPUT_SILENCE_S."""

Send = Callable[[str | bytes], bool]
Channel = ControlChannel | InputChannel | PointerChannel | ChatChannel | TilesChannel | ShownChannel


@dataclass(frozen=True)
class Surroundings:
    """What the channels act on and ask."""

    injector: Injector
    consent: Callable[[], Consent]
    screen: Callable[[], ScreenReport | None]
    transcript: Transcript
    clock: Callable[[], float]
    send_tiles_to: Callable[[TileSink | None], None]
    made_room: Callable[[], None]
    own_windows: Callable[[], OwnWindows] = lambda: NO_WINDOWS
    path: Path = field(default_factory=Path)


class Switchboard:
    """The channels of one peer connection (a `client.rtc.peer.Wiring`)."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._control: ControlChannel | None = None
        desk = Desk(around.injector, around.consent, self._area, self._refuse, around.own_windows)
        self._input = InputChannel(desk)
        self._pointer = PointerChannel(desk)
        self._open: dict[ChannelLabel, Channel] = {}
        self.tiles: TilesChannel | None = None
        self._is_over = False
        self._beat_due_at = 0.0

    # ---- Wiring

    def opened(self, label: ChannelLabel, send: Send) -> None:
        """Put the right channel behind this label; control says at once how things stand."""
        if self._is_over:
            return
        match label:
            case ChannelLabel.CONTROL:
                self._control = ControlChannel(send, self._around.clock)
                self._open[label] = self._control
                self.tell_state()
            case ChannelLabel.INPUT:
                self._open[label] = self._input
            case ChannelLabel.POINTER:
                self._open[label] = self._pointer
            case ChannelLabel.CHAT:
                self._open[label] = ChatChannel(self._around.transcript, send)
            case ChannelLabel.TILES:
                around = self._around
                self.tiles = TilesChannel(send, around.consent, around.made_room, around.path)
                self._open[label] = self.tiles
                around.send_tiles_to(self.tiles)
            case ChannelLabel.SHOWN:
                self._open[label] = ShownChannel(self._around.path, self._around.made_room)

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        """Hand a message to its channel."""
        channel = self._open.get(label)
        if channel is not None:
            channel.receive(message)

    def closed(self, label: ChannelLabel) -> None:
        """Let go of what the channel held."""
        channel = self._open.pop(label, None)
        if isinstance(channel, ChatChannel):
            channel.close()
        if isinstance(channel, InputChannel | ControlChannel):
            self._input.release_all()
        if isinstance(channel, TilesChannel):
            self.tiles = None
            self._around.send_tiles_to(None)

    def tick(self, silence_s: float) -> None:
        """Beat when it is time; let go of what is held when the console was silent for too long."""
        now = self._around.clock()
        if self._control is not None and now >= self._beat_due_at:
            self._beat_due_at = max(self._beat_due_at + HEARTBEAT_INTERVAL_S, now)
            self._control.beat()
        if silence_s >= KEY_SILENCE_S:
            self._input.release_repeating()
        if silence_s >= INPUT_SILENCE_S:
            self._input.release_all()

    # ---- for the service

    def consent_changed(self) -> None:
        """Release what is held unless input is still allowed, and tell the console."""
        self._input.release_all()
        self.tell_state()

    def own_windows_changed(self) -> None:
        """Let go of held keys before they repeat in a window of our own."""
        if self._around.own_windows().take_keys():
            self._input.release_keys()

    def tell_state(self) -> None:
        """Tell the console the rights and the screen."""
        if self._control is not None:
            self._control.tell_rights(self._around.consent())
            self._control.tell_screen(self._around.screen())

    def tell_screen(self) -> None:
        """Tell the console of the screen only."""
        if self._control is not None:
            self._control.tell_screen(self._around.screen())

    def close(self) -> None:
        """Release everything and close every channel's end here, for good."""
        self._is_over = True
        for label in tuple(self._open):
            self.closed(label)
        self._input.release_all()

    def _area(self) -> Area | None:
        report = self._around.screen()
        return report.area if report else None

    def _refuse(self, reason: RefusalReason) -> None:
        if self._control is not None:
            self._control.refuse(reason)
