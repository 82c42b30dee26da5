"""Rights that change in mid-session: the technician asks for them, the end user gives and takes.

A lease is a right with an end. Leases tell what is left of them, in seconds, rather than a moment:
the two sides' clocks need not agree.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import MAX_SHORT_TEXT, NOT_IN_NAMES, Capability, WireModel

ASK_TIMEOUT_S: Final = 60
"""An end user who has not answered an ask after this many seconds has refused it."""

MAX_LEASE_MIN: Final = 480
"""The longest lease, in minutes: as long as the longest session by default."""

RENEWAL_MIN: Final = 30
"""After so many minutes the end user is asked whether the rights go on, unless policy says less."""

MAX_RENEWAL_MIN: Final = 60
"""No policy may let rights go on for longer without asking."""

RENEWAL_ANSWER_S: Final = 60
"""Without an answer after this many seconds everything is paused."""

LAPSED_S: Final = 300
"""Paused for want of an answer for so many seconds, the session ends."""

LOCAL_USE_HOLD_S: Final = 2.0
"""Remote input waits for this long after the end user's own keyboard or mouse was last used."""

AskReason = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=MAX_SHORT_TEXT,
        strip_whitespace=True,
        pattern=rf"^[^{NOT_IN_NAMES}]+$",
    ),
]
LeaseMinutes = Annotated[int, Field(ge=1, le=MAX_LEASE_MIN)]
SecondsLeft = Annotated[float, Field(ge=0, le=MAX_LEASE_MIN * 60)]
Capabilities = Annotated[tuple[Capability, ...], Field(max_length=len(Capability))]


class AskOutcome(StrEnum):
    """What became of an ask."""

    GRANTED = "granted"
    REFUSED = "refused"
    """The end user refused, or has refused so often that they are not asked again."""
    TIMED_OUT = "timed_out"
    BUSY = "busy"
    """Another ask is open: one question at a time."""
    NOT_OFFERED = "not_offered"
    """The broker does not let this right be asked for in this session."""


class RightsChange(StrEnum):
    """How the rights in force changed, or did not."""

    GIVEN = "given"
    TAKEN = "taken"
    EXPIRED = "expired"
    REFUSED = "refused"


class RenewalStage(StrEnum):
    """How far it is that the end user is asked whether the rights go on."""

    ASKED = "asked"
    LAPSED = "lapsed"
    """There was no answer: everything is paused, and the session ends soon."""


class RenewalOutcome(StrEnum):
    """What came of the question."""

    CONFIRMED = "confirmed"
    LAPSED = "lapsed"


RenewalMinutes = Annotated[int, Field(ge=1, le=MAX_RENEWAL_MIN)]


# ---- console to support client, on the control channel


class RightsAsk(WireModel):
    """The technician asks for a right, with a reason, for some minutes."""

    type: Literal["rights.ask"] = "rights.ask"
    capability: Capability
    reason: AskReason
    minutes: LeaseMinutes


# ---- support client to console, on the control channel


class RightsAnswer(WireModel):
    """What became of an ask."""

    type: Literal["rights.answer"] = "rights.answer"
    capability: Capability
    outcome: AskOutcome


class RightsLease(WireModel):
    """A right that ends by itself. Part of `rights.state`."""

    capability: Capability
    left_s: SecondsLeft
    """Seconds from when this was sent."""


class RightsRenewal(WireModel):
    """The end user is asked whether the rights go on. Part of `rights.state`."""

    stage: RenewalStage
    left_s: SecondsLeft
    """Seconds from when this was sent until what follows without an answer."""


class LocalUse(WireModel):
    """The end user uses their own keyboard or mouse: remote input waits. 0 seconds: no more."""

    type: Literal["local.use"] = "local.use"
    hold_s: Annotated[float, Field(ge=0, le=60)]


# ---- support client to broker


class RightsChanged(WireModel):
    """The end user gave or took a right, refused to, or a lease ran out."""

    type: Literal["rights.changed"] = "rights.changed"
    change: RightsChange
    capability: Capability
    granted: Capabilities
    """Every right in force from now on."""
    reason: AskReason | None = None
    """What the technician gave as reason, if they asked."""
    minutes: LeaseMinutes | None = None
    """How long the lease is, or would have been."""


class RightsRenewed(WireModel):
    """The end user was asked whether the rights go on: they said yes, or nothing."""

    type: Literal["rights.renewed"] = "rights.renewed"
    outcome: RenewalOutcome
