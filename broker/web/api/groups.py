"""Groups: listing, making, changing, and who is in them."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.group_ports import Group
from broker.protocol.groups import (
    ChangeGroup,
    ChangeMember,
    GroupList,
    GroupView,
    OwnPolicy,
    SaveGroup,
)
from broker.service.groups import body_of
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def own_policy(request: web.Request) -> web.Response:
    """Give what the account's next session may do."""
    registry = context_of(request).registry
    belonging = await registry.belonging(identity_of(request).account)
    policy, settings = belonging.policy, registry.settings
    return answer(
        OwnPolicy(
            groups=belonging.names,
            capabilities=policy.allowed,
            consent_s=policy.consent_timeout_s,
            session_s=policy.limits(settings.limits).session_s,
            files=policy.files(settings.files),
            transcript=policy.transcript and settings.asks_for_transcripts,
        )
    )


async def list_groups(request: web.Request) -> web.Response:
    """Give every group."""
    groups = await context_of(request).groups.all()
    return answer(GroupList(groups=tuple(map(_view, groups))))


async def create_group(request: web.Request) -> web.Response:
    """Make a group."""
    account, address = identity_of(request).account, source_address(request)
    new = await read_body(request, SaveGroup)
    return answer(_view(await context_of(request).groups.create(account, new, address)), 201)


async def change_group(request: web.Request) -> web.Response:
    """Change a group's name and policy."""
    account, address = identity_of(request).account, source_address(request)
    change = await read_body(request, ChangeGroup)
    groups, group_id = context_of(request).groups, request.match_info["group_id"]
    return answer(_view(await groups.change(account, group_id, change, address)))


async def delete_group(request: web.Request) -> web.Response:
    """Take a group away."""
    account, address = identity_of(request).account, source_address(request)
    await context_of(request).groups.delete(account, request.match_info["group_id"], address)
    return web.Response(status=204)


async def add_member(request: web.Request) -> web.Response:
    """Put somebody into a group."""
    account, address = identity_of(request).account, source_address(request)
    member_id = (await read_body(request, ChangeMember)).account_id
    groups, group_id = context_of(request).groups, request.match_info["group_id"]
    return answer(_view(await groups.add(account, group_id, member_id, address)))


async def remove_member(request: web.Request) -> web.Response:
    """Take somebody out of a group."""
    account, address = identity_of(request).account, source_address(request)
    member_id = (await read_body(request, ChangeMember)).account_id
    groups, group_id = context_of(request).groups, request.match_info["group_id"]
    return answer(_view(await groups.remove(account, group_id, member_id, address)))


def _view(group: Group) -> GroupView:
    return GroupView(
        group_id=group.group_id,
        name=group.name,
        policy=body_of(group.policy),
        version=group.version,
        members=group.members,
    )


HANDLERS: dict[str, Handler] = {
    "own_policy": own_policy,
    "list_groups": list_groups,
    "create_group": create_group,
    "change_group": change_group,
    "delete_group": delete_group,
    "add_member": add_member,
    "remove_member": remove_member,
}
