"""Accounts and their sign-ins on SQLAlchemy: implements `broker.ports.AccountStore`."""

import re
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from broker.audit.event import AuditEvent
from broker.errors import NotFound
from broker.ports import Account, SignIn, StoredAccount
from broker.protocol.vocabulary import Role
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import accounts, sign_ins

EMAIL_TAKEN: Final = "An account with this email exists already."

_ACCOUNT_ID: Final = re.compile(r"usr_[0-9a-f]{32}")
_ACCOUNT: Final = select(*(accounts.c[field.name] for field in fields(Account)))
_SIGN_IN: Final = select(*(sign_ins.c[field.name] for field in fields(SignIn)))


class SqlAccountStore:
    """Accounts and sign-ins in two tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, account: StoredAccount, event: AuditEvent) -> None:
        """Store a new account. Conflict when the email (any case) is taken."""
        async with self._database.write(EMAIL_TAKEN) as connection:
            await _insert_account(connection, account)
            await record(connection, event)

    async def create_first(self, account: StoredAccount, event: AuditEvent) -> None:
        """Store the first account. NotFound when there is any already, even in a race."""
        async with self._database.write() as connection:
            if await connection.scalar(select(func.count()).select_from(accounts)):
                raise NotFound
            await _insert_account(connection, account)
            await record(connection, event)

    async def by_email(self, email: str) -> StoredAccount | None:
        """Give an account by email, whatever its case."""
        return await self._stored(accounts.c.email_key == _key(email))

    async def stored(self, account_id: str) -> StoredAccount | None:
        """Give an account with its password hash, or None; what is no id is None too."""
        if not _ACCOUNT_ID.fullmatch(account_id):
            return None
        return await self._stored(accounts.c.account_id == account_id)

    async def _stored(self, condition: ColumnElement[bool]) -> StoredAccount | None:
        query = _ACCOUNT.add_columns(accounts.c.password_hash)
        async with self._database.read() as connection:
            row = (await connection.execute(query.where(condition))).one_or_none()
        if row is None:
            return None
        values: dict[str, Any] = dict(row._mapping)
        password_hash = values.pop("password_hash")
        return StoredAccount(Account(**values), password_hash)

    async def get(self, account_id: str) -> Account | None:
        """Give an account, or None."""
        async with self._database.read() as connection:
            found = await connection.execute(_ACCOUNT.where(accounts.c.account_id == account_id))
            row = found.one_or_none()
        return None if row is None else Account(**row._mapping)

    async def all(self) -> tuple[Account, ...]:
        """Give every account, by email."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_ACCOUNT)).all()
        # Sorted here: databases order text by rules of their own.
        return tuple(sorted((Account(**row._mapping) for row in rows), key=lambda a: _key(a.email)))

    async def disable(self, account_id: str, event: AuditEvent) -> None:
        """Disable an account and revoke all its sign-ins. NotFound."""
        async with self._database.write() as connection:
            await _change_account(connection, account_id, disabled=True)
            await _revoke_all(connection, account_id, event)
            await record(connection, event)

    async def enable(self, account_id: str, event: AuditEvent) -> None:
        """Let a disabled account sign in again. NotFound."""
        async with self._database.write() as connection:
            await _change_account(connection, account_id, disabled=False)
            await record(connection, event)

    async def set_password(
        self, account_id: str, password_hash: str, event: AuditEvent, before: str | None = None
    ) -> None:
        """Replace an account's password hash and revoke all its sign-ins.

        NotFound; the same when it is not `before` any more.
        """
        known = select(accounts.c.password_hash).where(accounts.c.account_id == account_id)
        async with self._database.write() as connection:
            if before is not None and await connection.scalar(known) != before:
                raise NotFound
            await _change_account(connection, account_id, password_hash=password_hash)
            await _revoke_all(connection, account_id, event)
            await record(connection, event)

    async def change_role(
        self, account_id: str, role: Role, event: AuditEvent, *, revokes: bool
    ) -> None:
        """Give an account another role, and revoke all its sign-ins if that is wanted. NotFound."""
        async with self._database.write() as connection:
            await _change_account(connection, account_id, role=role)
            if revokes:
                await _revoke_all(connection, account_id, event)
            await record(connection, event)

    async def revoke_all(self, account_id: str, event: AuditEvent) -> None:
        """Revoke all sign-ins of an account. NotFound."""
        async with self._database.write() as connection:
            await _revoke_all(connection, account_id, event)
            await record(connection, event)

    async def revoked_since(self, moment: datetime) -> tuple[Account, ...]:
        """Give the accounts whose sign-ins were all revoked then or later."""
        async with self._database.read() as connection:
            found = await connection.execute(_ACCOUNT.where(accounts.c.revoked_at >= moment))
            return tuple(Account(**row._mapping) for row in found)

    async def begin_sign_in(self, sign_in: SignIn, event: AuditEvent) -> None:
        """Store a new sign-in; those of the account that expired are forgotten."""
        expired = (
            sign_ins.c.account_id == sign_in.account_id,
            sign_ins.c.expires_at < sign_in.created_at,
        )
        async with self._database.write() as connection:
            await connection.execute(delete(sign_ins).where(*expired))
            await connection.execute(insert(sign_ins).values(asdict(sign_in)))
            await record(connection, event)

    async def get_sign_in(self, sign_in_id: str) -> SignIn | None:
        """Give a sign-in, or None."""
        async with self._database.read() as connection:
            found = await connection.execute(_SIGN_IN.where(sign_ins.c.sign_in_id == sign_in_id))
            row = found.one_or_none()
        return None if row is None else SignIn(**row._mapping)

    async def rotate(
        self,
        sign_in_id: str,
        old_hash: str,
        new_hash: str,
        rotated_at: datetime,
        expires_at: datetime,
    ) -> bool:
        """Replace the refresh hash; False when `old_hash` is not the current one."""
        current = (
            sign_ins.c.sign_in_id == sign_in_id,
            sign_ins.c.refresh_hash == old_hash,
            sign_ins.c.revoked.is_(False),
        )
        change = (
            update(sign_ins)
            .where(*current)
            .values(
                refresh_hash=new_hash,
                previous_hash=old_hash,
                rotated_at=rotated_at,
                expires_at=expires_at,
            )
        )
        async with self._database.write() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def revoke_sign_in(self, sign_in_id: str, event: AuditEvent) -> None:
        """End a sign-in."""
        this = update(sign_ins).where(sign_ins.c.sign_in_id == sign_in_id).values(revoked=True)
        async with self._database.write() as connection:
            await connection.execute(this)
            await record(connection, event)


async def _insert_account(connection: AsyncConnection, stored: StoredAccount) -> None:
    values = asdict(stored.account)
    values |= {"email_key": _key(stored.account.email), "password_hash": stored.password_hash}
    await connection.execute(insert(accounts).values(values))


async def _change_account(connection: AsyncConnection, account_id: str, **values: Any) -> None:
    this = update(accounts).where(accounts.c.account_id == account_id)
    if (await connection.execute(this.values(values))).rowcount != 1:
        raise NotFound


async def _revoke_all(connection: AsyncConnection, account_id: str, event: AuditEvent) -> None:
    await _change_account(connection, account_id, revoked_at=event.recorded_at)
    its_sign_ins = update(sign_ins).where(sign_ins.c.account_id == account_id)
    await connection.execute(its_sign_ins.values(revoked=True))


def _key(email: str) -> str:
    return email.strip().casefold()
