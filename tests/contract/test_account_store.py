"""What every AccountStore promises."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from broker.errors import AuditUnavailable, Conflict, NotFound
from broker.ports import AccountStore, AuditLog, SignIn
from broker.protocol.vocabulary import Role
from broker.storage.accounts import SqlAccountStore
from broker.storage.database import Database
from tests.builders import NOW, a_sign_in, an_account, an_event


async def signed_in(accounts: AccountStore, number: int = 1) -> SignIn:
    account = an_account(number)
    await accounts.create(account, an_event())
    sign_in = a_sign_in(account, number)
    await accounts.begin_sign_in(sign_in, an_event())
    return sign_in


async def test_an_account_is_read_back_as_it_was(accounts: AccountStore) -> None:
    account = an_account(name="Zoë 💻")
    await accounts.create(account, an_event())
    assert await accounts.get(account.account.account_id) == account.account
    assert await accounts.by_email(account.account.email) == account


async def test_an_unknown_account_is_none(accounts: AccountStore) -> None:
    assert await accounts.get("usr_" + "9" * 32) is None
    for unknown in ("usr_" + "9" * 32, "usr_\x00", ""):
        assert await accounts.stored(unknown) is None
    assert await accounts.by_email("nobody@example.org") is None
    assert await accounts.get_sign_in("sgn_" + "9" * 32) is None


async def test_the_case_of_an_email_does_not_matter(accounts: AccountStore) -> None:
    account = an_account(email="Ada@Example.org")
    await accounts.create(account, an_event())
    assert await accounts.by_email(" aDA@example.ORG ") == account
    with pytest.raises(Conflict, match="email"):
        await accounts.create(an_account(2, email="ada@example.org"), an_event())


async def test_accounts_are_listed_by_email(accounts: AccountStore) -> None:
    for number, email in enumerate(("b@x.org", "C@x.org", "a@x.org")):
        await accounts.create(an_account(number, email=email), an_event())
    assert [account.email for account in await accounts.all()] == ["a@x.org", "b@x.org", "C@x.org"]


async def test_of_many_first_accounts_exactly_one_is_made(
    database: Database, other_database: Database, audit_log: AuditLog
) -> None:
    stores = [SqlAccountStore(database), SqlAccountStore(other_database)]
    attempts = [stores[n % 2].create_first(an_account(n), an_event()) for n in range(6)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert results.count(None) == 1
    assert all(isinstance(result, NotFound) for result in results if result is not None)
    assert len(await stores[0].all()) == 1
    assert len([event async for event in audit_log.everything()]) == 1


async def test_disabling_an_account_ends_its_sign_ins_and_no_others(
    accounts: AccountStore,
) -> None:
    mine, other = await signed_in(accounts, 1), await signed_in(accounts, 2)
    await accounts.disable(mine.account_id, an_event())
    account = await accounts.get(mine.account_id)
    assert account is not None
    assert account.disabled
    assert await accounts.get_sign_in(mine.sign_in_id) == replace(mine, revoked=True)
    assert await accounts.get_sign_in(other.sign_in_id) == other


async def test_enabling_an_account_brings_no_sign_in_back(accounts: AccountStore) -> None:
    mine = await signed_in(accounts)
    await accounts.disable(mine.account_id, an_event())
    await accounts.enable(mine.account_id, an_event())
    assert await accounts.get(mine.account_id) == an_account(revoked_at=NOW).account
    assert await accounts.get_sign_in(mine.sign_in_id) == replace(mine, revoked=True)


async def test_a_new_password_ends_the_accounts_sign_ins_and_no_others(
    accounts: AccountStore,
) -> None:
    mine, other = await signed_in(accounts, 1), await signed_in(accounts, 2)
    await accounts.set_password(mine.account_id, "$argon2id$other", an_event())
    stored = await accounts.by_email(an_account(1).account.email)
    assert stored == replace(an_account(1, revoked_at=NOW), password_hash="$argon2id$other")
    assert await accounts.stored(mine.account_id) == stored
    assert await accounts.get_sign_in(mine.sign_in_id) == replace(mine, revoked=True)
    assert await accounts.get_sign_in(other.sign_in_id) == other


async def test_an_unknown_account_cannot_be_changed(
    accounts: AccountStore, audit_log: AuditLog
) -> None:
    for change in (
        accounts.disable("usr_" + "9" * 32, an_event()),
        accounts.enable("usr_" + "9" * 32, an_event()),
        accounts.set_password("usr_" + "9" * 32, "$argon2id$other", an_event()),
        accounts.change_role("usr_" + "9" * 32, Role.LEAD, an_event(), revokes=False),
        accounts.revoke_all("usr_" + "9" * 32, an_event()),
    ):
        with pytest.raises(NotFound):
            await change
    assert [event async for event in audit_log.everything()] == []


async def test_a_password_is_set_only_upon_the_one_that_was_known(accounts: AccountStore) -> None:
    mine, known = await signed_in(accounts), an_account().password_hash
    await accounts.set_password(mine.account_id, "$argon2id$other", an_event(), known)
    with pytest.raises(NotFound):
        await accounts.set_password(mine.account_id, "$argon2id$third", an_event(), known)
    stored = await accounts.stored(mine.account_id)
    assert stored is not None
    assert stored.password_hash == "$argon2id$other"


@pytest.mark.parametrize("revokes", [True, False])
async def test_another_role_ends_the_sign_ins_where_it_takes_something_away(
    accounts: AccountStore, revokes: bool
) -> None:
    mine = await signed_in(accounts)
    await accounts.change_role(mine.account_id, Role.AUDITOR, an_event(), revokes=revokes)
    account = await accounts.get(mine.account_id)
    assert account is not None
    assert (account.role, account.revoked_at) == (Role.AUDITOR, NOW if revokes else None)
    assert await accounts.get_sign_in(mine.sign_in_id) == replace(mine, revoked=revokes)


async def test_whoever_was_signed_out_everywhere_is_found_by_when(accounts: AccountStore) -> None:
    mine, _ = await signed_in(accounts, 1), await signed_in(accounts, 2)
    await accounts.revoke_all(mine.account_id, an_event())
    assert await accounts.get_sign_in(mine.sign_in_id) == replace(mine, revoked=True)
    found = await accounts.revoked_since(NOW - timedelta(seconds=1))
    assert [one.account_id for one in found] == [mine.account_id]
    assert await accounts.revoked_since(NOW + timedelta(seconds=1)) == ()


async def test_a_refresh_token_is_replaced_once(accounts: AccountStore) -> None:
    sign_in = await signed_in(accounts)
    later, until = NOW + timedelta(hours=1), NOW + timedelta(hours=13)
    rotations = [
        accounts.rotate(sign_in.sign_in_id, sign_in.refresh_hash, f"{n:064x}", later, until)
        for n in (100, 101)
    ]
    outcomes = await asyncio.gather(*rotations)
    assert sorted(outcomes) == [False, True]
    assert await accounts.get_sign_in(sign_in.sign_in_id) == replace(
        sign_in,
        refresh_hash=f"{100 + outcomes.index(True):064x}",
        previous_hash=sign_in.refresh_hash,
        rotated_at=later,
        expires_at=until,
    )


async def test_a_revoked_sign_in_is_not_rotated(accounts: AccountStore) -> None:
    sign_in = await signed_in(accounts)
    await accounts.revoke_sign_in(sign_in.sign_in_id, an_event())
    won = await accounts.rotate(sign_in.sign_in_id, sign_in.refresh_hash, "e" * 64, NOW, NOW)
    assert not won
    assert await accounts.get_sign_in(sign_in.sign_in_id) == replace(sign_in, revoked=True)


async def test_a_new_sign_in_clears_away_the_expired_ones_of_its_account(
    accounts: AccountStore,
) -> None:
    old, other = await signed_in(accounts, 1), await signed_in(accounts, 2)
    tomorrow = NOW + timedelta(days=1)
    new = a_sign_in(an_account(1), 3, created_at=tomorrow, expires_at=tomorrow)
    await accounts.begin_sign_in(new, an_event())
    assert await accounts.get_sign_in(old.sign_in_id) is None
    assert await accounts.get_sign_in(other.sign_in_id) == other


async def test_a_sign_in_belongs_to_an_account(accounts: AccountStore) -> None:
    with pytest.raises(AuditUnavailable):
        await accounts.begin_sign_in(a_sign_in(an_account(9)), an_event())


async def test_without_an_audit_log_no_account_changes(
    database: Database, accounts: AccountStore
) -> None:
    sign_in = await signed_in(accounts)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE audit_events")
    for attempt in (
        accounts.create(an_account(2), an_event()),
        accounts.disable(sign_in.account_id, an_event()),
        accounts.enable(sign_in.account_id, an_event()),
        accounts.set_password(sign_in.account_id, "$argon2id$other", an_event()),
        accounts.revoke_sign_in(sign_in.sign_in_id, an_event()),
        accounts.begin_sign_in(a_sign_in(an_account(), 2), an_event()),
    ):
        with pytest.raises(AuditUnavailable):
            await attempt
    assert await accounts.get_sign_in(sign_in.sign_in_id) == sign_in
    assert [account.disabled for account in await accounts.all()] == [False]
