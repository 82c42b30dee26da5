"""API tokens: what a program may do in the name of the person who made it, and never more.

A token holds no rights of its own. Each time it is used, whoever made it is asked for anew: what
their role may not do now, their token may not, and a token that is older than the last time they
were signed out everywhere is good for nothing.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from broker.audit.event import AuditEvent, DetailValue
from broker.errors import NotPermitted, NotSignedIn
from broker.ports import Account, AccountStore, AuditLog, Clock, Secrets
from broker.protocol.endpoints import ENDPOINTS
from broker.protocol.tokens import MAX_TOKENS, MakeToken
from broker.protocol.vocabulary import Role, Scope
from broker.service.registry import actor_of
from broker.token_ports import ApiToken, TokenStore

USED_EVERY: Final = timedelta(minutes=1)
"""When a token was used is noted no more often than this."""

_TOKEN: Final = re.compile(r"hrt_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Holder:
    """A token that was taken, and in whose name it acts."""

    account: Account
    token: ApiToken


@dataclass(frozen=True, slots=True)
class Tokens:
    """The API tokens of this broker."""

    store: TokenStore
    accounts: AccountStore
    audit_log: AuditLog
    secrets: Secrets
    clock: Clock

    async def make(
        self, account: Account, wanted: MakeToken, address: str | None
    ) -> tuple[str, ApiToken]:
        """Make a token: itself, told this once, and what is kept of it.

        NotPermitted for a scope that the account's role has nothing of; Conflict.
        """
        denied = [one.value for one in wanted.scopes if one not in scopes_of(account.role)]
        if denied:
            raise NotPermitted(f"Your role does not allow: {', '.join(denied)}.")
        token_id, now = self.secrets.new_id("tok"), self.clock.now()
        token = f"hrt_{token_id.removeprefix('tok_')}_{self.secrets.new_token()}"
        kept = ApiToken(
            token_id,
            account.account_id,
            wanted.name,
            tuple(one for one in Scope if one in wanted.scopes),
            self.secrets.fingerprint(token),
            now,
            now + timedelta(days=wanted.days),
        )
        details: dict[str, DetailValue] = {
            "token_id": token_id,
            "token_name": kept.name,
            "scopes": tuple(one.value for one in kept.scopes),
            "expires_at": kept.expires_at.isoformat(),
        }
        event = AuditEvent(now, "token.made", actor_of(account, address), details=details)
        await self.store.create(kept, MAX_TOKENS, event)
        return token, kept

    async def seen_by(self, account: Account) -> tuple[Holder, ...]:
        """Give the tokens that an account may see, with whose each is."""
        everybodys = account.role is Role.ADMIN
        kept = await self.store.all(None if everybodys else account.account_id)
        people = {one.account_id: one for one in await self.accounts.all()} if kept else {}
        return tuple(Holder(people[one.account_id], one) for one in kept)

    def is_valid(self, holder: Holder) -> bool:
        """Whether a token would be taken now."""
        account, token = holder.account, holder.token
        signed_out = account.revoked_at is not None and account.revoked_at >= token.created_at
        return not account.disabled and not signed_out and token.expires_at > self.clock.now()

    async def delete(self, account: Account, token_id: str, address: str | None) -> None:
        """Take a token away: one's own, or anybody's for an admin."""
        kept = await self.store.get(token_id)
        if kept is None or not (
            account.role is Role.ADMIN or account.account_id == kept.account_id
        ):
            return
        details: dict[str, DetailValue] = {"token_id": token_id, "token_name": kept.name}
        if kept.account_id != account.account_id:
            details["target_account"] = kept.account_id
        event = AuditEvent(
            self.clock.now(), "token.deleted", actor_of(account, address), details=details
        )
        await self.store.delete(token_id, event)

    async def authenticate(self, token: str) -> Holder:
        """Give in whose name a token acts. NotSignedIn when it is not, or no longer, good."""
        found = _TOKEN.fullmatch(token)
        kept = await self.store.get(f"tok_{found[1]}") if found else None
        if kept is None or not self.secrets.matches(token, kept.token_hash):
            raise NotSignedIn("This token is not valid.")
        account = await self.accounts.get(kept.account_id)
        if account is None or not self.is_valid(Holder(account, kept)):
            raise NotSignedIn("This token is not valid any more.")
        await self._note_use(kept)
        return Holder(account, kept)

    async def acted(self, holder: Holder, operation: str, address: str | None) -> None:
        """Put on the audit log that a token changes something, before it does."""
        details: dict[str, DetailValue] = {
            "token_id": holder.token.token_id,
            "token_name": holder.token.name,
            "operation": operation,
        }
        actor = actor_of(holder.account, address)
        event = AuditEvent(self.clock.now(), "token.used", actor, details=details)
        await self.audit_log.append(event)

    async def _note_use(self, token: ApiToken) -> None:
        now = self.clock.now()
        if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
            await self.store.used(token.token_id, now)


def scopes_of(role: Role) -> tuple[Scope, ...]:
    """Give the scopes of which a role may do anything at all."""
    within = {one.scope for one in ENDPOINTS if role in one.roles}
    return tuple(scope for scope in Scope if scope in within)
