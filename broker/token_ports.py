"""API tokens, as the core needs them stored; see `broker.ports`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.event import AuditEvent
from broker.protocol.vocabulary import Scope


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What a program may do in the name of somebody; the token itself is not kept."""

    token_id: str
    account_id: str
    name: str
    scopes: tuple[Scope, ...]
    token_hash: str
    """HMAC of the token."""
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


class TokenStore(Protocol):
    """The tokens of all accounts."""

    async def create(self, token: ApiToken, most: int, event: AuditEvent) -> None:
        """Store a new token. Conflict when its account has `most` already."""
        ...

    async def get(self, token_id: str) -> ApiToken | None:
        """Give a token, or None."""
        ...

    async def all(self, account_id: str | None = None) -> tuple[ApiToken, ...]:
        """Give the tokens of an account, or of all, the newest first."""
        ...

    async def used(self, token_id: str, at: datetime) -> None:
        """Note when a token was used; nothing when it is gone."""
        ...

    async def delete(self, token_id: str, event: AuditEvent) -> None:
        """Take a token away; nothing, and no event, when there is none."""
        ...
