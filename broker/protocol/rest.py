"""Bodies and queries of the HTTP API; `endpoints` says where they belong."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from broker.protocol.participants import EntryView
from broker.protocol.proof import ProofChallenge, ProofOfWork
from broker.protocol.reports import ReportToken
from broker.protocol.verified import KnownAccount
from broker.protocol.vocabulary import (
    NOT_IN_NAMES,
    AccountId,
    ActorKind,
    AskedTime,
    Capability,
    ConsentSource,
    EndReason,
    ErrorCode,
    JoinCodeText,
    PersonName,
    Role,
    SessionId,
    SessionState,
    ShortText,
    SocketTicket,
    TicketId,
    WireModel,
)

Email = Annotated[
    str,
    StringConstraints(max_length=254, pattern=rf"^[^@\s{NOT_IN_NAMES}]+@[^@\s{NOT_IN_NAMES}]+$"),
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]
NewPassword = Annotated[str, StringConstraints(min_length=12, max_length=256)]
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,200}$")]
PageSize = Annotated[int, Field(ge=1, le=200)]
Capabilities = Annotated[tuple[Capability, ...], Field(min_length=1, max_length=len(Capability))]


# ---- errors


class Problem(WireModel):
    """Every error of the API, as `application/problem+json` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: ErrorCode
    challenge: ProofChallenge | None = None
    """With `proof_needed`: what to compute before asking again."""


# ---- accounts


class SignIn(WireModel):
    """Credentials of an account."""

    email: Email
    password: Password


class Setup(WireModel):
    """Makes the first admin; the token is in the link the broker printed once."""

    token: Annotated[str, StringConstraints(min_length=43, max_length=43)]
    email: Email
    name: PersonName
    password: NewPassword


class AccountView(WireModel):
    """An account as its owner sees it."""

    account_id: AccountId
    email: str
    name: PersonName
    role: Role
    organisation: ShortText


# ---- sessions


class CreateSession(WireModel):
    """Opens a session for a ticket. `view` is asked for whenever `control` is."""

    ticket_id: TicketId
    capabilities: Capabilities = (Capability.VIEW, Capability.CONTROL)


class JoinCodeIssued(WireModel):
    """A join code, told this once: the broker keeps only its HMAC."""

    session_id: SessionId
    code: str
    join_url: str
    expires_at: datetime


class ConsoleTicket(WireModel):
    """Opens the console's websocket of one session, once: it goes into `console.attach`."""

    ticket: SocketTicket
    expires_at: datetime


class SessionView(WireModel):
    """One session as a technician or admin sees it."""

    session_id: SessionId
    ticket_id: TicketId
    technician_id: AccountId
    technician_name: PersonName
    state: SessionState
    requested: tuple[Capability, ...]
    granted: tuple[Capability, ...]
    consent_source: ConsentSource | None
    paused: bool
    client_present: bool
    machine: ShortText | None
    created_at: datetime
    code_expires_at: datetime | None
    joined_at: datetime | None
    consented_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    end_reason: EndReason | None
    guests: tuple[EntryView, ...]
    hand_over: EntryView | None
    """Who is to be in charge, if they and the end user agree."""
    controller_id: AccountId | None
    """Whoever has keyboard and mouse, as far as the end user allows it."""
    queued_since: datetime | None
    """Nobody is in charge: the session waits for a technician to take it."""


class SessionList(WireModel):
    """A page of sessions, newest first; `next_cursor` is null on the last one."""

    sessions: tuple[SessionView, ...]
    next_cursor: str | None


class SessionQuery(WireModel):
    """Filters of the session list."""

    ticket: TicketId | None = None
    state: SessionState | None = None
    technician: AccountId | None = None
    created_from: AskedTime | None = None
    created_to: AskedTime | None = None
    cursor: Cursor | None = None
    limit: PageSize = 50


class AuditEventView(WireModel):
    """One audit event with its place in the hash chain."""

    sequence: int
    recorded_at: datetime
    action: str
    outcome: Literal["success", "refused", "failure"]
    actor_kind: ActorKind
    actor_id: str | None
    actor_name: str | None
    session_id: SessionId | None
    ticket_id: str | None
    source_address: str | None
    details: dict[str, str | int | bool | tuple[str, ...] | None]
    hash: str


class EventList(WireModel):
    """A page of a session's audit events, oldest first."""

    events: tuple[AuditEventView, ...]
    next_cursor: str | None


class PageQuery(WireModel):
    """Where a page begins and how long it is."""

    cursor: Cursor | None = None
    limit: PageSize = 100


# ---- joining


class PreviewCode(WireModel):
    """A join code, to see who is asking before anything is claimed."""

    code: JoinCodeText
    proof: ProofOfWork | None = None
    """Needed once the broker has answered `proof_needed`."""


class JoinPreview(WireModel):
    """Who is asking, and for what. The code stays unclaimed."""

    session_id: SessionId
    report_token: ReportToken
    """With it the session can be reported, before it begins or later."""
    support_contact: ShortText
    """How the organisation is reached outside of Handrail; empty when it does not say."""
    technician_name: PersonName
    organisation: ShortText
    account: KnownAccount | None
    ticket_id: TicketId
    requested: tuple[Capability, ...]
    expires_at: datetime


class ClientPackage(WireModel):
    """One support client that this broker offers for download."""

    platform: Literal["linux", "windows", "macos", "any"]
    file_name: ShortText
    url: ShortText
    size_bytes: int


class ClientDownloads(WireModel):
    """Every support client on offer."""

    packages: tuple[ClientPackage, ...]


# ---- the machine's side


class Health(WireModel):
    """Whether the broker is alive, or ready for sessions."""

    status: Literal["ok", "unavailable"]
    version: str
    problems: tuple[ShortText, ...] = ()
    notices: tuple[ShortText, ...] = ()
    """What an admin should look at though the broker serves."""
