"""The end user's pointer, which travels beside the picture: what it looks like and where it is."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import Fraction, Sequence, WireModel

MAX_CURSOR_BYTES: Final = 8 * 1024
"""Largest PNG of a pointer; the client halves a larger one until it fits."""
MAX_CURSOR_SIDE: Final = 512
"""Pixels of the picture that a pointer may be wide or high."""

Base64 = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9A-Za-z+/]+={0,2}$", max_length=MAX_CURSOR_BYTES * 4 // 3 + 4),
]
_Side = Annotated[int, Field(ge=1, le=MAX_CURSOR_SIDE)]
_Hot = Annotated[int, Field(ge=0, lt=MAX_CURSOR_SIDE)]


class CursorShape(WireModel):
    """What the pointer looks like from now on. Sent on opening and when it changed."""

    type: Literal["cursor.shape"] = "cursor.shape"
    png: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9A-Za-z+/]+={0,2}$", max_length=MAX_CURSOR_BYTES * 4 // 3),
    ]
    """A PNG with alpha, in base64; to be drawn `width` × `height` large."""
    width: _Side
    height: _Side
    """Pixels of the picture."""
    hot_x: _Hot
    hot_y: _Hot
    """The pixel of the shape that points."""


class PointerAt(WireModel):
    """The end user's pointer is here now; a lower `sequence` than one seen is stale."""

    type: Literal["pointer.at"] = "pointer.at"
    sequence: Sequence
    x: Fraction
    y: Fraction
    visible: bool
    """False when it is hidden, or beside what is shown."""
