"""Small things that many tests begin with. Time stands still unless a test moves it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher

from broker.audit.event import Actor, AuditEvent
from broker.identity.passwords import Passwords
from broker.ports import Account, SignIn, StoredAccount
from broker.protocol.vocabulary import ActorKind, Capability, EndReason, Role, SessionState
from broker.session import events as ev
from broker.session.facts import Session
from broker.session.records import opened

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
TECHNICIAN = Actor(ActorKind.TECHNICIAN, "usr_" + "a" * 32, "Ada Technician", "192.0.2.7")
ADMIN = Actor(ActorKind.ADMIN, "usr_" + "b" * 32, "Bo Admin", "192.0.2.8")
END_USER = Actor(ActorKind.END_USER, address="198.51.100.9")


class SetClock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **duration: float) -> None:
        self._now += timedelta(**duration)


def quick_passwords() -> Passwords:
    """Passwords that cost nothing: a real one takes 0.2 s of processor time, every time."""
    return Passwords(quick_hasher())


def quick_hasher() -> PasswordHasher:
    """The same algorithm at the least cost that it takes."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def session_id(number: int) -> str:
    return f"ses_{number:032x}"


def a_session(number: int = 1, **facts: Any) -> Session:
    session = Session(
        session_id=session_id(number),
        ticket_id="T-1",
        technician_id="usr_" + "a" * 32,
        technician_name="Ada Technician",
        requested=(Capability.VIEW, Capability.CONTROL),
        created_at=NOW,
        code_expires_at=NOW + timedelta(minutes=10),
        code_hash=f"{number:064x}",
    )
    return replace(session, **facts)


def ended(live: Session) -> Session:
    """Give the same session when the end user has stopped it."""
    return replace(
        live,
        state=SessionState.ENDED,
        code_hash=None,
        ended_at=NOW,
        end_reason=EndReason.END_USER_STOPPED,
        version=live.version + 1,
    )


def its_creation(session: Session) -> AuditEvent:
    return opened(session, ev.ConsoleAttached(TECHNICIAN), session.created_at).event


def an_event(action: str = "test.happened", **fields: Any) -> AuditEvent:
    return AuditEvent(NOW, action, fields.pop("actor", TECHNICIAN), **fields)


def an_account(number: int = 1, **facts: Any) -> StoredAccount:
    account = Account(
        f"usr_{number:032x}", f"user{number}@example.org", f"User {number}", Role.TECHNICIAN, NOW
    )
    return StoredAccount(replace(account, **facts), "$argon2id$hash")


def a_sign_in(account: StoredAccount, number: int = 1, **facts: Any) -> SignIn:
    sign_in = SignIn(
        f"sgn_{number:032x}",
        account.account.account_id,
        f"{number:064x}",
        NOW,
        NOW + timedelta(hours=12),
    )
    return replace(sign_in, **facts)
