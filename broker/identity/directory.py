"""The broker's own directory of people: implements `broker.ports.Directory`.

A sign-in is one row; its access tokens are short-lived and its refresh token changes at every
use. A refresh token that comes back after it was replaced has been copied, so it ends the
sign-in; within REFRESH_GRACE of the replacement it is only the second of two tabs that asked at
once, and is given the very token that the first one got.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, Protocol

from pydantic import TypeAdapter, ValidationError

from broker.audit.event import BROKER, KIND_OF_ROLE, Actor, AuditEvent, DetailValue, Outcome
from broker.errors import InvalidRequest, NotFound, NotSignedIn, SignInFailed
from broker.identity.passwords import Passwords, check_strength
from broker.identity.tokens import AccessClaims, AccessTokens
from broker.ports import (
    Account,
    AccountStore,
    AuditLog,
    Clock,
    Identity,
    NewAccount,
    Secrets,
    SignedIn,
    SignIn,
    StoredAccount,
)
from broker.protocol.rest import Email
from broker.protocol.vocabulary import ActorKind, PersonName, Role

REFRESH_GRACE: Final = timedelta(seconds=10)
"""How long a replaced refresh token still gives its successor: tabs that reload together."""

_REFRESH_TOKEN: Final = re.compile(r"(sgn_[0-9a-f]{32})\.[A-Za-z0-9_-]{43}")
UNKNOWN_EMAIL: Final = "There is no account with this email."
_SETUP: Final = "the first admin's setup token"
_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)
_NAME: Final[TypeAdapter[str]] = TypeAdapter(PersonName)


class DirectorySecrets(Secrets, Protocol):
    """What the directory needs beyond `ports.Secrets`."""

    def derive_token(self, purpose: str) -> str:
        """Give a token that is always the same for the same purpose."""
        ...


@dataclass(frozen=True, slots=True)
class DirectoryParts:
    """What the directory works with."""

    accounts: AccountStore
    audit_log: AuditLog
    secrets: DirectorySecrets
    tokens: AccessTokens
    passwords: Passwords
    clock: Clock
    refresh_life: timedelta


class LocalDirectory:
    """Accounts with passwords, kept in the broker's own store."""

    def __init__(self, parts: DirectoryParts) -> None:
        self._accounts = parts.accounts
        self._audit_log = parts.audit_log
        self._secrets = parts.secrets
        self._tokens = parts.tokens
        self._passwords = parts.passwords
        self._clock = parts.clock
        self._refresh_life = parts.refresh_life

    # ---- signing in and out

    async def sign_in(self, email: str, password: str, address: str | None) -> SignedIn:
        """Check credentials. SignInFailed is the same for every cause, and takes as long."""
        stored = await self._accounts.by_email(email)
        password_hash = None if stored is None else stored.password_hash
        right = await self._passwords.matches(password, password_hash)
        if stored is None or not right or stored.account.disabled:
            await self._record_failure(email, stored, address)
            raise SignInFailed
        return await self.begin(stored.account, address)

    async def refresh(self, refresh_token: str, address: str | None) -> SignedIn:
        """Exchange a refresh token. A used one revokes its whole sign-in. NotSignedIn."""
        account, sign_in = await self._live(_sign_in_id(refresh_token))
        if self._secrets.matches(refresh_token, sign_in.refresh_hash):
            rotated = await self._rotate(sign_in, refresh_token)
            if rotated is not None:
                return self._tokens_for(account, rotated, self._successor(refresh_token))
            account, sign_in = await self._live(sign_in.sign_in_id)
        if not self._is_late_twin(refresh_token, sign_in):
            actor = actor_of_account(account, address)
            await self._accounts.revoke_sign_in(
                sign_in.sign_in_id, self._event("auth.refresh_reused", actor, "refused")
            )
            raise NotSignedIn
        return self._tokens_for(account, sign_in, self._successor(refresh_token))

    async def sign_out(self, refresh_token: str | None, access_token: str | None) -> None:
        """End the sign-in that these tokens belong to; nothing when they belong to none."""
        sign_in = await self._of_refresh_token(refresh_token)
        if sign_in is None:
            sign_in = await self._of_access_token(access_token)
        if sign_in is None or sign_in.revoked:
            return
        account = await self._accounts.get(sign_in.account_id)
        actor = BROKER if account is None else actor_of_account(account, None)
        await self._accounts.revoke_sign_in(
            sign_in.sign_in_id, self._event("auth.signed_out", actor)
        )

    # ---- who is this

    async def authenticate(self, access_token: str) -> Identity:
        """Give who this is. NotSignedIn when expired, revoked, disabled or forged."""
        claims = self._tokens.read(access_token, self._clock.now())
        account, sign_in = await self._live(claims.sign_in_id)
        if account.account_id != claims.account_id:
            raise NotSignedIn
        return Identity(account, sign_in.sign_in_id)

    async def is_live(self, identity: Identity) -> bool:
        """Tell whether the sign-in still stands, for sockets that outlive a token."""
        try:
            await self._live(identity.sign_in_id)
        except NotSignedIn:
            return False
        return True

    # ---- accounts

    async def setup_token(self) -> str | None:
        """Give the one-time token for the first admin; None when there is an account."""
        return None if await self._accounts.all() else self._secrets.derive_token(_SETUP)

    async def set_up(self, token: str, account: NewAccount, address: str | None) -> SignedIn:
        """Make the first admin and sign in. NotFound when used, wrong or not needed."""
        expected = await self.setup_token()
        if expected is None:
            raise NotFound
        if not self._secrets.matches(token, self._secrets.fingerprint(expected)):
            await self._audit_log.append(
                self._event("setup.refused", Actor(ActorKind.BROKER, address=address), "refused")
            )
            raise NotFound
        stored = await self._new(account, Role.ADMIN)
        event = self._event(
            "setup.used", actor_of_account(stored.account, address), details=about(stored.account)
        )
        await self._accounts.create_first(stored, event)
        return await self.begin(stored.account, address)

    async def add(self, account: NewAccount, role: Role, by: Actor) -> Account:
        """Make an account. Conflict when the email is taken; InvalidRequest when weak."""
        stored = await self._new(account, role)
        event = self._event("account.created", by, details=about(stored.account))
        await self._accounts.create(stored, event)
        return stored.account

    async def disable(self, email: str, by: Actor) -> Account:
        """Disable an account and end its sign-ins. NotFound."""
        account = await self._known(email)
        event = self._event("account.disabled", by, details=about(account))
        await self._accounts.disable(account.account_id, event)
        return replace(account, disabled=True)

    async def enable(self, email: str, by: Actor) -> Account:
        """Let a disabled account sign in again. NotFound."""
        account = await self._known(email)
        event = self._event("account.enabled", by, details=about(account))
        await self._accounts.enable(account.account_id, event)
        return replace(account, disabled=False)

    async def set_password(self, email: str, password: str, by: Actor) -> Account:
        """Give an account another password and end its sign-ins. NotFound, InvalidRequest."""
        account = await self._known(email)
        check_strength(password, account.email)
        password_hash = await self._passwords.hash(password)
        event = self._event("account.password_set", by, details=about(account))
        await self._accounts.set_password(account.account_id, password_hash, event)
        return account

    async def all(self) -> tuple[Account, ...]:
        """Give every account, by email."""
        return await self._accounts.all()

    # ---- parts

    async def _known(self, email: str) -> Account:
        stored = await self._accounts.by_email(email)
        if stored is None:
            raise NotFound(UNKNOWN_EMAIL)
        return stored.account

    async def _new(self, wanted: NewAccount, role: Role) -> StoredAccount:
        email, name = _checked(wanted)
        check_strength(wanted.password, email)
        account = Account(self._secrets.new_id("usr"), email, name, role, self._clock.now())
        return StoredAccount(account, await self._passwords.hash(wanted.password))

    async def begin(self, account: Account, address: str | None) -> SignedIn:
        """Sign somebody in whose right to it was checked."""
        now = self._clock.now()
        sign_in_id = self._secrets.new_id("sgn")
        refresh_token = f"{sign_in_id}.{self._secrets.new_token()}"
        sign_in = SignIn(
            sign_in_id,
            account.account_id,
            self._secrets.fingerprint(refresh_token),
            now,
            now + self._refresh_life,
        )
        event = self._event("auth.signed_in", actor_of_account(account, address))
        await self._accounts.begin_sign_in(sign_in, event)
        return self._tokens_for(account, sign_in, refresh_token)

    async def _live(self, sign_in_id: str) -> tuple[Account, SignIn]:
        sign_in = await self._accounts.get_sign_in(sign_in_id)
        if sign_in is None or sign_in.revoked or sign_in.expires_at <= self._clock.now():
            raise NotSignedIn
        account = await self._accounts.get(sign_in.account_id)
        if account is None or account.disabled:
            raise NotSignedIn
        return account, sign_in

    async def _rotate(self, sign_in: SignIn, refresh_token: str) -> SignIn | None:
        """Replace the refresh token; None when another request was faster."""
        now = self._clock.now()
        new_hash = self._secrets.fingerprint(self._successor(refresh_token))
        rotated = replace(
            sign_in,
            refresh_hash=new_hash,
            previous_hash=sign_in.refresh_hash,
            rotated_at=now,
            expires_at=now + self._refresh_life,
        )
        won = await self._accounts.rotate(
            sign_in.sign_in_id, sign_in.refresh_hash, new_hash, now, rotated.expires_at
        )
        return rotated if won else None

    def _successor(self, refresh_token: str) -> str:
        """Give the one token that follows, so that two tabs that ask at once get the same."""
        return f"{_sign_in_id(refresh_token)}.{self._secrets.derive_token(refresh_token)}"

    def _is_late_twin(self, refresh_token: str, sign_in: SignIn) -> bool:
        """Tell the slower of two tabs from a copy: any other token that names this sign-in."""
        rotated_at = sign_in.rotated_at
        in_grace = rotated_at is not None and self._clock.now() - rotated_at <= REFRESH_GRACE
        return in_grace and self._secrets.matches(refresh_token, sign_in.previous_hash)

    def _tokens_for(self, account: Account, sign_in: SignIn, refresh_token: str) -> SignedIn:
        now = self._clock.now()
        return SignedIn(
            account,
            self._tokens.issue(account.account_id, sign_in.sign_in_id, account.role, now),
            self._tokens.life_s,
            refresh_token,
            int((sign_in.expires_at - now).total_seconds()),
        )

    async def _of_refresh_token(self, refresh_token: str | None) -> SignIn | None:
        if refresh_token is None or not _REFRESH_TOKEN.fullmatch(refresh_token):
            return None
        sign_in = await self._accounts.get_sign_in(_sign_in_id(refresh_token))
        if sign_in is None:
            return None
        hashes = (sign_in.refresh_hash, sign_in.previous_hash)
        known = any(self._secrets.matches(refresh_token, known_hash) for known_hash in hashes)
        return sign_in if known else None

    async def _of_access_token(self, access_token: str | None) -> SignIn | None:
        if access_token is None:
            return None
        try:
            claims: AccessClaims = self._tokens.read_expired(access_token)
        except NotSignedIn:
            return None
        return await self._accounts.get_sign_in(claims.sign_in_id)

    async def _record_failure(
        self, email: str, stored: StoredAccount | None, address: str | None
    ) -> None:
        """Nobody is known to have done this, so the actor is the broker, which refused it."""
        details: dict[str, DetailValue] = {"email": email[:254]}
        if stored is not None:
            details["target_account"] = stored.account.account_id
        actor = Actor(ActorKind.BROKER, address=address)
        await self._audit_log.append(self._event("auth.sign_in_failed", actor, "refused", details))

    def _event(
        self,
        action: str,
        actor: Actor,
        outcome: Outcome = "success",
        details: dict[str, DetailValue] | None = None,
    ) -> AuditEvent:
        return AuditEvent(self._clock.now(), action, actor, outcome, details=details or {})


def _sign_in_id(refresh_token: str) -> str:
    """Give the part of a refresh token that names its sign-in. NotSignedIn when it has none."""
    found = _REFRESH_TOKEN.fullmatch(refresh_token)
    if found is None:
        raise NotSignedIn
    return found[1]


def actor_of_account(account: Account, address: str | None) -> Actor:
    """Name an account in the audit log."""
    return Actor(KIND_OF_ROLE[account.role], account.account_id, account.name, address)


def about(account: Account) -> dict[str, DetailValue]:
    """Give what an event about an account says of it."""
    return {
        "target_account": account.account_id,
        "email": account.email,
        "role": account.role.value,
    }


def _checked(wanted: NewAccount) -> tuple[str, str]:
    try:
        email = _EMAIL.validate_python(wanted.email.strip())
    except ValidationError as error:
        raise InvalidRequest("This email is not valid.") from error
    try:
        return email, _NAME.validate_python(wanted.name.strip())
    except ValidationError as error:
        raise InvalidRequest("A name has 1 to 120 characters, all of them printable.") from error
