"""What admins do with accounts, as the core needs it; see `broker.ports`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.event import Actor
from broker.ports import Account, SignedIn
from broker.protocol.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """What lets a person choose their password, once."""

    account: Account
    token: str
    expires_at: datetime


class AccountKeeper(Protocol):
    """Accounts, one at a time, by id. Each change is on the audit log. NotFound."""

    async def invite(self, email: str, name: str, role: Role, by: Actor) -> Invitation:
        """Make an account whose password nobody knows yet. Conflict, InvalidRequest."""
        ...

    async def invite_again(self, account_id: str, by: Actor) -> Invitation:
        """Let somebody choose their password anew; the one they have works until they do."""
        ...

    async def accept(self, token: str, password: str, address: str | None) -> SignedIn:
        """Take an invitation up and sign in. NotFound when it is used, old or forged."""
        ...

    async def change_role(self, account_id: str, role: Role, by: Actor) -> Account:
        """Give somebody another role; one that takes anything away signs them out."""
        ...

    async def disable(self, account_id: str, by: Actor) -> Account:
        """Let somebody sign in no more, and sign them out."""
        ...

    async def enable(self, account_id: str, by: Actor) -> Account:
        """Let somebody sign in again."""
        ...

    async def sign_out_everywhere(self, account_id: str, by: Actor) -> Account:
        """End every sign-in of somebody; their API tokens are good for nothing from then on."""
        ...
