"""Messages on the two signaling websockets; `directions` says which go which way.

The console is the offerer and the support client answers. Descriptions and candidates pass
through the broker unread; everything else on these sockets is the life of the session.
"""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from broker.protocol.branding import ClientBranding
from broker.protocol.clipboard import MAX_CLIPBOARD_BYTES, ByteCount, ClipboardDirection
from broker.protocol.connection import Way
from broker.protocol.files import FilePolicy
from broker.protocol.participants import (
    Participant,
)
from broker.protocol.proof import ProofChallenge, ProofOfWork
from broker.protocol.receipts import ReceiptKey, ReceiptToken
from broker.protocol.reports import ReportToken
from broker.protocol.rest import SessionView
from broker.protocol.rights import (
    RENEWAL_MIN,
    AskReason,
    RenewalMinutes,
)
from broker.protocol.transcripts import TranscriptToken
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import (
    AccountId,
    Capability,
    ConsentSource,
    EndReason,
    ErrorCode,
    JoinCodeText,
    MachineName,
    PeerFailure,
    PeerId,
    PersonName,
    ResumeToken,
    SessionId,
    SessionState,
    ShortText,
    SocketTicket,
    TicketId,
    WireModel,
)

Sdp = Annotated[str, StringConstraints(min_length=1, max_length=48 * 1024)]
CandidateText = Annotated[str, StringConstraints(max_length=1024)]


# ---- parts


class IceServer(WireModel):
    """One entry of `RTCConfiguration.iceServers` (W3C WebRTC 1.0, section 4.2.2)."""

    urls: tuple[ShortText, ...]
    username: str | None = None
    credential: str | None = None


class Technician(WireModel):
    """Who is asking, as the broker verified it."""

    name: PersonName
    organisation: ShortText
    account_id: AccountId | None = None
    account: KnownAccount | None = None


class ClientSystem(WireModel):
    """What the support client says of the machine it runs on."""

    platform: Literal["linux", "windows", "macos"]
    client_version: ShortText
    machine: MachineName
    """The computer's own name, as its owner sees it."""


# ---- both parties to broker


class Ping(WireModel):
    """Asks for a `pong`; sent every 10 s so that a dead socket is noticed."""

    type: Literal["ping"] = "ping"


class PeerDescription(WireModel):
    """An SDP offer (console alone) or answer (client alone); relayed."""

    type: Literal["peer.description"] = "peer.description"
    peer_id: PeerId
    kind: Literal["offer", "answer"]
    sdp: Sdp
    participant: Participant | None = None
    """Whose console offers, as the broker verified it; what a console says here is dropped. None in
    an answer."""


class PeerCandidate(WireModel):
    """One trickled ICE candidate (RFC 8838); an empty `candidate` ends them; relayed."""

    type: Literal["peer.candidate"] = "peer.candidate"
    peer_id: PeerId
    candidate: CandidateText
    sdp_mid: ShortText | None = None
    sdp_m_line_index: Annotated[int, Field(ge=0, le=64)] | None = None


class PeerConnected(WireModel):
    """The sender's peer connection stands."""

    type: Literal["peer.connected"] = "peer.connected"
    peer_id: PeerId
    way: Way | None = None
    """How the sender reaches the other side; None while it does not know."""


class PeerLost(WireModel):
    """The sender no longer hears its peer, though it did before."""

    type: Literal["peer.lost"] = "peer.lost"
    peer_id: PeerId


class PeerWanted(WireModel):
    """What was offered to the support client may be lost: consoles without a connection offer anew.

    The broker says so when a client comes back whose old socket seemed to stand; a client, when the
    end user wants to try again.
    """

    type: Literal["peer.wanted"] = "peer.wanted"


class PeerFailed(WireModel):
    """The sender could not make this peer connection; relayed so that both screens can say so."""

    type: Literal["peer.failed"] = "peer.failed"
    peer_id: PeerId
    reason: PeerFailure


# ---- support client to broker


class ClientJoin(WireModel):
    """First message of a new support client: claims the join code."""

    type: Literal["client.join"] = "client.join"
    protocol_version: int
    code: JoinCodeText
    system: ClientSystem
    receipt_key: ReceiptKey | None = None
    """With it this client countersigns the log when the session is over; a fresh one each time."""
    proof: ProofOfWork | None = None
    """Needed once the broker has answered with `join.challenge`."""


class ClientResume(WireModel):
    """First message of a support client that comes back to its session."""

    type: Literal["client.resume"] = "client.resume"
    protocol_version: int
    session_id: SessionId
    resume_token: ResumeToken


class ConsentGiven(WireModel):
    """The end user allowed these capabilities: a subset of those asked for, never empty."""

    type: Literal["consent.given"] = "consent.given"
    capabilities: Annotated[tuple[Capability, ...], Field(min_length=1, max_length=len(Capability))]
    source: ConsentSource


class ConsentDeclined(WireModel):
    """The end user declined, or did not answer in time."""

    type: Literal["consent.declined"] = "consent.declined"
    timed_out: bool = False


class SessionPause(WireModel):
    """The end user paused view and control, or resumed them."""

    type: Literal["session.pause"] = "session.pause"
    paused: bool


class ClipboardUsed(WireModel):
    """Texts went from clipboard to clipboard since the last of these: how much, and never what.

    A character is a byte at least, and a text a mebibyte at most. Counts for a right that was never
    granted are refused.
    """

    type: Literal["clipboard.used"] = "clipboard.used"
    direction: ClipboardDirection
    transfers: Annotated[int, Field(ge=1, le=2**31 - 1)]
    characters: ByteCount
    bytes: ByteCount

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if not self.characters <= self.bytes <= self.transfers * MAX_CLIPBOARD_BYTES:
            raise ValueError("so many texts cannot have this size")
        return self


class SessionStop(WireModel):
    """The end user ended the session."""

    type: Literal["session.stop"] = "session.stop"
    lapsed: bool = False
    """They did not: they gave no answer when asked whether the rights go on."""


# ---- broker to support client


class JoinChallenge(WireModel):
    """Many wrong codes come in: solve this, and send `client.join` again with the proof."""

    type: Literal["join.challenge"] = "join.challenge"
    challenge: ProofChallenge


class SessionJoined(WireModel):
    """The code was accepted: who asks for what. Nothing may happen before consent."""

    type: Literal["session.joined"] = "session.joined"
    session_id: SessionId
    resume_token: ResumeToken
    technician: Technician
    ticket_id: TicketId
    requested: tuple[Capability, ...]
    may_ask: tuple[Capability, ...] = ()
    """What may be asked for, and given, while the session lives."""
    consent_timeout_s: int
    renewal_min: RenewalMinutes = RENEWAL_MIN
    """After so many minutes the end user is asked whether the rights go on."""
    ends_in_s: Annotated[int, Field(ge=0)] | None = None
    """How much longer the session may last, in seconds; the support client ends it too."""
    ice_servers: tuple[IceServer, ...]
    files: FilePolicy = FilePolicy()
    report_token: ReportToken
    """With it the session can be reported (`POST /api/v1/reports`)."""
    support_contact: ShortText = ""
    """How the organisation is reached outside of Handrail; empty when it does not say."""
    branding: ClientBranding = ClientBranding()
    """How the organisation wants to be shown."""
    receipt_token: ReceiptToken | None = None
    """With it the end user's receipt is fetched and countersigned, after the session."""
    transcript_token: TranscriptToken | None = None
    """With it the end user may have the chat kept with the ticket, after the session; None: the
    broker keeps none, and they are not asked."""


class SessionResumed(WireModel):
    """The support client is attached to its session again."""

    type: Literal["session.resumed"] = "session.resumed"
    session_id: SessionId
    state: SessionState
    granted: tuple[Capability, ...] | None = None
    """The rights in force as the broker knows them."""
    ice_servers: tuple[IceServer, ...]
    files: FilePolicy = FilePolicy()


class TechnicianPresence(WireModel):
    """Whether a console of the technician is attached now."""

    type: Literal["technician.presence"] = "technician.presence"
    present: bool


class SessionEnded(WireModel):
    """The session is over; the socket closes after this."""

    type: Literal["session.ended"] = "session.ended"
    reason: EndReason
    explanation: AskReason | None = None
    """What an admin who ended it gave as reason, for both sides to read."""
    whose: Participant | None = None
    """Whose connection is not to be trusted, if that ended it and it is known."""


# ---- console to broker


class ConsoleAttach(WireModel):
    """First message of a console: which session it shows."""

    type: Literal["console.attach"] = "console.attach"
    protocol_version: int
    session_id: SessionId
    ticket: SocketTicket
    """From `POST /api/v1/sessions/{session_id}/ticket`."""


class SessionEnd(WireModel):
    """The technician ends the session."""

    type: Literal["session.end"] = "session.end"


# ---- broker to console


class SessionSnapshot(WireModel):
    """The whole state of the session, sent on attach and after every change."""

    type: Literal["session.snapshot"] = "session.snapshot"
    session: SessionView
    ice_servers: tuple[IceServer, ...]
    files: FilePolicy = FilePolicy()
    tunnel: bool = False
    """Whether the broker carries the session where there is no other way."""


class NotesChanged(WireModel):
    """Somebody added a note: it can be read again by the HTTP API."""

    type: Literal["notes.changed"] = "notes.changed"


# ---- broker to both


class AuditState(WireModel):
    """Whether what happens in this session can be written down: told when that changes."""

    type: Literal["audit.state"] = "audit.state"
    ends_in_s: Annotated[int, Field(ge=0)] | None = None
    """It cannot: the session ends in so many seconds unless it can again. None: it can."""


class Pong(WireModel):
    """Answers a `ping`, with the only clock that counts."""

    type: Literal["pong"] = "pong"
    server_time: datetime


class ErrorMessage(WireModel):
    """Something sent was refused; `fatal` means the socket closes after this."""

    type: Literal["error"] = "error"
    code: ErrorCode
    detail: Annotated[str, StringConstraints(max_length=500)]
    fatal: bool
