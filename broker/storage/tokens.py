"""API tokens on SQLAlchemy: implements `broker.token_ports.TokenStore`."""

import re
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select, update

from broker.audit.event import AuditEvent
from broker.errors import Conflict
from broker.protocol.vocabulary import Scope
from broker.storage.audit_log import record
from broker.storage.database import Database
from broker.storage.schema import api_tokens
from broker.token_ports import ApiToken

_TOKEN_ID: Final = re.compile(r"tok_[0-9a-f]{32}")
_EVERY: Final = select(*(api_tokens.c[field.name] for field in fields(ApiToken)))


class SqlTokenStore:
    """API tokens in one table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, token: ApiToken, most: int, event: AuditEvent) -> None:
        """Store a new token. Conflict when its account has `most` already."""
        of_account = api_tokens.c.account_id == token.account_id
        count = select(func.count()).select_from(api_tokens).where(of_account)
        async with self._database.write() as connection:
            if (await connection.scalar(count) or 0) >= most:
                raise Conflict(f"You have {most} tokens already: take one away first.")
            await connection.execute(insert(api_tokens).values(asdict(token)))
            await record(connection, event)

    async def get(self, token_id: str) -> ApiToken | None:
        """Give a token, or None; what is no id at all is None too, whatever is in it."""
        if not _TOKEN_ID.fullmatch(token_id):
            return None
        async with self._database.read() as connection:
            found = await connection.execute(_EVERY.where(api_tokens.c.token_id == token_id))
            row = found.one_or_none()
        return None if row is None else _token(row)

    async def all(self, account_id: str | None = None) -> tuple[ApiToken, ...]:
        """Give the tokens of an account, or of all, the newest first."""
        query = _EVERY.order_by(api_tokens.c.created_at.desc(), api_tokens.c.token_id)
        if account_id is not None:
            query = query.where(api_tokens.c.account_id == account_id)
        async with self._database.read() as connection:
            return tuple(map(_token, (await connection.execute(query)).all()))

    async def used(self, token_id: str, at: datetime) -> None:
        """Note when a token was used; nothing when it is gone."""
        this = update(api_tokens).where(api_tokens.c.token_id == token_id)
        async with self._database.write() as connection:
            await connection.execute(this.values(last_used_at=at))

    async def delete(self, token_id: str, event: AuditEvent) -> None:
        """Take a token away; nothing, and no event, when there is none."""
        gone = delete(api_tokens).where(api_tokens.c.token_id == token_id)
        async with self._database.write() as connection:
            if (await connection.execute(gone)).rowcount:
                await record(connection, event)


def _token(row: Row[Any]) -> ApiToken:
    values: dict[str, Any] = dict(row._mapping)
    return ApiToken(**(values | {"scopes": tuple(map(Scope, values["scopes"]))}))
