"""The end user's receipt: what the audit log says of their session, as far as they may know it.

The broker signs the log up to the session's end, and the support client countersigns that with a
key of this session alone, whose public part is on the log since the code was entered.
"""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, StringConstraints

from broker.protocol.vocabulary import ActorKind, SessionId, ShortText, TicketId, WireModel

RECEIPT_WITHIN_S: Final = 3600
"""So long after the session's end a support client may fetch and countersign its receipt."""

MAX_STEPS: Final = 2000
"""A longer session's receipt holds the first and the last of it, and says so."""

_PURPOSE: Final = "handrail receipt 1"

ReceiptToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""With it the support client that joined fetches this session's receipt, and countersigns it."""

ReceiptKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""An Ed25519 public key: 32 bytes in base64."""

Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
"""An Ed25519 signature: 64 bytes in base64."""

HashText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 in lowercase hex."""

TimeText = Annotated[str, StringConstraints(pattern=r"^[0-9T:.-]{19,26}Z$")]
"""A moment as it is signed: RFC 3339 in UTC."""

StepValue = str | int | bool | tuple[str, ...] | None


class ReceiptStep(WireModel):
    """One thing that happened, as the audit log tells it."""

    at: datetime
    action: ShortText
    by: ActorKind
    name: str | None = None
    """Who it was, when the log names a technician."""
    details: dict[str, StepValue]


class SignedLog(WireModel):
    """The broker's word that its log had so many records and ended with this hash then."""

    records: Annotated[int, Field(ge=1)]
    hash: HashText
    signed_at: TimeText
    key_id: ShortText
    signature: Signature


class SessionReceipt(WireModel):
    """What happened in a session, and where the log stood when it ended."""

    format: Literal["handrail receipt 1"] = "handrail receipt 1"
    session_id: SessionId
    ticket_id: TicketId
    organisation: ShortText
    machine: str | None
    steps: Annotated[tuple[ReceiptStep, ...], Field(min_length=1)]
    left_out: int = 0
    """Steps in the middle that are on the log and not here: there were too many."""
    log: SignedLog
    """`hash` is that of the record of the session's end."""


class Countersign(WireModel):
    """The support client's word that it was told this end of the log."""

    records: Annotated[int, Field(ge=1)]
    hash: HashText
    signed_at: TimeText
    key: ReceiptKey
    signature: Signature


class SavedReceipt(WireModel):
    """What the end user keeps: a file of this is what `audit verify --receipt` reads."""

    receipt: SessionReceipt
    countersigned: Countersign


def signed_bytes(session_id: str, records: int, last_hash: str, signed_at: str) -> bytes:
    """Give what the support client signs: five lines, in UTF-8."""
    return "\n".join((_PURPOSE, session_id, str(records), last_hash, signed_at)).encode()


def is_countersigned(session_id: str, word: Countersign, key: str) -> bool:
    """Tell whether the holder of this key (base64) signed these words about this session."""
    text = signed_bytes(session_id, word.records, word.hash, word.signed_at)
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(word.signature, validate=True), text)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return word.key == key


def step_value(value: Any) -> StepValue:
    """Give a detail of the log as a receipt holds it."""
    return tuple(value) if isinstance(value, list | tuple) else value
