"""What can happen to a session, in the past tense. Every event says who made it happen."""

from dataclasses import dataclass
from datetime import datetime

from broker.audit.event import Actor
from broker.protocol.clipboard import ClipboardDirection
from broker.protocol.connection import Way
from broker.protocol.files import FileReport
from broker.protocol.participants import Departure, EntryClosure, EntryPurpose
from broker.protocol.rights import RenewalOutcome, RightsChange
from broker.protocol.trust import TrustBreach
from broker.protocol.vocabulary import (
    Capability,
    ConsentSource,
    EndReason,
    PeerFailure,
)


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""

    actor: Actor


@dataclass(frozen=True, slots=True)
class CodeIssued(Event):
    """A fresh join code replaced the one before."""

    code_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodeClaimed(Event):
    """A support client claimed the join code, which burned it."""

    resume_hash: str
    machine: str
    operating_system: str
    client_version: str
    receipt_key: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentGiven(Event):
    """The end user granted capabilities."""

    capabilities: tuple[Capability, ...]
    source: ConsentSource


@dataclass(frozen=True, slots=True)
class ConsentDeclined(Event):
    """The end user declined, or let the time pass."""

    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class RightsChanged(Event):
    """The end user gave or took a right, refused to, or a lease ran out."""

    change: RightsChange
    capability: Capability
    granted: tuple[Capability, ...]
    reason: str | None = None
    minutes: int | None = None

    @property
    def tells_more(self) -> bool:
        """Whether it is news even when the rights in force are the same: a refusal, a renewal."""
        return self.change is RightsChange.REFUSED or self.minutes is not None


@dataclass(frozen=True, slots=True)
class PeersConnected(Event):
    """A peer connection stands."""

    peer_id: str
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class PeersLost(Event):
    """The peers no longer hear each other."""

    peer_id: str


@dataclass(frozen=True, slots=True)
class PeersFailed(Event):
    """A peer connection could not be made."""

    peer_id: str
    reason: PeerFailure


@dataclass(frozen=True, slots=True)
class PauseChanged(Event):
    """The end user paused the session or resumed it."""

    paused: bool


@dataclass(frozen=True, slots=True)
class ClipboardUsed(Event):
    """Texts went from one clipboard to the other; sizes are sums, and no text is ever told."""

    direction: ClipboardDirection
    transfers: int
    characters: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FilePassed(Event):
    """A file went from one computer to the other, or was to and did not."""

    file: FileReport


# ---- several technicians (the rules are in `participants`)


@dataclass(frozen=True, slots=True)
class Invited(Event):
    """The technician in charge invited somebody to look."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class HandOverOffered(Event):
    """The technician in charge offered the session to somebody."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Arrived(Event):
    """Somebody would come in: the end user is asked."""

    account_id: str
    name: str
    purpose: EntryPurpose
    may_control: bool = True
    """Whether their own groups allow them to be given control."""
    account_since: datetime | None = None
    """When their account was made."""


@dataclass(frozen=True, slots=True)
class Answered(Event):
    """Base of what the end user says to the question with this number."""

    number: int


@dataclass(frozen=True, slots=True)
class GuestAdmitted(Answered):
    """The end user let a guest in."""


@dataclass(frozen=True, slots=True)
class HandedOver(Answered):
    """The end user let another technician take over, who is in charge from now on."""


@dataclass(frozen=True, slots=True)
class Taken(HandedOver):
    """The same, with a session that had waited in the queue."""


@dataclass(frozen=True, slots=True)
class EntryRefused(Answered):
    """The end user did not let somebody in, or let the time pass."""

    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class EntryClosed(Event):
    """An offer came to nothing before the end user had answered."""

    account_id: str
    closure: EntryClosure


@dataclass(frozen=True, slots=True)
class GuestLeft(Event):
    """A guest went, or was sent away."""

    account_id: str
    departure: Departure


@dataclass(frozen=True, slots=True)
class GuestConnected(Event):
    """A guest sees the screen: their own peer connection stands."""

    account_id: str
    peer_id: str
    way: Way | None = None


@dataclass(frozen=True, slots=True)
class GuestDisconnected(Event):
    """A guest's peer connection is gone, or could not be made."""

    account_id: str
    peer_id: str


@dataclass(frozen=True, slots=True)
class ControlPassed(Event):
    """Keyboard and mouse are this technician's now, and nobody else's."""

    account_id: str
    by: str | None = None
    """The account that passed it."""


@dataclass(frozen=True, slots=True)
class PutBack(Event):
    """The technician in charge put the session back into the queue: nobody is in charge."""


# ---- who is there


@dataclass(frozen=True, slots=True)
class ChatUsed(Event):
    """So many lines each side has said in the chat, and nothing of what."""

    technician: int
    end_user: int


@dataclass(frozen=True, slots=True)
class ClientAttached(Event):
    """The support client's websocket is there again."""


@dataclass(frozen=True, slots=True)
class ClientDetached(Event):
    """The support client's websocket went away."""


@dataclass(frozen=True, slots=True)
class ConsoleAttached(Event):
    """A console of the technician opened the session."""


@dataclass(frozen=True, slots=True)
class ConsoleDetached(Event):
    """The technician's last console went away."""


@dataclass(frozen=True, slots=True)
class BrokerRestarted(Event):
    """The broker came up again and found this session alive; nobody is attached yet."""


@dataclass(frozen=True, slots=True)
class TechnicianEnded(Event):
    """The session's technician ended it."""


@dataclass(frozen=True, slots=True)
class AdminEnded(Event):
    """An admin ended somebody else's session."""

    explanation: str | None = None
    """Why, in their words."""


@dataclass(frozen=True, slots=True)
class RightsRenewed(Event):
    """The end user was asked whether the rights go on."""

    outcome: RenewalOutcome


@dataclass(frozen=True, slots=True)
class EndUserStopped(Event):
    """The end user stopped the session, or on the join page somebody who may be they."""

    lapsed: bool = False
    """They gave no answer when asked whether the rights go on."""


@dataclass(frozen=True, slots=True)
class TrustBroken(Event):
    """Somebody saw two different strings, or a program found the connection altered."""

    breach: TrustBreach
    account_id: str | None = None
    """Whose console it is about; None: a support client did not tell."""


@dataclass(frozen=True, slots=True)
class TimeRanOut(Event):
    """A deadline passed; `reason` says which."""

    reason: EndReason
