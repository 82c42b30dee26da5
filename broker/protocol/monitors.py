"""The end user's monitors, and which of them the technician wants to see."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import WireModel

ALL_MONITORS: Final = "all"
"""The whole desktop, in place of a monitor's id."""

MAX_MONITORS: Final = 16
"""No more than these are told."""

MonitorId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""Stays the same for as long as the monitor is plugged in, and as a rule beyond."""
_Place = Annotated[int, Field(ge=-65535, le=65535)]
_Length = Annotated[int, Field(ge=1, le=65535)]


class Monitor(WireModel):
    """One monitor: where it lies on the desktop and how large it is, in pixels."""

    id: MonitorId
    name: Annotated[str, StringConstraints(max_length=64)]
    """What the system calls it; empty when it has no name."""
    left: _Place
    top: _Place
    width: _Length
    height: _Length
    primary: bool


class ScreenChoose(WireModel):
    """The technician wants to see this monitor. While there is none of this id: the primary one."""

    type: Literal["screen.choose"] = "screen.choose"
    monitor: MonitorId
    """The id of a monitor, or `all` for the whole desktop."""
