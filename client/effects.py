"""What must be done (imperative): the output of `support_session`, for `service`. Pure."""

from dataclasses import dataclass

from broker.protocol.connection import ConnectionTried
from broker.protocol.files import FilesReported
from broker.protocol.participants import ControlPassed, EntryAnswer, ParticipantRemoved
from broker.protocol.relay import RelayOffered, RelayRefused, RelayWanted
from broker.protocol.reports import ReportSession
from broker.protocol.rights import RightsAnswer, RightsChanged, RightsRenewed
from broker.protocol.signaling import (
    ClipboardUsed,
    ConsentDeclined,
    ConsentGiven,
    IceServer,
    PeerCandidate,
    PeerConnected,
    PeerDescription,
    PeerFailed,
    PeerLost,
    PeerWanted,
    SessionPause,
    SessionStop,
)
from broker.protocol.trust import TrustAnswer, TrustBroken
from broker.protocol.tunnel import PeerTunnel

Outgoing = (
    ConsentGiven
    | ConsentDeclined
    | SessionPause
    | ClipboardUsed
    | FilesReported
    | SessionStop
    | RightsChanged
    | RightsRenewed
    | RelayWanted
    | EntryAnswer
    | ParticipantRemoved
    | ControlPassed
    | ConnectionTried
    | TrustAnswer
    | TrustBroken
    | PeerConnected
    | PeerLost
    | PeerFailed
    | PeerWanted
)


@dataclass(frozen=True)
class OpenSignaling:
    """Open the websocket and claim this code (12 digits)."""

    code: str


@dataclass(frozen=True)
class CloseSignaling:
    """Close the websocket once everything sent has left."""


@dataclass(frozen=True)
class ProveSignaling:
    """Find out now whether the websocket still stands, and open it anew when it does not."""


@dataclass(frozen=True)
class Send:
    """Send this to the broker, now or as soon as the websocket stands again."""

    message: Outgoing


@dataclass(frozen=True)
class TryWays:
    """Find out which ways out of this network work, while all else goes on."""

    ice_servers: tuple[IceServer, ...]


@dataclass(frozen=True)
class StartConsentTimer:
    """Decline on the end user's behalf after this many seconds."""

    seconds: int


@dataclass(frozen=True)
class StopConsentTimer:
    """The question was answered."""


@dataclass(frozen=True)
class OpenPeer:
    """Answer this offer with a new peer connection, or a tunnel."""

    offer: PeerDescription | PeerTunnel
    ice_servers: tuple[IceServer, ...]
    guest_id: str | None = None
    """The guest's account; None: it is the one of whoever is in charge."""


@dataclass(frozen=True)
class ClosePeer:
    """Close the peer connection of whoever is in charge, and release every key it held."""


@dataclass(frozen=True)
class CloseGuests:
    """Close the peer connections of these guests, or of all (None), in the same way."""

    account_ids: tuple[str, ...] | None


@dataclass(frozen=True)
class ChangeHands:
    """Carry nothing over from whoever was in charge: give up their files."""


@dataclass(frozen=True)
class AddCandidate:
    """Hand this candidate to the peer connection it names."""

    message: PeerCandidate


@dataclass(frozen=True)
class TellFiles:
    """Tell the files what the broker says of a relay."""

    message: RelayOffered | RelayRefused


@dataclass(frozen=True)
class ApplyConsent:
    """Make the rights in force felt at once: the picture, held keys, the peer."""


@dataclass(frozen=True)
class AnswerAsk:
    """Tell the console what became of what it asked for."""

    message: RightsAnswer


@dataclass(frozen=True)
class RecordOpened:
    """Write the one log line of a session's beginning."""

    session_id: str


@dataclass(frozen=True)
class RecordClosed:
    """Write the one log line of a session's end."""

    session_id: str
    reason: str


@dataclass(frozen=True)
class SettleAccounts:
    """Tell the broker now what passed between the two sides: the end has come."""


@dataclass(frozen=True)
class Report:
    """Tell the broker that the end user does not trust the session."""

    body: ReportSession


PeerEffect = OpenPeer | ClosePeer | CloseGuests | ChangeHands | AddCandidate | AnswerAsk
"""What concerns the peer connections."""

Effect = (
    OpenSignaling
    | CloseSignaling
    | ProveSignaling
    | Send
    | TryWays
    | StartConsentTimer
    | StopConsentTimer
    | OpenPeer
    | ClosePeer
    | CloseGuests
    | ChangeHands
    | AddCandidate
    | TellFiles
    | ApplyConsent
    | AnswerAsk
    | RecordOpened
    | RecordClosed
    | SettleAccounts
    | Report
)
