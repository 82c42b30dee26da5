"""What the technician shows on the end user's desktop: a pointer, arrows, numbered marks, strokes.

Positions are fractions of the shared picture, as in `broker.protocol.channels`. No text travels
here: whose pointer it is, the support client knows from the broker.
"""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from broker.protocol.vocabulary import Fraction, Sequence, WireModel

MAX_STROKE_POINTS: Final = 200
"""Most places of one stroke."""

MAX_GUIDE_SHAPES: Final = 50
"""Most shapes at one time; the oldest goes when there would be more."""

MAX_GUIDE_PLACES: Final = 1000
"""Most places of all shapes together; the oldest shapes go when there would be more."""

MAX_GUIDE_INK: Final = 30.0
"""Greatest length of all lines together, in widths of the picture; the oldest shapes go."""

GUIDE_SHAPE_S: Final = 8.0
"""A shape that is not pinned begins to fade after this long, in seconds."""

ShapeId = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{1,64}$")]


class GuidePoint(WireModel):
    """The technician points here; a message with a lower `sequence` than one seen is stale."""

    type: Literal["guide.point"] = "guide.point"
    sequence: Sequence
    x: Fraction
    y: Fraction


class GuideArrow(WireModel):
    """An arrow whose head is at `to`. A shape with an `id` that is shown takes its place."""

    type: Literal["guide.arrow"] = "guide.arrow"
    id: ShapeId
    from_x: Fraction
    from_y: Fraction
    to_x: Fraction
    to_y: Fraction
    pinned: bool = False
    """It stays until everything is cleared."""


class GuideMark(WireModel):
    """A number in a circle: the first thing to do, the second, …"""

    type: Literal["guide.mark"] = "guide.mark"
    id: ShapeId
    number: Annotated[int, Field(ge=1, le=99)]
    x: Fraction
    y: Fraction
    pinned: bool = False


class GuidePlace(WireModel):
    """One place of a stroke."""

    x: Fraction
    y: Fraction


class GuideStroke(WireModel):
    """A free-hand line; while it is drawn it is sent again with the same `id`."""

    type: Literal["guide.stroke"] = "guide.stroke"
    id: ShapeId
    points: Annotated[tuple[GuidePlace, ...], Field(min_length=1, max_length=MAX_STROKE_POINTS)]
    pinned: bool = False


class GuideClear(WireModel):
    """Take everything away: shapes, pinned ones too, and the pointer."""

    type: Literal["guide.clear"] = "guide.clear"


GuideShape = GuideArrow | GuideMark | GuideStroke
GuideMessage = Annotated[
    GuideArrow | GuideMark | GuideStroke | GuideClear, Field(discriminator="type")
]

GUIDE: TypeAdapter[GuideMessage] = TypeAdapter(GuideMessage)
