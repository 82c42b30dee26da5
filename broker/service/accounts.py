"""Accounts as admins keep them; whoever loses a right loses what they do with it at once."""

from dataclasses import dataclass

from broker.account_ports import AccountKeeper, Invitation
from broker.errors import IllegalTransition
from broker.ports import Account, AccountStore
from broker.protocol.accounts import InviteAccount
from broker.protocol.vocabulary import Role
from broker.service.registry import actor_of
from broker.service.revocations import Revocations

YOURSELF = "You cannot take your own rights away: another admin can."


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of this broker, as admins see them."""

    keeper: AccountKeeper
    store: AccountStore
    revocations: Revocations

    async def all(self) -> tuple[Account, ...]:
        """Give every account, by email."""
        return await self.store.all()

    async def invite(self, by: Account, new: InviteAccount, address: str | None) -> Invitation:
        """Make an account, and what its owner chooses a password with."""
        return await self.keeper.invite(new.email, new.name, new.role, actor_of(by, address))

    async def invite_again(self, by: Account, account_id: str, address: str | None) -> Invitation:
        """Let somebody choose another password."""
        return await self.keeper.invite_again(account_id, actor_of(by, address))

    async def change_role(
        self, by: Account, account_id: str, role: Role, address: str | None
    ) -> Account:
        """Give somebody another role. NotFound; IllegalTransition for oneself."""
        _check_other(by, account_id)
        account = await self.keeper.change_role(account_id, role, actor_of(by, address))
        await self._end_what_was_revoked(by, account, address)
        return account

    async def disable(self, by: Account, account_id: str, address: str | None) -> Account:
        """Let somebody sign in no more. NotFound; IllegalTransition for oneself."""
        _check_other(by, account_id)
        account = await self.keeper.disable(account_id, actor_of(by, address))
        await self._end_what_was_revoked(by, account, address)
        return account

    async def enable(self, by: Account, account_id: str, address: str | None) -> Account:
        """Let somebody sign in again. NotFound."""
        return await self.keeper.enable(account_id, actor_of(by, address))

    async def sign_out(self, by: Account, account_id: str, address: str | None) -> Account:
        """End every sign-in, session and API token of somebody. NotFound."""
        account = await self.keeper.sign_out_everywhere(account_id, actor_of(by, address))
        await self._end_what_was_revoked(by, account, address)
        return account

    async def _end_what_was_revoked(
        self, by: Account, before: Account, address: str | None
    ) -> None:
        now = await self.store.get(before.account_id)
        if now is not None and now.revoked_at != before.revoked_at:
            await self.revocations.end_of(now, actor_of(by, address))


def _check_other(by: Account, account_id: str) -> None:
    if by.account_id == account_id:
        raise IllegalTransition(YOURSELF)
