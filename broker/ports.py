"""What the core needs from the outside, as Protocols; `broker.compose` chooses who provides it.

Every write takes the audit event that goes with it: the adapter stores both in one transaction,
or neither, and raises AuditUnavailable when it can store nothing.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from broker.audit.chain import SealedEvent
from broker.audit.event import Actor, AuditEvent
from broker.protocol.vocabulary import Role, SessionState
from broker.session.facts import Session


class Clock(Protocol):
    """The only clock that counts."""

    def now(self) -> datetime:
        """Give the time in UTC."""
        ...


class Secrets(Protocol):
    """Randomness from the operating system, and keyed hashes of what must not be stored."""

    def new_id(self, prefix: str) -> str:
        """Give a fresh id: the prefix, `_` and 128 random bits in hex."""
        ...

    def new_token(self) -> str:
        """Give 256 random bits in base64url (43 characters)."""
        ...

    def new_join_code(self) -> str:
        """Give 12 digits: 11 random, one check digit."""
        ...

    def fingerprint(self, secret: str) -> str:
        """Give the HMAC-SHA-256 of a code or token, in hex."""
        ...

    def derive_token(self, purpose: str) -> str:
        """Give a token (43 characters) that is always the same for the same purpose."""
        ...

    def matches(self, secret: str, fingerprint: str | None) -> bool:
        """Compare in constant time; False when there is no fingerprint."""
        ...


# ---- sessions


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions a list is about; None is any."""

    ticket_id: str | None = None
    state: SessionState | None = None
    technician_id: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Sessions, newest first; `next_cursor` is None on the last page."""

    sessions: tuple[Session, ...]
    next_cursor: str | None


class SessionStore(Protocol):
    """Sessions as they are now."""

    async def create(self, session: Session, event: AuditEvent) -> None:
        """Store a new session. Conflict when its id or live code exists already."""
        ...

    async def save(self, before: Session, after: Session, event: AuditEvent) -> None:
        """Store a change. Conflict when somebody else changed `before` meanwhile."""
        ...

    async def get(self, session_id: str) -> Session | None:
        """Give a session, or None."""
        ...

    async def by_code(self, code_hash: str) -> Session | None:
        """Give the session whose live code has this HMAC, or None."""
        ...

    async def active(self) -> tuple[Session, ...]:
        """Give every session that has not ended."""
        ...

    async def page(self, where: SessionFilter, cursor: str | None, limit: int) -> SessionPage:
        """Give a page, newest first. InvalidRequest when the cursor is not one of ours."""
        ...


class AuditLog(Protocol):
    """The append-only log."""

    async def append(self, event: AuditEvent) -> None:
        """Seal and store an event that changes nothing else."""
        ...

    async def erase_personal(self, event: AuditEvent) -> None:
        """Erase what records say of people, of the owner that `event` names as `erased_owner`.

        NotFound when nothing is kept of it; InvalidRequest when it is a month that is not over;
        Conflict when it is a session that lives or is under a legal hold.
        """
        ...

    async def of_session(
        self, session_id: str, after: int, limit: int, without: frozenset[str] = frozenset()
    ) -> tuple[SealedEvent, ...]:
        """Give a session's events with a sequence above `after`, oldest first.

        Those of the actions `without` are left out.
        """
        ...

    async def newest(
        self, *, ticket_id: str | None = None, session_id: str | None = None, limit: int
    ) -> tuple[SealedEvent, ...]:
        """Give the last events, of a ticket or session when one is named, oldest first."""
        ...

    def everything(self) -> AsyncIterator[SealedEvent]:
        """Give the whole log in order, without holding it in memory."""
        ...

    async def sessions_without_creation(self) -> tuple[str, ...]:
        """Give the ids of stored sessions whose `session.created` is not in the log."""
        ...

    async def check_writable(self) -> None:
        """Raise AuditUnavailable when an event could not be stored now."""
        ...


# ---- notes


@dataclass(frozen=True, slots=True)
class Note:
    """What a technician wrote down about a session, for technicians."""

    note_id: str
    session_id: str
    author_id: str
    author_name: str
    written_at: datetime
    text: str


class NoteStore(Protocol):
    """The notes of all sessions."""

    async def of_session(self, session_id: str) -> tuple[Note, ...]:
        """Give a session's notes, the oldest first."""
        ...

    async def add(self, note: Note, most: int, event: AuditEvent) -> None:
        """Store a note. Conflict when the session has `most` already."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    account_id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled: bool = False
    revoked_at: datetime | None = None
    """When they last were signed out everywhere."""


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with its argon2 hash."""

    account: Account
    password_hash: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in of an account; its refresh token changes at every use."""

    sign_in_id: str
    account_id: str
    refresh_hash: str
    created_at: datetime
    expires_at: datetime
    revoked: bool = False
    previous_hash: str | None = None
    """HMAC of the refresh token before this one."""
    rotated_at: datetime | None = None


class AccountStore(Protocol):
    """Accounts and their sign-ins."""

    async def create(self, account: StoredAccount, event: AuditEvent) -> None:
        """Store a new account. Conflict when the email (any case) is taken."""
        ...

    async def create_first(self, account: StoredAccount, event: AuditEvent) -> None:
        """Store the first account. NotFound when there is any already, even in a race."""
        ...

    async def by_email(self, email: str) -> StoredAccount | None:
        """Give an account by email, whatever its case."""
        ...

    async def get(self, account_id: str) -> Account | None:
        """Give an account, or None."""
        ...

    async def all(self) -> tuple[Account, ...]:
        """Give every account, by email."""
        ...

    async def disable(self, account_id: str, event: AuditEvent) -> None:
        """Disable an account and revoke all its sign-ins. NotFound."""
        ...

    async def enable(self, account_id: str, event: AuditEvent) -> None:
        """Let a disabled account sign in again."""
        ...

    async def set_password(
        self, account_id: str, password_hash: str, event: AuditEvent, before: str | None = None
    ) -> None:
        """Replace an account's password hash and revoke all its sign-ins.

        NotFound; the same when it is not `before` any more.
        """
        ...

    async def stored(self, account_id: str) -> StoredAccount | None:
        """Give an account with its password hash, or None."""
        ...

    async def change_role(
        self, account_id: str, role: Role, event: AuditEvent, *, revokes: bool
    ) -> None:
        """Give an account another role, and revoke all its sign-ins if that is wanted. NotFound."""
        ...

    async def revoke_all(self, account_id: str, event: AuditEvent) -> None:
        """Revoke all sign-ins of an account. NotFound."""
        ...

    async def revoked_since(self, moment: datetime) -> tuple[Account, ...]:
        """Give the accounts whose sign-ins were all revoked then or later."""
        ...

    async def begin_sign_in(self, sign_in: SignIn, event: AuditEvent) -> None:
        """Store a new sign-in."""
        ...

    async def get_sign_in(self, sign_in_id: str) -> SignIn | None:
        """Give a sign-in, or None."""
        ...

    async def rotate(
        self,
        sign_in_id: str,
        old_hash: str,
        new_hash: str,
        rotated_at: datetime,
        expires_at: datetime,
    ) -> bool:
        """Replace the refresh hash; False when `old_hash` is not the current one."""
        ...

    async def revoke_sign_in(self, sign_in_id: str, event: AuditEvent) -> None:
        """End a sign-in."""
        ...


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What a sign-in or a refresh gives: the account and its two tokens."""

    account: Account
    access_token: str
    access_expires_in_s: int
    refresh_token: str
    refresh_expires_in_s: int


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request comes from, and by which sign-in."""

    account: Account
    sign_in_id: str


class Directory(Protocol):
    """Who people are. `address` is the source address for the audit log."""

    async def sign_in(self, email: str, password: str, address: str | None) -> SignedIn:
        """Check credentials. SignInFailed is the same for every cause, and takes as long."""
        ...

    async def refresh(self, refresh_token: str, address: str | None) -> SignedIn:
        """Exchange a refresh token. A used one revokes its whole sign-in. NotSignedIn."""
        ...

    async def sign_out(self, refresh_token: str | None, access_token: str | None) -> None:
        """End the sign-in that these tokens belong to; nothing when they belong to none."""
        ...

    async def authenticate(self, access_token: str) -> Identity:
        """Give who this is. NotSignedIn when expired, revoked, disabled or forged."""
        ...

    async def is_live(self, identity: Identity) -> bool:
        """Tell whether the sign-in still stands, for sockets that outlive a token."""
        ...

    async def setup_token(self) -> str | None:
        """Give the one-time token for the first admin; None when there is an account."""
        ...

    async def set_up(self, token: str, account: "NewAccount", address: str | None) -> SignedIn:
        """Make the first admin and sign in. NotFound when used, wrong or not needed."""
        ...

    async def add(self, account: "NewAccount", role: Role, by: Actor) -> Account:
        """Make an account. Conflict when the email is taken; InvalidRequest when weak."""
        ...

    async def disable(self, email: str, by: Actor) -> Account:
        """Disable an account and end its sign-ins. NotFound."""
        ...

    async def enable(self, email: str, by: Actor) -> Account:
        """Let a disabled account sign in again. NotFound."""
        ...

    async def set_password(self, email: str, password: str, by: Actor) -> Account:
        """Give an account another password and end its sign-ins. NotFound, InvalidRequest."""
        ...

    async def all(self) -> tuple[Account, ...]:
        """Give every account, by email."""
        ...


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person chooses when an account is made."""

    email: str
    name: str
    password: str
