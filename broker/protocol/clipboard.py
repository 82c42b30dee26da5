"""Messages of the data channel `clipboard`: text of one side's clipboard, in pieces, on its way.

Both directions take the same path: `begin`, then as many `part`s as are acknowledged by `got`,
then `end`. A text is Unicode with `\\n` as its line end, without NUL and lone surrogates.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from broker.protocol.vocabulary import WireModel

MAX_CLIPBOARD_BYTES: Final = 1024 * 1024
"""Longest text that is sent, in bytes of UTF-8. A longer one is refused, never cut."""

CLIPBOARD_PART_LENGTH: Final = 2500
"""Most characters of a part: as JSON, each takes six bytes at most (`\\u0001`)."""

CLIPBOARD_WINDOW: Final = 16
"""So many parts are on their way unacknowledged: what a withdrawn right cannot call back, and
what a key may have to wait for on a slow line."""

TransferId = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
ByteCount = Annotated[int, Field(ge=0, le=2**53 - 1)]


class ClipboardDirection(StrEnum):
    """Which way a text went."""

    SEND = "send"
    """From the technician to the end user's computer."""
    RECEIVE = "receive"
    """From the end user's computer to the technician."""


class ClipboardProblem(StrEnum):
    """Why a text does not come across."""

    NOT_GRANTED = "not_granted"
    PAUSED = "paused"
    EMPTY = "empty"
    """There is no text in the clipboard."""
    TOO_LARGE = "too_large"
    UNFIT = "unfit"
    """It holds NUL or half a character (a lone surrogate)."""
    DAMAGED = "damaged"
    """What came is not what was announced: its parts, its size or its hash."""
    TOO_MANY = "too_many"
    """More transfers than anybody makes by hand."""
    UNAVAILABLE = "unavailable"
    """The computer's clipboard cannot be reached."""


class ClipboardBegin(WireModel):
    """A text follows. It takes the place of one that is still on its way in this direction."""

    type: Literal["clipboard.begin"] = "clipboard.begin"
    id: TransferId
    size_bytes: ByteCount
    """In UTF-8."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    """Of the UTF-8; a console in an insecure context has none."""


class ClipboardPart(WireModel):
    """The next piece of the text."""

    type: Literal["clipboard.part"] = "clipboard.part"
    id: TransferId
    text: Annotated[str, StringConstraints(min_length=1, max_length=CLIPBOARD_PART_LENGTH)]


class ClipboardGot(WireModel):
    """So many parts have come: others may follow."""

    type: Literal["clipboard.got"] = "clipboard.got"
    id: TransferId
    parts: Annotated[int, Field(ge=1, le=2**31 - 1)]


class ClipboardEnd(WireModel):
    """The text is whole."""

    type: Literal["clipboard.end"] = "clipboard.end"
    id: TransferId


class ClipboardFetch(WireModel):
    """The technician asks for the end user's clipboard; the answer is a transfer with this id."""

    type: Literal["clipboard.fetch"] = "clipboard.fetch"
    id: TransferId


class ClipboardFollow(WireModel):
    """From now on, send every text that the end user copies; or do so no more."""

    type: Literal["clipboard.follow"] = "clipboard.follow"
    on: bool


class ClipboardDone(WireModel):
    """The technician's text is in the end user's clipboard."""

    type: Literal["clipboard.done"] = "clipboard.done"
    id: TransferId
    characters: ByteCount
    bytes: ByteCount


class ClipboardRefused(WireModel):
    """A text was not taken or not sent. Without an id: one that the end user copied."""

    type: Literal["clipboard.refused"] = "clipboard.refused"
    id: TransferId | None = None
    direction: ClipboardDirection
    reason: ClipboardProblem


ConsoleClipboardMessage = Annotated[
    ClipboardBegin
    | ClipboardPart
    | ClipboardGot
    | ClipboardEnd
    | ClipboardFetch
    | ClipboardFollow
    | ClipboardRefused,
    Field(discriminator="type"),
]
ClientClipboardMessage = Annotated[
    ClipboardBegin | ClipboardPart | ClipboardGot | ClipboardEnd | ClipboardDone | ClipboardRefused,
    Field(discriminator="type"),
]

CONSOLE_CLIPBOARD: TypeAdapter[ConsoleClipboardMessage] = TypeAdapter(ConsoleClipboardMessage)
CLIENT_CLIPBOARD: TypeAdapter[ClientClipboardMessage] = TypeAdapter(ClientClipboardMessage)
