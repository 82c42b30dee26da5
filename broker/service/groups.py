"""Groups: what admins do with them, and what they say of somebody's sessions.

A change holds for sessions that begin after it, and ends those that it would not allow any more;
what a lead sees follows the groups at once.
"""

from dataclasses import asdict, dataclass

from broker.audit.event import AuditEvent, DetailValue
from broker.errors import InvalidRequest, NotFound
from broker.group_ports import Group, GroupStore
from broker.ports import Account, AccountStore, Clock, Secrets
from broker.protocol.groups import MAX_GROUPS, ChangeGroup, GroupPolicy, SaveGroup
from broker.service.registry import actor_of
from broker.service.revocations import Revocations
from broker.session.policy import Policy

NOBODY = "account_id: there is nobody with this id"


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of this broker."""

    store: GroupStore
    accounts: AccountStore
    secrets: Secrets
    clock: Clock
    revocations: Revocations

    async def all(self) -> tuple[Group, ...]:
        """Give every group, by name."""
        return await self.store.all()

    async def create(self, account: Account, new: SaveGroup, address: str | None) -> Group:
        """Make a group. Conflict when there are too many, or one of this name."""
        group = Group(self.secrets.new_id("grp"), new.name, policy_of(new.policy))
        event = self._event("group.created", account, address, group, _says(group.policy))
        await self.store.create(group, MAX_GROUPS, event)
        return group

    async def change(
        self, account: Account, group_id: str, change: ChangeGroup, address: str | None
    ) -> Group:
        """Change a group. NotFound; Conflict when somebody else did meanwhile."""
        group = Group(group_id, change.name, policy_of(change.policy), change.version + 1)
        event = self._event("group.changed", account, address, group, _says(group.policy))
        await self.store.change(group, event)
        await self.revocations.narrowed(event.actor)
        return await self._get(group_id)

    async def delete(self, account: Account, group_id: str, address: str | None) -> None:
        """Take a group away."""
        for group in await self.store.all():
            if group.group_id == group_id:
                event = self._event("group.deleted", account, address, group, {})
                await self.store.delete(group_id, event)
                await self.revocations.narrowed(event.actor)

    async def add(
        self, account: Account, group_id: str, member_id: str, address: str | None
    ) -> Group:
        """Put somebody into a group. NotFound, InvalidRequest."""
        event = await self._about(account, group_id, member_id, address, "group.member_added")
        await self.store.add_member(group_id, member_id, event)
        await self.revocations.narrowed(event.actor)
        return await self._get(group_id)

    async def remove(
        self, account: Account, group_id: str, member_id: str, address: str | None
    ) -> Group:
        """Take somebody out of a group. NotFound, InvalidRequest."""
        event = await self._about(account, group_id, member_id, address, "group.member_removed")
        await self.store.remove_member(group_id, member_id, event)
        await self.revocations.narrowed(event.actor)
        return await self._get(group_id)

    async def _get(self, group_id: str) -> Group:
        for group in await self.store.all():
            if group.group_id == group_id:
                return group
        raise NotFound

    async def _about(
        self, account: Account, group_id: str, member_id: str, address: str | None, action: str
    ) -> AuditEvent:
        group, member = await self._get(group_id), await self.accounts.get(member_id)
        if member is None:
            raise InvalidRequest(NOBODY)
        who: dict[str, DetailValue] = {"target_account": member_id, "target_name": member.name}
        return self._event(action, account, address, group, who)

    def _event(
        self,
        action: str,
        account: Account,
        address: str | None,
        group: Group,
        more: dict[str, DetailValue],
    ) -> AuditEvent:
        details: dict[str, DetailValue] = {"group_id": group.group_id, "group_name": group.name}
        actor = actor_of(account, address)
        return AuditEvent(self.clock.now(), action, actor, details=details | more)


def policy_of(body: GroupPolicy) -> Policy:
    """Give the policy that a body says."""
    return Policy(**body.model_dump())


def body_of(policy: Policy) -> GroupPolicy:
    """Say a policy on the wire."""
    return GroupPolicy(**asdict(policy))


def _says(policy: Policy) -> dict[str, DetailValue]:
    """Give what a policy limits, as the audit log tells it."""
    return {
        f"policy_{name}": value
        for name, value in asdict(policy).items()
        if value is not None and value is not True
    }
