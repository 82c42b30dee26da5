"""Who takes part in a session beside the technician in charge, and how others come in.

Nobody is let in whom the end user was not asked about; the support client holds to that whatever
it is told.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field

from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import AccountId, PersonName, WireModel

ENTRY_TIMEOUT_S: Final = 60
"""An end user who has not said after this many seconds whether somebody may come in has refused."""

MAX_GUESTS: Final = 4
"""So many others may be in a session, or be invited to it, at one time."""


COLOURS: Final = ("#1d5fb4", "#b0215f", "#0f7a4f", "#7a4bb8", "#9a5200")
"""Of the technicians' pointers; each has a contrast of 4.5 or more to white (WCAG 2.2, 1.4.3). The
first is that of whoever is in charge."""


class EntryPurpose(StrEnum):
    """What somebody comes in for."""

    GUEST = "guest"
    """To look, invited by the technician in charge."""
    LEAD = "lead"
    """To look, by their role."""
    HAND_OVER = "hand_over"
    """To be in charge: the technician in charge hands the session over to them."""
    QUEUE = "queue"
    """To be in charge: they take the session out of the queue."""
    TAKE_OVER = "take_over"
    """To be in charge, by their role: a lead takes the session from whoever is."""


class EntryStage(StrEnum):
    """How far somebody has come in."""

    OFFERED = "offered"
    """They have not said yet whether they come."""
    ASKING = "asking"
    """The end user is asked."""
    ADMITTED = "admitted"
    """They are in: a guest who may look."""


class EntryClosure(StrEnum):
    """Why an offer came to nothing before the end user was asked or had answered."""

    DECLINED = "declined"
    """Whoever it was made to does not come."""
    WITHDRAWN = "withdrawn"
    """The technician in charge took it back."""
    EXPIRED = "expired"
    """Nobody came in time."""


class EntryOutcome(StrEnum):
    """Why somebody does not come in."""

    REFUSED = "refused"
    """The end user did not let them in."""
    TIMED_OUT = "timed_out"
    """The end user did not answer."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Departure(StrEnum):
    """How a guest went."""

    LEFT = "left"
    REMOVED = "removed"
    """The end user, or the technician in charge, does not want them any more."""


EntryNumber = Annotated[int, Field(ge=1, le=2**53 - 1)]
"""Names one question to the end user: an answer that comes too late is none to the next one."""


class Participant(WireModel):
    """A technician in a session, as the broker verified who they are."""

    account_id: AccountId
    name: PersonName


class EntryAsk(WireModel):
    """The end user is asked whether somebody may come in. Part of `session.participants`."""

    number: EntryNumber
    participant: Participant
    purpose: EntryPurpose
    by: PersonName | None = None
    """Who invited them, or hands the session over."""
    account: KnownAccount | None = None
    """Since when this broker knows them."""
    may_control: bool = True
    """Whether a guest may be given control: not where their own groups do not allow it."""


class EntryView(WireModel):
    """Somebody who is in a session, or on their way in, as technicians see it."""

    account_id: AccountId
    name: PersonName
    purpose: EntryPurpose
    stage: EntryStage
    since: datetime
    by: PersonName | None
    """Who invited them, or hands the session over."""
    may_control: bool
    """Whether a guest may be given control."""


# ---- broker to support client


class SessionParticipants(WireModel):
    """Everybody who takes part, and the question that is open. Sent whole, after every change."""

    type: Literal["session.participants"] = "session.participants"
    in_charge: Participant | None
    """Nobody while the session waits in the queue."""
    guests: Annotated[tuple[Participant, ...], Field(max_length=MAX_GUESTS)] = ()
    ask: EntryAsk | None = None


# ---- broker to console


class EntryOver(WireModel):
    """Somebody does not come in: told to everybody there, and to them before they are sent away."""

    type: Literal["entry.over"] = "entry.over"
    participant: Participant
    outcome: EntryOutcome


# ---- support client to broker


class EntryAnswer(WireModel):
    """The end user says whether somebody may come in."""

    type: Literal["entry.answer"] = "entry.answer"
    number: EntryNumber
    allowed: bool
    timed_out: bool = False


class ParticipantRemoved(WireModel):
    """The end user does not want this guest any more: they are out already."""

    type: Literal["participant.removed"] = "participant.removed"
    account_id: AccountId


class ControlPassed(WireModel):
    """Keyboard and mouse are this technician's now, and nobody else's."""

    type: Literal["control.passed"] = "control.passed"
    account_id: AccountId
    by: AccountId | None = None
    """Who passed it; None: nobody did, its holder went."""


# ---- support client to console, on the control channel


class ParticipantHere(WireModel):
    """Somebody who looks. Part of `participants.state`."""

    account_id: AccountId
    name: PersonName
    colour: Annotated[int, Field(ge=0, lt=len(COLOURS))]
    """Which of `COLOURS` their pointer and their shapes have."""


class ParticipantsState(WireModel):
    """Who looks and who has control, as the support client holds to it. Sent whole."""

    type: Literal["participants.state"] = "participants.state"
    you: AccountId
    in_charge: AccountId
    controller: AccountId
    participants: Annotated[tuple[ParticipantHere, ...], Field(max_length=MAX_GUESTS + 1)]


# ---- console to support client, on the control channel


class ControlPass(WireModel):
    """Give keyboard and mouse to this technician, or take them back by naming oneself.

    Heard from whoever is in charge; from a guest who has control only to give it back.
    """

    type: Literal["control.pass"] = "control.pass"
    account_id: AccountId
