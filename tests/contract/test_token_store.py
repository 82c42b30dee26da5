"""What every TokenStore promises."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.errors import Conflict
from broker.ports import AccountStore, AuditLog
from broker.protocol.vocabulary import Scope
from broker.storage.database import Database
from broker.storage.tokens import SqlTokenStore
from broker.token_ports import ApiToken, TokenStore
from tests.builders import NOW, an_account, an_event

MINE, OTHER = an_account(1), an_account(2)


@pytest.fixture
async def tokens(database: Database, accounts: AccountStore) -> TokenStore:
    for account in (MINE, OTHER):
        await accounts.create(account, an_event())
    return SqlTokenStore(database)


def a_token(number: int = 1, **facts: Any) -> ApiToken:
    token = ApiToken(
        f"tok_{number:032x}",
        MINE.account.account_id,
        "Ticket system",
        (Scope.SESSIONS_READ, Scope.AUDIT_READ),
        f"{number:064x}",
        NOW + timedelta(seconds=number),
        NOW + timedelta(days=30),
    )
    return replace(token, **facts)


async def test_tokens_are_read_back_as_they_were_the_newest_first(tokens: TokenStore) -> None:
    theirs = a_token(3, account_id=OTHER.account.account_id, scopes=())
    for token in (a_token(1), a_token(2), theirs):
        await tokens.create(token, 9, an_event())
    assert await tokens.get(a_token(1).token_id) == a_token(1)
    for unknown in ("tok_" + "9" * 32, "tok_\x00", ""):
        assert await tokens.get(unknown) is None
    assert await tokens.all() == (theirs, a_token(2), a_token(1))
    assert await tokens.all(MINE.account.account_id) == (a_token(2), a_token(1))


async def test_nobody_has_more_tokens_than_they_may(
    tokens: TokenStore, audit_log: AuditLog
) -> None:
    await tokens.create(a_token(1), 1, an_event("token.made"))
    with pytest.raises(Conflict, match="1 tokens"):
        await tokens.create(a_token(2), 1, an_event("token.made"))
    theirs = a_token(3, account_id=OTHER.account.account_id)
    await tokens.create(theirs, 1, an_event("token.made"))
    assert len(await audit_log.newest(limit=10)) == 4


async def test_a_token_knows_when_it_was_used_last(tokens: TokenStore) -> None:
    await tokens.create(a_token(), 9, an_event())
    await tokens.used(a_token().token_id, NOW)
    await tokens.used("tok_" + "9" * 32, NOW)
    assert await tokens.get(a_token().token_id) == a_token(last_used_at=NOW)


async def test_a_token_is_taken_away_once(tokens: TokenStore, audit_log: AuditLog) -> None:
    await tokens.create(a_token(), 9, an_event("token.made"))
    for _ in range(2):
        await tokens.delete(a_token().token_id, an_event("token.deleted"))
    assert await tokens.all() == ()
    actions = [record.event.action for record in await audit_log.newest(limit=10)]
    assert actions.count("token.deleted") == 1
