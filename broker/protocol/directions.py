"""What each websocket carries each way: one discriminated union a direction."""

from typing import Annotated

from pydantic import Field, TypeAdapter

from broker.protocol.chat import (
    ChatCounted,
    ChatLines,
    ChatMarks,
    ChatMessage,
    ChatPost,
    ChatState,
    ChatSync,
    ChatTyping,
)
from broker.protocol.connection import ConnectionTried, PeerQuality
from broker.protocol.files import FilesReported
from broker.protocol.participants import (
    ControlPassed,
    EntryAnswer,
    EntryOver,
    ParticipantRemoved,
    SessionParticipants,
)
from broker.protocol.relay import RelayOffered, RelayOpen, RelayRefused, RelayWanted
from broker.protocol.rights import RightsChanged, RightsRenewed
from broker.protocol.signaling import (
    AuditState,
    ClientJoin,
    ClientResume,
    ClipboardUsed,
    ConsentDeclined,
    ConsentGiven,
    ConsoleAttach,
    ErrorMessage,
    JoinChallenge,
    NotesChanged,
    PeerCandidate,
    PeerConnected,
    PeerDescription,
    PeerFailed,
    PeerLost,
    PeerWanted,
    Ping,
    Pong,
    SessionEnd,
    SessionEnded,
    SessionJoined,
    SessionPause,
    SessionResumed,
    SessionSnapshot,
    SessionStop,
    TechnicianPresence,
)
from broker.protocol.trust import TrustAnswer, TrustBroken, TrustCommit, TrustReveal
from broker.protocol.tunnel import PeerTunnel

PeerMessage = PeerDescription | PeerTunnel | PeerCandidate | PeerConnected | PeerLost | PeerFailed

ClientToBroker = Annotated[
    ClientJoin
    | ClientResume
    | ConsentGiven
    | ConsentDeclined
    | SessionPause
    | ClipboardUsed
    | FilesReported
    | ChatCounted
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
    | PeerMessage
    | PeerWanted
    | ChatMessage
    | ChatLines
    | ChatState
    | ChatTyping
    | Ping,
    Field(discriminator="type"),
]
BrokerToClient = Annotated[
    SessionJoined
    | JoinChallenge
    | SessionResumed
    | TechnicianPresence
    | SessionParticipants
    | SessionEnded
    | AuditState
    | PeerDescription
    | PeerTunnel
    | PeerCandidate
    | PeerFailed
    | ConnectionTried
    | TrustCommit
    | TrustReveal
    | RelayOffered
    | RelayRefused
    | ChatPost
    | ChatSync
    | ChatMarks
    | ChatTyping
    | Pong
    | ErrorMessage,
    Field(discriminator="type"),
]
ConsoleToBroker = Annotated[
    ConsoleAttach
    | SessionEnd
    | RelayWanted
    | ConnectionTried
    | PeerQuality
    | TrustCommit
    | TrustReveal
    | TrustBroken
    | PeerMessage
    | ChatPost
    | ChatSync
    | ChatMarks
    | ChatTyping
    | Ping,
    Field(discriminator="type"),
]
BrokerToConsole = Annotated[
    SessionSnapshot
    | SessionEnded
    | NotesChanged
    | AuditState
    | EntryOver
    | PeerDescription
    | PeerTunnel
    | PeerCandidate
    | PeerFailed
    | ConnectionTried
    | TrustAnswer
    | PeerWanted
    | RelayOffered
    | RelayRefused
    | ChatMessage
    | ChatLines
    | ChatState
    | ChatTyping
    | Pong
    | ErrorMessage,
    Field(discriminator="type"),
]

BrokerToRelay = Annotated[RelayOpen | ErrorMessage, Field(discriminator="type")]
"""On the websocket of a relay, before its frames."""

CLIENT_TO_BROKER: TypeAdapter[ClientToBroker] = TypeAdapter(ClientToBroker)
BROKER_TO_CLIENT: TypeAdapter[BrokerToClient] = TypeAdapter(BrokerToClient)
CONSOLE_TO_BROKER: TypeAdapter[ConsoleToBroker] = TypeAdapter(ConsoleToBroker)
BROKER_TO_CONSOLE: TypeAdapter[BrokerToConsole] = TypeAdapter(BrokerToConsole)
BROKER_TO_RELAY: TypeAdapter[BrokerToRelay] = TypeAdapter(BrokerToRelay)
