"""Messages on the data channels between console and support client: one union per channel.

Positions are fractions of the shared picture (0 is left or top, 1 is right or bottom), so they
stay right whatever size the picture is drawn at. These messages never pass through the broker.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from broker.protocol.cursor import CursorShape, PointerAt
from broker.protocol.guide import GuidePoint
from broker.protocol.keyboard import InputText, KeyBy
from broker.protocol.monitors import MAX_MONITORS, Monitor, MonitorId, ScreenChoose
from broker.protocol.participants import ControlPass, ParticipantsState
from broker.protocol.rights import LocalUse, RightsAnswer, RightsAsk, RightsLease, RightsRenewal
from broker.protocol.vocabulary import Capability, Fraction, Sequence, ShortText, WireModel

HEARTBEAT_INTERVAL_S: Final = 1.0
"""The client sends a heartbeat this often on the control channel; the console echoes it."""

PEER_QUIET_AFTER_S: Final = 2.0
"""When a peer has been silent for this long, the line to the broker is tried, too."""

PEER_LOST_AFTER_S: Final = 4.0
"""A peer that has been silent for this long is lost."""

RECOVERY_S: Final = 60.0
"""For this long a lost peer connection is made anew without a question; then people decide."""

PROOF_S: Final = 2.5
"""While a peer is lost, the broker has to answer a ping within this, or its line is opened anew."""

ATTEMPT_S: Final = 4.0
"""Meanwhile, opening that line may take this long; then it is tried once more."""

URGENT_RETRY_S: Final = 2.0
"""And at most this long is waited in between."""

INPUT_SILENCE_S: Final = 3.0
"""Held keys and buttons are released when the console has been silent for this long."""

CONNECT_TIMEOUT_S: Final = 15.0
"""A peer connection that does not stand after this long has failed."""


class ChannelLabel(StrEnum):
    """The data channels, all opened by the console."""

    CONTROL = "control"
    """Ordered, reliable: heartbeats and the state of the screen and of the rights."""
    INPUT = "input"
    """Ordered, reliable: keys, buttons, wheel."""
    POINTER = "pointer"
    """Unordered, no retransmission, both ways: where the pointer is, the newest wins."""
    GUIDE = "guide"
    """Ordered, reliable: what the technician draws (`broker.protocol.guide`)."""
    CHAT = "chat"
    """Ordered, reliable: chat (`broker.protocol.chat`)."""
    TILES = "tiles"
    """Ordered, reliable, binary from the client (`broker.protocol.tiles`): exact pieces."""
    CLIPBOARD = "clipboard"
    """Ordered, reliable: the text of the clipboards (`broker.protocol.clipboard`)."""
    FILES = "files"
    """Ordered, reliable, text and binary both ways: files (`broker.protocol.files`)."""
    SHOWN = "shown"
    """Unordered, no retransmission: which video frame the console shows, the newest counts."""


WheelDelta = Annotated[float, Field(ge=-100.0, le=100.0)]


# ---- control


class Heartbeat(WireModel):
    """Sent by the client every second; by it the console knows that the client is there.

    With `round_trip_ms` the console can tell what the client's clock says.
    """

    type: Literal["heartbeat"] = "heartbeat"
    sent_at_ms: Annotated[float, Field(ge=0)]
    """By the client's own clock, which never goes back."""
    round_trip_ms: Annotated[float, Field(ge=0)] | None = None
    """Of the last beat that was echoed."""


class HeartbeatEcho(WireModel):
    """Answers a heartbeat at once; by it the client knows that the console is there."""

    type: Literal["heartbeat.echo"] = "heartbeat.echo"
    sent_at_ms: Annotated[float, Field(ge=0)]


class RightsState(WireModel):
    """What the end user allows now. Sent on opening and after every change."""

    type: Literal["rights.state"] = "rights.state"
    granted: tuple[Capability, ...]
    paused: bool
    leases: Annotated[tuple[RightsLease, ...], Field(max_length=len(Capability))] = ()
    """Those of the granted rights that end by themselves."""
    renewal: RightsRenewal | None = None
    """None: the end user is not being asked."""


class ScreenProblem(StrEnum):
    """Why there is no picture of the screen."""

    DISPLAY_GONE = "display_gone"
    """The display server went away, or does not answer."""
    NO_MONITOR = "no_monitor"
    """No monitor is connected."""
    UNREADABLE = "unreadable"
    """The screen is there and cannot be read now."""
    UNSUPPORTED = "unsupported"
    """This kind of desktop cannot be shared."""
    PERMISSION_MISSING = "permission_missing"
    """The system does not let the support client see the screen (macOS: Screen Recording)."""
    PORTAL_WAITING = "portal_waiting"
    """The desktop asks the end user whether the screen may be shared (Wayland's portal)."""
    ELEVATION_PROMPT = "elevation_prompt"
    """The system asks the end user for a permission where no program can see (Windows: UAC)."""


class ScreenCondition(StrEnum):
    """What the technician should know of a picture that is shown all the same."""

    ASLEEP = "asleep"
    """The monitor is blank or off: a screen saver, or power saving."""
    LOCKED = "locked"
    """The screen is locked: what is under the lock can be neither seen nor used."""
    NO_INPUT = "no_input"
    """Keyboard and pointer cannot be used from here: the desktop no longer takes input."""
    INPUT_PERMISSION_MISSING = "input_permission_missing"
    """The system does not let the support client use them (macOS: Accessibility)."""
    COMPARED = "compared"
    """The system does not tell what changes: found by comparing, later and at a higher cost."""


class ScreenState(WireModel):
    """The size of what is shown in pixels, or why there is no picture; then both are 0."""

    type: Literal["screen.state"] = "screen.state"
    width: Annotated[int, Field(ge=0, le=65535)]
    height: Annotated[int, Field(ge=0, le=65535)]
    problem: ScreenProblem | None = None
    conditions: Annotated[tuple[ScreenCondition, ...], Field(max_length=len(ScreenCondition))] = ()
    monitors: Annotated[tuple[Monitor, ...], Field(max_length=MAX_MONITORS)] = ()
    shown: MonitorId | None = None
    """The id of the monitor that is shown, or `all`; None where monitors cannot be told apart."""


class InputRefused(WireModel):
    """The client refused an input message; at most one a second is sent.

    `own_window`: it would have operated one of the support client's own windows. `local_user`: the
    end user is using the computer. `hot_key`: the keys are the end user's own. `too_fast`: more was
    waiting to be typed than is kept, and was dropped.
    """

    type: Literal["input.refused"] = "input.refused"
    reason: Literal[
        "not_granted",
        "paused",
        "own_window",
        "local_user",
        "hot_key",
        "invalid",
        "unavailable",
        "too_fast",
    ]


class PicturePreference(StrEnum):
    """What the technician would rather have when the line does not carry both."""

    AUTOMATIC = "automatic"
    SHARP = "sharp"
    """Exact pixels first: fewer frames, each as large and fine as the line allows."""
    SMOOTH = "smooth"
    """Motion first: softer or smaller frames, as many as the line allows."""


class PictureWish(WireModel):
    """How the technician looks at the picture. Until one comes: watching, automatic."""

    type: Literal["picture.wish"] = "picture.wish"
    watching: bool
    """False while the console's page is hidden: nothing need be sent."""
    preference: PicturePreference


class PictureState(WireModel):
    """How the picture is made now. Sent when something of it changed, once a second at most."""

    type: Literal["picture.state"] = "picture.state"
    encoder: ShortText | None
    """The encoder's name (`libx264`, `h264_nvenc`, …); None before the first frame."""
    width: Annotated[int, Field(ge=0, le=65535)]
    height: Annotated[int, Field(ge=0, le=65535)]
    """Pixels of a video frame; smaller than the screen when the line is slow."""
    target_kbps: Annotated[int, Field(ge=0, le=10_000_000)]
    """What the video may take, in kbit/s."""
    exact_share: Fraction
    """Which part of the picture the viewer was sent exactly."""


ClientControlMessage = Annotated[
    Heartbeat
    | RightsState
    | ScreenState
    | PictureState
    | InputRefused
    | CursorShape
    | RightsAnswer
    | ParticipantsState
    | LocalUse,
    Field(discriminator="type"),
]
ConsoleControlMessage = Annotated[
    HeartbeatEcho | PictureWish | ScreenChoose | RightsAsk | ControlPass,
    Field(discriminator="type"),
]


# ---- input and pointer


class MouseButton(StrEnum):
    """Buttons in the order of `MouseEvent.button` (W3C UI Events)."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BACK = "back"
    FORWARD = "forward"


class InputKey(WireModel):
    """A key went down or up: `key` and `code` as in W3C UI Events KeyboardEvent.

    It is known by its `code`, or by its `key` without one; up is told by the same name as down.
    """

    type: Literal["input.key"] = "input.key"
    key: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    code: Annotated[str, StringConstraints(max_length=32)]
    down: bool
    by: KeyBy = KeyBy.KEY


class InputButton(WireModel):
    """A mouse button went down or up at this position."""

    type: Literal["input.button"] = "input.button"
    button: MouseButton
    down: bool
    x: Fraction
    y: Fraction


class InputWheel(WireModel):
    """The wheel turned at this position, in notches; positive is right and down."""

    type: Literal["input.wheel"] = "input.wheel"
    dx: WheelDelta
    dy: WheelDelta
    x: Fraction
    y: Fraction


class InputRelease(WireModel):
    """Release every key and button that is held: the console lost the focus."""

    type: Literal["input.release"] = "input.release"


InputMessage = Annotated[
    InputKey | InputText | InputButton | InputWheel | InputRelease, Field(discriminator="type")
]


class PointerMove(WireModel):
    """The pointer is here now; a message with a lower `sequence` than one seen is stale."""

    type: Literal["pointer.move"] = "pointer.move"
    sequence: Sequence
    x: Fraction
    y: Fraction


PointerMessage = Annotated[PointerMove | GuidePoint, Field(discriminator="type")]


# ---- tiles


class TilesAck(WireModel):
    """How many bytes of PNG the console has drawn since the channel opened."""

    type: Literal["tiles.ack"] = "tiles.ack"
    bytes: Sequence


# ---- shown


class FrameShown(WireModel):
    """The newest video frame on the console's screen. All before it have come, or never will.

    Sent while new frames are shown, every 30 ms at most; nothing when the picture is still.
    """

    type: Literal["frame.shown"] = "frame.shown"
    timestamp: Annotated[int, Field(ge=0, le=2**32 - 1)]
    """Its RTP timestamp."""
    held_ms: Annotated[float, Field(ge=0, le=60_000)]
    """How long before this message its last packet had been received."""


CLIENT_CONTROL: TypeAdapter[ClientControlMessage] = TypeAdapter(ClientControlMessage)
CONSOLE_CONTROL: TypeAdapter[ConsoleControlMessage] = TypeAdapter(ConsoleControlMessage)
INPUT: TypeAdapter[InputMessage] = TypeAdapter(InputMessage)
POINTER: TypeAdapter[PointerMessage] = TypeAdapter(PointerMessage)
POINTER_AT: TypeAdapter[PointerAt] = TypeAdapter(PointerAt)
TILES: TypeAdapter[TilesAck] = TypeAdapter(TilesAck)
SHOWN: TypeAdapter[FrameShown] = TypeAdapter(FrameShown)
