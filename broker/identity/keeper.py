"""Accounts as admins keep them: implements `broker.account_ports.AccountKeeper`.

An invitation is kept nowhere. It is derived from the password hash that it replaces, so taking it
up, or any other change of the password, makes it worthless.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.account_ports import Invitation
from broker.audit.event import Actor, AuditEvent, DetailValue
from broker.errors import NotFound
from broker.identity.directory import DirectoryParts, LocalDirectory, about, actor_of_account
from broker.identity.passwords import check_strength
from broker.ports import Account, NewAccount, SignedIn, StoredAccount
from broker.protocol.vocabulary import Role

INVITATION_LIFE: Final = timedelta(hours=72)

WIDER: Final = {
    (Role.TECHNICIAN, Role.LEAD),
    (Role.TECHNICIAN, Role.ADMIN),
    (Role.AUDITOR, Role.ADMIN),
}
"""Changes of role that take nothing away; a lead joins sessions uninvited, an admin does not."""

_INVITATION: Final = re.compile(r"([0-9a-f]{32})\.([0-9]{10})\.[A-Za-z0-9_-]{43}")


class LocalAccountKeeper:
    """The accounts of the broker's own directory."""

    def __init__(self, parts: DirectoryParts, directory: LocalDirectory) -> None:
        self._accounts = parts.accounts
        self._audit_log = parts.audit_log
        self._secrets = parts.secrets
        self._passwords = parts.passwords
        self._clock = parts.clock
        self._directory = directory

    async def invite(self, email: str, name: str, role: Role, by: Actor) -> Invitation:
        """Make an account whose password nobody knows yet. Conflict, InvalidRequest."""
        unknown = NewAccount(email, name, self._secrets.new_token())
        account = await self._directory.add(unknown, role, by)
        return self._invitation(await self._stored(account.account_id))

    async def invite_again(self, account_id: str, by: Actor) -> Invitation:
        """Let somebody choose their password anew; the one they have works until they do."""
        stored = await self._stored(account_id)
        await self._audit_log.append(self._event("account.invited", by, stored.account))
        return self._invitation(stored)

    async def accept(self, token: str, password: str, address: str | None) -> SignedIn:
        """Take an invitation up and sign in. NotFound when it is used, old or forged."""
        stored = await self._invited(token)
        account = stored.account
        check_strength(password, account.email)
        password_hash = await self._passwords.hash(password)
        actor = actor_of_account(account, address)
        event = self._event("account.invitation_accepted", actor, account)
        before = stored.password_hash
        await self._accounts.set_password(account.account_id, password_hash, event, before)
        return await self._directory.begin(account, address)

    async def change_role(self, account_id: str, role: Role, by: Actor) -> Account:
        """Give somebody another role; one that takes anything away signs them out."""
        account = (await self._stored(account_id)).account
        if account.role is role:
            return account
        changed = replace(account, role=role)
        before: dict[str, DetailValue] = {"role_before": account.role.value}
        event = self._event("account.role_changed", by, changed, before)
        revokes = (account.role, role) not in WIDER
        await self._accounts.change_role(account_id, role, event, revokes=revokes)
        return changed

    async def disable(self, account_id: str, by: Actor) -> Account:
        """Let somebody sign in no more, and sign them out."""
        account = (await self._stored(account_id)).account
        await self._accounts.disable(account_id, self._event("account.disabled", by, account))
        return replace(account, disabled=True)

    async def enable(self, account_id: str, by: Actor) -> Account:
        """Let somebody sign in again."""
        account = (await self._stored(account_id)).account
        await self._accounts.enable(account_id, self._event("account.enabled", by, account))
        return replace(account, disabled=False)

    async def sign_out_everywhere(self, account_id: str, by: Actor) -> Account:
        """End every sign-in of somebody; their API tokens are good for nothing from then on."""
        account = (await self._stored(account_id)).account
        event = self._event("account.signed_out_everywhere", by, account)
        await self._accounts.revoke_all(account_id, event)
        return account

    # ----

    async def _stored(self, account_id: str) -> StoredAccount:
        stored = await self._accounts.stored(account_id)
        if stored is None:
            raise NotFound
        return stored

    def _invitation(self, stored: StoredAccount) -> Invitation:
        expires_at = self._clock.now() + INVITATION_LIFE
        expires = int(expires_at.timestamp())
        token = self._token(stored, expires)
        return Invitation(stored.account, token, datetime.fromtimestamp(expires, UTC))

    def _token(self, stored: StoredAccount, expires: int) -> str:
        account_id = stored.account.account_id
        purpose = f"invitation {account_id} {expires} {stored.password_hash}"
        hex_id = account_id.removeprefix("usr_")
        return f"{hex_id}.{expires}.{self._secrets.derive_token(purpose)}"

    async def _invited(self, token: str) -> StoredAccount:
        found = _INVITATION.fullmatch(token)
        stored = await self._accounts.stored(f"usr_{found[1]}") if found else None
        if found is None or stored is None or stored.account.disabled:
            raise NotFound
        expires = int(found[2])
        wanted = self._secrets.fingerprint(self._token(stored, expires))
        if not self._secrets.matches(token, wanted) or expires <= self._clock.now().timestamp():
            raise NotFound
        return stored

    def _event(
        self,
        action: str,
        by: Actor,
        account: Account,
        more: dict[str, DetailValue] | None = None,
    ) -> AuditEvent:
        details = about(account) | (more or {})
        return AuditEvent(self._clock.now(), action, by, details=details)
