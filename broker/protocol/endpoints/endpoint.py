"""What the table says of each operation of the HTTP API."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from broker.protocol.vocabulary import ErrorCode, Role, Scope, WireModel


class Access(StrEnum):
    """Who may call an endpoint."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    TRANSCRIPT_TOKEN = "transcript_token"  # noqa: S105 - the name of a kind of access
    """The token of `session.joined`, as `Authorization: Bearer` (RFC 6750)."""
    RECEIPT_TOKEN = "receipt_token"  # noqa: S105 - the name of a kind of access
    """Another token of `session.joined`, sent the same way."""


NOBODY: Final[frozenset[Role]] = frozenset()
ADMINS: Final = frozenset({Role.ADMIN})
WATCHERS: Final = frozenset({Role.AUDITOR, Role.ADMIN})
"""Who reads what others did."""
OVERSEERS: Final = frozenset({Role.LEAD, Role.AUDITOR, Role.ADMIN})
"""Who sees what goes on now; which sessions is decided for each one."""
TECHNICIANS: Final = frozenset({Role.TECHNICIAN, Role.LEAD, Role.ADMIN})
"""Who takes part in sessions."""
EVERYBODY: Final = frozenset(Role)
"""Whoever may sign in; what of it they are shown is decided for each session."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of the HTTP API."""

    operation_id: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    access: Access
    status: int
    response: type[WireModel] | None
    body: type[WireModel] | None = None
    query: type[WireModel] | None = None
    errors: tuple[ErrorCode, ...] = ()
    media_types: tuple[str, ...] = ()
    """What the answer may be, where it is no JSON of a model."""
    roles: frozenset[Role] = NOBODY
    """Who of the signed-in may call it at all: whoever is not named here may not."""
    scope: Scope | None = None
    """What an API token needs for it; None: a person has to be signed in."""


BAD = ErrorCode.INVALID_REQUEST
ABSENT = ErrorCode.NOT_FOUND
BUSY = ErrorCode.TOO_MANY_REQUESTS
