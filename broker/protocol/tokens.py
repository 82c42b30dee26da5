"""API tokens: bodies of the HTTP API."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from broker.protocol.groups import GroupName
from broker.protocol.vocabulary import AccountId, PersonName, Scope, WireModel

MAX_TOKENS: Final = 20
"""Of one account."""
MAX_TOKEN_DAYS: Final = 365

TokenId = Annotated[str, StringConstraints(pattern=r"^tok_[0-9a-f]{32}$")]


class MakeToken(WireModel):
    """A new token: what for, what it may do, and for how long."""

    name: GroupName
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=len(Scope))]
    days: Annotated[int, Field(ge=1, le=MAX_TOKEN_DAYS)]


class TokenView(WireModel):
    """A token without the token."""

    token_id: TokenId
    name: GroupName
    account_id: AccountId
    account_name: PersonName
    """Whose it is: in whose name it acts."""
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    valid: bool
    """Whether it would be taken now."""


class TokenMade(WireModel):
    """A token, told this once: the broker keeps only its HMAC."""

    token: str
    view: TokenView


class TokenList(WireModel):
    """One's own tokens, or everybody's for an admin, the newest first."""

    tokens: tuple[TokenView, ...]
    scopes: tuple[Scope, ...]
    """What one's role could put into a token now."""
