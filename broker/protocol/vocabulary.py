"""The closed sets of words that every other part of Handrail uses, and the shape of its ids."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

MAX_MESSAGE_BYTES: Final = 64 * 1024
"""Largest websocket message either side accepts, in bytes."""

MAX_CHANNEL_MESSAGE_BYTES: Final = 16 * 1024
"""Largest data channel message either side accepts, in bytes."""

CONSENT_TIMEOUT_S: Final = 60
"""An end user who has not answered after this many seconds has declined."""


class WireModel(BaseModel):
    """Base of everything that crosses a wire: immutable, strict, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
"""Of the width or height of what is shown: 0 is left or top, 1 is right or bottom."""
Sequence = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A number that only rises, and that JavaScript can hold."""


class Role(StrEnum):
    """What an account may do. An admin may do all that a technician and an auditor may.

    Which endpoints each may call is said in `broker.protocol.endpoints`.
    """

    TECHNICIAN = "technician"
    LEAD = "lead"
    """A technician who sees the live sessions of all others, and may ask to join them."""
    AUDITOR = "auditor"
    """Reads every session's facts and the audit log, and takes part in nothing."""
    ADMIN = "admin"


class Scope(StrEnum):
    """What an API token may be used for, where its maker's role allows it."""

    SESSIONS_READ = "sessions.read"
    SESSIONS_WRITE = "sessions.write"
    """Open sessions, get their codes, end them."""
    AUDIT_READ = "audit.read"
    REPORTS_READ = "reports.read"
    SYSTEM_READ = "system.read"
    """How the broker and its machine are, in findings and figures."""


class ActorKind(StrEnum):
    """Who did what an audit event tells."""

    TECHNICIAN = "technician"
    AUDITOR = "auditor"
    ADMIN = "admin"
    END_USER = "end_user"
    BROKER = "broker"
    OPERATOR = "operator"
    """Whoever runs commands on the broker's own machine."""
    JOIN_PAGE = "join_page"
    """Somebody who has the join code; the technician who made it has it too."""


class SessionState(StrEnum):
    """Where a session is in its life; the legal moves are in `broker.session.lifecycle`."""

    WAITING = "waiting"
    JOINED = "joined"
    CONSENTED = "consented"
    CONNECTED = "connected"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a session ended. Every ended session has exactly one."""

    TECHNICIAN_ENDED = "technician_ended"
    ADMIN_ENDED = "admin_ended"
    END_USER_STOPPED = "end_user_stopped"
    JOIN_PAGE_STOPPED = "join_page_stopped"
    """Somebody who had the join code pressed "I don't trust this" on the join page."""
    CONSENT_DECLINED = "consent_declined"
    CONSENT_TIMEOUT = "consent_timeout"
    CODE_EXPIRED = "code_expired"
    END_USER_LOST = "end_user_lost"
    TECHNICIAN_LOST = "technician_lost"
    SESSION_TIME_LIMIT = "session_time_limit"
    RIGHTS_LAPSED = "rights_lapsed"
    """The end user gave no answer when asked whether the rights go on."""
    SCREENS_DIFFER = "screens_differ"
    """A person said that the two screens do not show the same string."""
    CONNECTION_ALTERED = "connection_altered"
    """A program found that somebody is between the two sides, or may be."""
    AUDIT_UNAVAILABLE = "audit_unavailable"
    """The broker could not write down any more what happens: no audit, no session."""


class Capability(StrEnum):
    """A right that the end user grants, one by one."""

    VIEW = "view"
    CONTROL = "control"
    CLIPBOARD_SEND = "clipboard.send"
    """Put the technician's clipboard into the end user's."""
    CLIPBOARD_RECEIVE = "clipboard.receive"
    """Get the end user's clipboard."""
    FILES_SEND = "files.send"
    FILES_RECEIVE = "files.receive"
    DIAGNOSTICS = "diagnostics"


class ConsentSource(StrEnum):
    """How consent was given: by a person in the window, or on the client's command line."""

    WINDOW = "window"
    COMMAND_LINE = "command_line"


class PeerFailure(StrEnum):
    """Why a peer connection could not be made."""

    CONNECT_TIMEOUT = "connect_timeout"
    ICE_FAILED = "ice_failed"
    NEGOTIATION_FAILED = "negotiation_failed"
    RELAY_REFUSED = "relay_refused"
    """No way was found, and a TURN server refused to be one."""
    TUNNEL_REFUSED = "tunnel_refused"
    """No way was found, and the broker does not carry this session now."""
    TUNNEL_DAMAGED = "tunnel_damaged"
    """What came through the broker is not what the other side had sealed."""


class ErrorCode(StrEnum):
    """Every error that a person or a program can be told about."""

    INVALID_REQUEST = "invalid_request"
    INVALID_MESSAGE = "invalid_message"
    MESSAGE_TOO_LARGE = "message_too_large"
    PROTOCOL_VERSION = "protocol_version"
    WRONG_STATE = "wrong_state"
    CODE_MALFORMED = "code_malformed"
    CODE_REJECTED = "code_rejected"
    PROOF_NEEDED = "proof_needed"
    RESUME_REJECTED = "resume_rejected"
    NOT_SIGNED_IN = "not_signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    NOT_PERMITTED = "not_permitted"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    SESSION_ENDED = "session_ended"
    PEER_ABSENT = "peer_absent"
    REPLACED = "replaced"
    DISMISSED = "dismissed"
    """This console may not show the session any more."""
    TOO_MANY_REQUESTS = "too_many_requests"
    AUDIT_UNAVAILABLE = "audit_unavailable"
    SHUTTING_DOWN = "shutting_down"
    INTERNAL = "internal"


SessionId = Annotated[str, StringConstraints(pattern=r"^ses_[0-9a-f]{32}$")]
AccountId = Annotated[str, StringConstraints(pattern=r"^usr_[0-9a-f]{32}$")]
PeerId = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]
"""Names one peer connection; a fresh connection under the same session has a fresh id."""

TicketId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9#][A-Za-z0-9 ._#/:-]{0,63}$")]
"""1 to 64 characters; letters, digits and `# . _ / : -` and spaces, so it is safe in any export."""

SocketTicket = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{16,200}$")]
"""Opens one websocket, once."""

JoinCodeText = Annotated[str, StringConstraints(pattern=r"^[0-9 -]{12,23}$")]
"""A join code as typed: 12 digits, spaces and hyphens allowed between them."""

ResumeToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""32 random bytes in base64url."""

_DIRECTION: Final = r"\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069"

NOT_IN_NAMES: Final = r"\x00-\x1f\x7f-\x9f" + _DIRECTION
"""What no name holds, as a regular expression's character class: controls (C0, C1), line
separators, and the marks of direction that make a text read as another (Unicode TR 36, 2.5)."""

NOT_IN_TEXTS: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
"""What no longer text holds, as a regular expression's character class: controls, but for tab and
line feed. JSON makes six bytes of each, and no database takes them all."""

NOT_IN_NOTES: Final = NOT_IN_TEXTS + _DIRECTION
"""What no text holds that strangers write for those who watch over technicians."""

MAX_SHORT_TEXT: Final = 200

PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=120, pattern=rf"^[^{NOT_IN_NAMES}]+$")
]
ShortText = Annotated[
    str, StringConstraints(max_length=MAX_SHORT_TEXT, pattern=rf"^[^{NOT_IN_NAMES}]*$")
]

_UNFIT: Final = re.compile(rf"[{NOT_IN_NAMES}\ud800-\udfff]")


def fit_name(text: object) -> object:
    """Make a text that somebody else chose fit for `ShortText`, a `\N{REPLACEMENT CHARACTER}` each.

    Whatever is no text is left to be refused.
    """
    return _UNFIT.sub("\ufffd", text)[:MAX_SHORT_TEXT] if isinstance(text, str) else text


EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""The first moment that is too late: what is counted from a time has to be one itself."""


def _within_reach(moment: datetime) -> datetime:
    zoned = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    if not EARLIEST <= zoned < LATEST:
        raise PydanticCustomError("time_out_of_range", "a time lies in the years 1970 to 9998, UTC")
    return zoned.astimezone(UTC)


AskedTime = Annotated[datetime, AfterValidator(_within_reach)]
"""A time that a request names, in UTC; without a zone it is taken as UTC."""

MachineName = Annotated[ShortText, BeforeValidator(fit_name)]
"""A computer's own name: an odd one is shown mended, and never a reason to refuse its owner."""
