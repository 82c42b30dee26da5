"""What happened to the support client (past tense): the input of `support_session`. Pure."""

from dataclasses import dataclass

from broker.protocol.chat import ConsoleChat
from broker.protocol.connection import ConnectionTried, Way
from broker.protocol.participants import SessionParticipants
from broker.protocol.relay import RelayOffered, RelayRefused
from broker.protocol.rights import RightsAsk
from broker.protocol.signaling import (
    PeerCandidate,
    PeerDescription,
    PeerFailed,
    SessionJoined,
    SessionResumed,
)
from broker.protocol.trust import TrustBreach, TrustCommit, TrustPart, TrustReveal, TrustString
from broker.protocol.trust_words import TrustLanguage
from broker.protocol.tunnel import PeerTunnel
from broker.protocol.vocabulary import Capability, EndReason, ErrorCode, PeerFailure
from client.trials import Trial

Offer = PeerDescription | PeerTunnel
"""What a console offers: a peer connection, or a tunnel in the place of one."""


@dataclass(frozen=True)
class CodeEntered:
    """The end user typed a join code, or it was on the command line."""

    text: str


@dataclass(frozen=True)
class CodeMistyped:
    """What was entered is no join code: it never reaches the broker."""


@dataclass(frozen=True)
class ProofUnderWay:
    """The broker asked for work before it looks at the code, and so much of it is done."""

    percent: int


@dataclass(frozen=True)
class Joined:
    """The broker accepted the code."""

    message: SessionJoined


@dataclass(frozen=True)
class JoinedWithGrant:
    """The broker accepted the code, and the command line already answers the question."""

    message: SessionJoined


@dataclass(frozen=True)
class Refused:
    """The broker refused what was sent; `fatal` means that it closed the socket."""

    code: ErrorCode
    fatal: bool


@dataclass(frozen=True)
class ShutOut:
    """The broker will not have us back in a session we were in."""

    code: ErrorCode


@dataclass(frozen=True)
class ResumeRefused:
    """The broker does not have us back yet; we try again."""

    code: ErrorCode


@dataclass(frozen=True)
class RecoveryFailed:
    """For a minute there was no connection to the console, though there should be one."""


@dataclass(frozen=True)
class TryAgainChosen:
    """The end user wants the connection to be tried again now."""


@dataclass(frozen=True)
class BrokerUnreachable:
    """The broker could not be reached, so the code was not looked at."""


@dataclass(frozen=True)
class SignalingBroken:
    """The websocket broke; it is being opened again."""


@dataclass(frozen=True)
class Resumed:
    """The websocket is attached to the session again."""

    message: SessionResumed


@dataclass(frozen=True)
class TechnicianPresenceChanged:
    """A console of the technician appeared, or the last one went."""

    present: bool


@dataclass(frozen=True)
class ConsentAnswered:
    """The end user allowed these capabilities in the window."""

    chosen: frozenset[Capability]
    seen: TrustString | None
    """What the window showed when Allow was pressed."""


@dataclass(frozen=True)
class ConsentTooEarly:
    """The same, while another string than the one seen is agreed with whoever is in charge."""


@dataclass(frozen=True)
class GrantDue:
    """What the command line allows may be allowed now: a string is agreed."""


@dataclass(frozen=True)
class ConsentRefused:
    """The end user declined, or did not answer in time."""

    timed_out: bool = False


@dataclass(frozen=True)
class PauseChosen:
    """The end user paused view and control, or resumed them."""

    paused: bool


@dataclass(frozen=True)
class RightGiven:
    """The end user gives a right in mid-session, until they take it back."""

    capability: Capability


@dataclass(frozen=True)
class RightTaken:
    """The end user takes a right back."""

    capability: Capability


@dataclass(frozen=True)
class RightAsked:
    """The technician asks for a right; `now` in monotonic seconds."""

    message: RightsAsk
    now: float


@dataclass(frozen=True)
class AskAnswered:
    """The end user answers what is asked; `now` in monotonic seconds.

    `deadline` says which question they saw: an answer that comes too late is none to the next one.
    """

    allowed: bool
    now: float
    deadline: float | None = None


@dataclass(frozen=True)
class TimePassed:
    """It is `now`, in monotonic seconds: leases and questions may be over."""

    now: float


@dataclass(frozen=True)
class RenewalAnswered:
    """The end user says whether the rights go on, or are paused; `now` in monotonic seconds."""

    allowed: bool
    now: float


@dataclass(frozen=True)
class RightsLapsed:
    """The end user gave no answer for so long that the session ends."""


@dataclass(frozen=True)
class HeldBack:
    """Remote input was held back because the end user uses the computer; or it is no more."""

    held_back: bool


@dataclass(frozen=True)
class StopChosen:
    """The end user ended the session or closed the program."""


@dataclass(frozen=True)
class DistrustChosen:
    """The end user does not trust this: the session ends at once, and is reported."""


@dataclass(frozen=True)
class ReportWritten:
    """The end user wrote a sentence to go with the report."""

    text: str


@dataclass(frozen=True)
class ReportTried:
    """The end user wants the report to be sent once more."""


@dataclass(frozen=True)
class ReportSettled:
    """The broker was told of the report, or could not be."""

    told: bool


@dataclass(frozen=True)
class RestartChosen:
    """The end user wants to enter another code."""


@dataclass(frozen=True)
class OfferReceived:
    """The console offers a peer connection."""

    message: Offer


@dataclass(frozen=True)
class CandidateReceived:
    """The console told one of its ICE candidates."""

    message: PeerCandidate


@dataclass(frozen=True)
class RemotePeerFailed:
    """The console could not make this peer connection."""

    message: PeerFailed


@dataclass(frozen=True)
class ChatRelayed:
    """A console said something in the chat, through the broker."""

    message: ConsoleChat


@dataclass(frozen=True)
class RelayAnswered:
    """The broker offers a relay for files, or says why there is none."""

    message: RelayOffered | RelayRefused


@dataclass(frozen=True)
class GuestOffered:
    """A guest whom the end user let in offers a peer connection of their own."""

    message: Offer
    account_id: str


@dataclass(frozen=True)
class StrangerOffered:
    """Somebody whom the end user did not let in offers a peer connection."""

    message: Offer


@dataclass(frozen=True)
class GuestPeerNews:
    """Something of a guest's peer connection: never what the session's state hangs on."""

    event: "CandidateReceived | RemotePeerFailed | PeerStood | PeerFellSilent | PeerBroke"


@dataclass(frozen=True)
class CommitmentHeard:
    """A console begins to agree on a string, or comes back to it."""

    message: TrustCommit


@dataclass(frozen=True)
class TrustCommitted:
    """The same, with what this side brings if it is a new commitment."""

    message: TrustCommit
    own: TrustPart
    language: TrustLanguage
    """Of the words on both screens."""


@dataclass(frozen=True)
class TrustRevealed:
    """A console shows what it had committed to."""

    message: TrustReveal


@dataclass(frozen=True)
class UntrustedOffered:
    """A console with which no string is agreed on offers a peer connection."""

    message: Offer


@dataclass(frozen=True)
class TrustBroken:
    """The end user says that the screens differ, or the connection was found altered."""

    breach: TrustBreach
    account_id: str


@dataclass(frozen=True)
class ParticipantsTold:
    """The broker tells who takes part, and whom to ask about; `now` in monotonic seconds."""

    message: SessionParticipants
    now: float


@dataclass(frozen=True)
class PutBack:
    """The same, and nobody is in charge any more."""

    message: SessionParticipants
    now: float


@dataclass(frozen=True)
class HandOverVoid:
    """The same, and the end user's yes to another technician in charge came too late."""

    message: SessionParticipants
    now: float


@dataclass(frozen=True)
class EntryAnswered:
    """The end user says whether somebody may come in."""

    number: int
    allowed: bool
    seen: TrustString | None = None
    """What the window showed when Allow was pressed."""


@dataclass(frozen=True)
class HandOverAllowed:
    """The end user lets somebody take over."""

    number: int


@dataclass(frozen=True)
class GuestRemoved:
    """The end user sends a guest away."""

    account_id: str


@dataclass(frozen=True)
class ControlAsked:
    """One technician's console would have another (or the same) have control."""

    by: str
    to: str


@dataclass(frozen=True)
class WaysTried:
    """We know which ways out of this network work."""

    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class ConnectionTold:
    """The technician's console told which ways out of its network work."""

    message: ConnectionTried


@dataclass(frozen=True)
class PeerStood:
    """Our peer connection stands, on this way if that is known; its control channel is open."""

    peer_id: str
    way: Way | None = None


@dataclass(frozen=True)
class PeerGrewQuiet:
    """A peer connection that stands was not heard for a while."""

    peer_id: str


@dataclass(frozen=True)
class PeerFellSilent:
    """A peer connection that stood is not heard any more."""

    peer_id: str


@dataclass(frozen=True)
class PeerBroke:
    """Our peer connection could not be made."""

    peer_id: str
    reason: PeerFailure


@dataclass(frozen=True)
class AuditTold:
    """The broker can, or cannot, write down what happens."""

    fails: bool


@dataclass(frozen=True)
class EndedByBroker:
    """The broker says that the session is over."""

    reason: EndReason
    explanation: str | None = None
    whose: str | None = None
    """Whose page it was whose connection is not to be trusted."""


Event = (
    CodeEntered
    | CodeMistyped
    | ProofUnderWay
    | Joined
    | JoinedWithGrant
    | Refused
    | ShutOut
    | ResumeRefused
    | RecoveryFailed
    | TryAgainChosen
    | BrokerUnreachable
    | SignalingBroken
    | Resumed
    | TechnicianPresenceChanged
    | ConsentAnswered
    | ConsentTooEarly
    | GrantDue
    | ConsentRefused
    | PauseChosen
    | RightGiven
    | RightTaken
    | RightAsked
    | AskAnswered
    | TimePassed
    | RenewalAnswered
    | RightsLapsed
    | HeldBack
    | StopChosen
    | DistrustChosen
    | ReportWritten
    | ReportTried
    | ReportSettled
    | RestartChosen
    | OfferReceived
    | GuestOffered
    | StrangerOffered
    | GuestPeerNews
    | ParticipantsTold
    | PutBack
    | HandOverVoid
    | EntryAnswered
    | HandOverAllowed
    | GuestRemoved
    | ControlAsked
    | CommitmentHeard
    | TrustCommitted
    | TrustRevealed
    | UntrustedOffered
    | TrustBroken
    | CandidateReceived
    | RemotePeerFailed
    | ChatRelayed
    | RelayAnswered
    | WaysTried
    | ConnectionTold
    | PeerStood
    | PeerGrewQuiet
    | PeerFellSilent
    | PeerBroke
    | AuditTold
    | EndedByBroker
)
