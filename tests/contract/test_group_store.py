"""What every GroupStore promises."""

from dataclasses import replace

import pytest

from broker.errors import Conflict, NotFound
from broker.group_ports import Group, GroupStore
from broker.ports import AccountStore, AuditLog
from broker.protocol.vocabulary import Capability
from broker.session.policy import Policy
from broker.storage.database import Database
from broker.storage.groups import SqlGroupStore
from tests.builders import an_account, an_event

STRICT = Policy((Capability.VIEW,), 30, 600, 1000, 2, relay=False, transcript=False)


@pytest.fixture
def groups(database: Database) -> GroupStore:
    return SqlGroupStore(database)


def a_group(number: int = 1, name: str = "First level", policy: Policy = STRICT) -> Group:
    return Group(f"grp_{number:032x}", name, policy)


async def actions(audit_log: AuditLog) -> list[str]:
    return [sealed.event.action async for sealed in audit_log.everything()]


async def test_groups_are_listed_by_name_as_they_were_stored(groups: GroupStore) -> None:
    for number, name in enumerate(("b", "C", "a"), 1):
        await groups.create(a_group(number, name), 9, an_event())
    await groups.create(a_group(4, "d", Policy()), 9, an_event())
    assert [group.name for group in await groups.all()] == ["a", "b", "C", "d"]
    assert (await groups.all())[1] == a_group(1, "b")
    assert (await groups.all())[3] == a_group(4, "d", Policy())


async def test_a_name_stands_for_one_group_whatever_its_case(groups: GroupStore) -> None:
    await groups.create(a_group(), 9, an_event())
    with pytest.raises(Conflict, match="of this name"):
        await groups.create(a_group(2, "first LEVEL "), 9, an_event())


async def test_no_more_groups_are_kept_than_may_be(groups: GroupStore, audit_log: AuditLog) -> None:
    await groups.create(a_group(1), 1, an_event("group.created"))
    with pytest.raises(Conflict, match="1 groups"):
        await groups.create(a_group(2, "Other"), 1, an_event("group.created"))
    assert await actions(audit_log) == ["group.created"]


async def test_a_change_never_overwrites_one_that_its_author_has_not_seen(
    groups: GroupStore,
) -> None:
    await groups.create(a_group(), 9, an_event())
    second = replace(a_group(), name="Second level", policy=Policy(), version=2)
    await groups.change(second, an_event())
    with pytest.raises(Conflict):
        await groups.change(replace(second, name="Third"), an_event())
    assert await groups.all() == (second,)
    with pytest.raises(NotFound):
        await groups.change(a_group(7), an_event())
    with pytest.raises(NotFound):
        await groups.change(replace(a_group(), group_id="grp_\x00"), an_event())


async def test_people_come_and_go_and_each_time_is_on_record_once(
    groups: GroupStore, accounts: AccountStore, audit_log: AuditLog
) -> None:
    account = an_account()
    member = account.account.account_id
    await accounts.create(account, an_event("account.created"))
    await groups.create(a_group(), 9, an_event("group.created"))
    group_id = a_group().group_id
    for _ in range(2):
        await groups.add_member(group_id, member, an_event("group.member_added"))
    assert (await groups.all())[0].members == (member,)
    with pytest.raises(NotFound):
        await groups.add_member(a_group(7).group_id, member, an_event())
    for _ in range(2):
        await groups.remove_member(group_id, member, an_event("group.member_removed"))
    assert (await groups.all())[0].members == ()
    assert (await actions(audit_log))[2:] == ["group.member_added", "group.member_removed"]


async def test_a_group_that_is_taken_away_takes_its_members_places_with_it(
    groups: GroupStore, accounts: AccountStore, audit_log: AuditLog
) -> None:
    account = an_account()
    await accounts.create(account, an_event())
    await groups.create(a_group(), 9, an_event())
    await groups.add_member(a_group().group_id, account.account.account_id, an_event())
    for _ in range(2):
        await groups.delete(a_group().group_id, an_event("group.deleted"))
    assert await groups.all() == ()
    await groups.create(a_group(), 9, an_event())
    assert (await groups.all())[0].members == ()
    assert (await actions(audit_log)).count("group.deleted") == 1
