"""Connects the channels of one peer to the desktop and the chat: opened, received, closed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from broker.protocol.channels import (
    HEARTBEAT_INTERVAL_S,
    INPUT_SILENCE_S,
    ChannelLabel,
    PicturePreference,
    PictureWish,
    ScreenCondition,
)
from broker.protocol.participants import Participant, ParticipantsState
from broker.protocol.rights import RightsAnswer, RightsAsk
from client.capture.audience import Audience
from client.capture.contracts import PictureFacts, ScreenReport
from client.channels.chat import ChatChannel
from client.channels.clipboard import ClipboardChannel, ClipboardDesk
from client.channels.control import ControlChannel, RefusalReason
from client.channels.cursor import CursorTeller
from client.channels.desk import Desk
from client.channels.files import FilesChannel
from client.channels.guide import GuideChannel
from client.channels.input import InputChannel
from client.channels.pointer import PointerChannel
from client.channels.shown import ShownChannel
from client.channels.tiles import TilesChannel
from client.chat import Conversation
from client.consent import Consent
from client.files.desk import FileDesk
from client.guide import Guide
from client.path.path import Path
from client.platform.interface import Area, Cursor, Injector
from client.shield import NO_WINDOWS, OwnWindows

KEY_SILENCE_S: Final = 1.2
"""A console is heard every second, by its echoes. When it is late, keys that repeat are released
before they have typed a line of their own; one that is still held is pressed again by the console's
own repeat. Modifiers and buttons, which a short gap must not lose, wait for INPUT_SILENCE_S."""

UNTIL_TOLD: Final = PictureWish(watching=True, preference=PicturePreference.AUTOMATIC)
"""How a console looks at the picture before it says so."""

Send = Callable[[str | bytes], bool]
Channel = (
    ControlChannel
    | InputChannel
    | PointerChannel
    | GuideChannel
    | ChatChannel
    | TilesChannel
    | ShownChannel
    | ClipboardChannel
    | FilesChannel
)


@dataclass(frozen=True)
class Surroundings:
    """What the channels act on and ask."""

    injector: Injector
    consent: Callable[[], Consent]
    screen: Callable[[], ScreenReport | None]
    conversation: Conversation
    clock: Callable[[], float]
    audience: Audience
    """Who gets tiles; this console too, while it is seen."""
    made_room: Callable[[], None]
    has_video: bool = True
    """Whether the console sees a video below the tiles."""
    own_windows: Callable[[], OwnWindows] = lambda: NO_WINDOWS
    wish: Callable[[PictureWish], None] = lambda _: None
    facts: Callable[[], PictureFacts] = PictureFacts
    path: Path = field(default_factory=Path)
    cursor: Callable[[], Cursor | None] = lambda: None
    choose: Callable[[str], None] = lambda _: None
    clipboard: ClipboardDesk | None = None
    """None: messages of its channel reach nothing."""
    files: FileDesk | None = None
    """None: messages of its channel reach nothing."""
    guide: Guide = field(default_factory=lambda: Guide(lambda: 0.0))
    asked: Callable[[RightsAsk], None] = lambda _: None
    local_use_s: Callable[[], float] = lambda: 0.0
    """For how many seconds remote input waits for the end user."""
    held_back: Callable[[], None] = lambda: None
    """Called when it really had to wait."""
    is_hot_key: Callable[[str, Iterable[str]], bool] = lambda _key, _held: False
    company: Callable[[], ParticipantsState | None] = lambda: None
    """Who looks and who has control, as this console is told it."""
    participant: Callable[[], Participant | None] = lambda: None
    """Whose console it is."""
    pass_control: Callable[[str], None] = lambda _: None
    """Called with the account that is to have control."""


class Switchboard:
    """The channels of one peer connection (a `client.rtc.standing.Wiring`)."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._control: ControlChannel | None = None
        self._takes_input = True
        self.hands_at = float("-inf")
        """When remote input came last, on the clock of the surroundings."""
        desk = Desk(
            around.injector,
            around.consent,
            self._area,
            self._refuse,
            around.own_windows,
            clock=around.clock,
            moved=around.guide.moved,
            held_back=self._held_back,
            is_hot_key=around.is_hot_key,
            takes_input=self._desktop_takes_input,
        )
        self._guide = GuideChannel(around.guide, around.consent, self._refuse, around.clock)
        self._input = InputChannel(desk)
        self._pointer = PointerChannel(desk, self._guide.point)
        self._cursor = CursorTeller(around.consent, self._area, around.cursor)
        self._open: dict[ChannelLabel, Channel] = {}
        self.tiles: TilesChannel | None = None
        self._watching = UNTIL_TOLD.watching
        self._is_over = False
        self._beat_due_at = 0.0

    # ---- Wiring

    def opened(self, label: ChannelLabel, send: Send) -> None:
        """Put the right channel behind this label; control says at once how things stand."""
        if self._is_over:
            return
        match label:
            case ChannelLabel.CONTROL:
                self._control = self._make_control(send)
                self._open[label] = self._control
                self._wish(UNTIL_TOLD)
                self.tell_state()
                self._cursor.control_opened(send)
            case ChannelLabel.INPUT:
                self._open[label] = self._input
            case ChannelLabel.POINTER:
                self._open[label] = self._pointer
                self._cursor.pointer_opened(send)
            case ChannelLabel.GUIDE:
                self._open[label] = self._guide
            case ChannelLabel.CHAT:
                self._open[label] = ChatChannel(
                    self._around.conversation, send, self._around.participant
                )
            case ChannelLabel.TILES:
                around = self._around
                self.tiles = TilesChannel(
                    send, around.consent, around.made_room, around.path, alone=not around.has_video
                )
                self._open[label] = self.tiles
                self._look()
            case ChannelLabel.CLIPBOARD:
                if self._around.clipboard is not None:
                    self._open[label] = ClipboardChannel(self._around.clipboard, send)
            case ChannelLabel.FILES:
                if self._around.files is not None:
                    self._open[label] = FilesChannel(self._around.files, send)
            case ChannelLabel.SHOWN:
                self._open[label] = ShownChannel(self._around.path, self._around.made_room)

    def received(self, label: ChannelLabel, message: str | bytes) -> None:
        """Hand a message to its channel."""
        channel = self._open.get(label)
        if label in (ChannelLabel.INPUT, ChannelLabel.POINTER):
            self.hands_at = self._around.clock()
        if label is ChannelLabel.INPUT:
            self._pointer.forget()  # a move that waits came before this
        if channel is not None:
            channel.receive(message)

    def closed(self, label: ChannelLabel) -> None:
        """Let go of what the channel held."""
        channel = self._open.pop(label, None)
        if isinstance(channel, ChatChannel | ClipboardChannel | FilesChannel):
            channel.close()
        if isinstance(channel, InputChannel | ControlChannel):
            self._input.release_all()
        if isinstance(channel, GuideChannel):
            channel.close()
        if isinstance(channel, TilesChannel):
            self.tiles = None
            self._around.audience.leave(channel)

    def tick(self, silence_s: float) -> float:
        """Beat, and tell of the picture, when it is time; let go of what is held when the console
        was silent for too long.

        Gives the seconds until there may be something to do again.
        """
        now = self._around.clock()
        if self._control is not None and now >= self._beat_due_at:
            # The first beat knows no round trip yet: the second comes soon.
            self._beat_due_at = max(
                self._beat_due_at + HEARTBEAT_INTERVAL_S, now + HEARTBEAT_INTERVAL_S / 2
            )
            self._control.beat()
            self._control.tell_picture(self._around.facts())
            self._cursor.repeat()
        self._pointer.catch_up()
        if silence_s >= KEY_SILENCE_S:
            self._input.release_repeating()
        if silence_s >= INPUT_SILENCE_S:
            self._input.release_all()
        return min(self._beat_due_in(now), self._release_due_in(silence_s))

    def _beat_due_in(self, now: float) -> float:
        return HEARTBEAT_INTERVAL_S if self._control is None else self._beat_due_at - now

    def _release_due_in(self, silence_s: float) -> float:
        """What is pressed meanwhile is due later than the next beat."""
        limits = (KEY_SILENCE_S, INPUT_SILENCE_S) if self._input.holds else ()
        return min((s - silence_s for s in limits if s > silence_s), default=HEARTBEAT_INTERVAL_S)

    # ---- for the service

    def consent_changed(self) -> None:
        """Release what is held unless input is still allowed, and tell the console."""
        self._input.release_all()
        clipboard = self._open.get(ChannelLabel.CLIPBOARD)
        if isinstance(clipboard, ClipboardChannel):
            clipboard.consent_changed()
        self._guide.rights_changed()
        if self.tiles is not None:
            self.tiles.consent_changed()
        self.tell_state()

    def own_windows_changed(self) -> None:
        """Let go of held keys before they repeat in a window of our own."""
        if self._around.own_windows().take_keys():
            self._input.release_keys()

    def local_use_changed(self) -> None:
        """The end user takes over, goes on or rests: let go of what is held, tell the console."""
        left = self._around.local_use_s()
        if left and self._input.holds:
            self._around.held_back()
            self._input.release_all()
        if self._control is not None:
            self._control.tell_local_use(left)

    def tell_answer(self, answer: RightsAnswer) -> None:
        """Tell the console what became of what it asked for."""
        if self._control is not None:
            self._control.tell_answer(answer)

    def tell_state(self) -> None:
        """Tell the console who is there, the rights and the screen."""
        if self._control is not None:
            self._control.tell_company(self._around.company())
            self._control.tell_rights(self._around.consent())
        self.tell_screen()

    def tell_screen(self) -> None:
        """Tell the console of the screen only."""
        report = self._around.screen()
        if report is not None and not self._takes_input:
            report = replace(report, conditions=(*report.conditions, ScreenCondition.NO_INPUT))
        if self._control is not None:
            self._control.tell_screen(report)

    def tell_cursor(self) -> None:
        """Tell the console what is new of the end user's pointer."""
        self._cursor.tell()

    def close(self) -> None:
        """Release everything and close every channel's end here, for good."""
        self._is_over = True
        for label in tuple(self._open):
            self.closed(label)
        self._input.release_all()
        self._guide.close()

    def _area(self) -> Area | None:
        report = self._around.screen()
        return report.area if report else None

    def _make_control(self, send: Send) -> ControlChannel:
        around = self._around
        hears = (self._wish, around.choose, around.asked)
        return ControlChannel(send, around.clock, *hears, pass_control=around.pass_control)

    def _wish(self, wish: PictureWish) -> None:
        self._watching = wish.watching
        self._look()
        self._around.wish(wish)

    def _look(self) -> None:
        """Get tiles while the page is seen: one that is hidden would hold all others up."""
        if self.tiles is None:
            return
        if self._watching:
            self._around.audience.join(self.tiles)
        else:
            self._around.audience.leave(self.tiles)

    def _held_back(self) -> bool:
        """Whether input waits for the end user; then they are shown that it does."""
        if not self._around.local_use_s():
            return False
        self._around.held_back()
        return True

    def _desktop_takes_input(self, takes: bool) -> None:
        if takes is not self._takes_input:
            self._takes_input = takes
            self.tell_screen()

    def _refuse(self, reason: RefusalReason) -> None:
        if self._control is not None:
            self._control.refuse(reason)
