"""What the table says of each operation of the HTTP API."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from broker.protocol.vocabulary import ErrorCode, WireModel


class Access(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TRANSCRIPT_TOKEN = "transcript_token"  # noqa: S105 - the name of a kind of access
    """The token of `session.joined`, as `Authorization: Bearer` (RFC 6750)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the HTTP API."""

    operation_id: str
    method: Literal["GET", "POST"]
    path: str
    summary: str
    access: Access
    status: int
    response: type[WireModel] | None
    body: type[WireModel] | None = None
    query: type[WireModel] | None = None
    errors: tuple[ErrorCode, ...] = ()


BAD = ErrorCode.INVALID_REQUEST
ABSENT = ErrorCode.NOT_FOUND
BUSY = ErrorCode.TOO_MANY_REQUESTS
