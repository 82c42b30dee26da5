"""Canned replies: listing, adding, changing and taking away."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.replies import ChangeReply, SaveReply
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def list_replies(request: web.Request) -> web.Response:
    """Give every reply."""
    return answer(await context_of(request).replies.all())


async def create_reply(request: web.Request) -> web.Response:
    """Add a reply."""
    identity = identity_of(request)
    new = await read_body(request, SaveReply)
    replies = context_of(request).replies
    return answer(await replies.create(identity.account, new, source_address(request)), 201)


async def change_reply(request: web.Request) -> web.Response:
    """Change a reply."""
    identity = identity_of(request)
    change = await read_body(request, ChangeReply)
    replies, reply_id = context_of(request).replies, request.match_info["reply_id"]
    address = source_address(request)
    return answer(await replies.change(identity.account, reply_id, change, address))


async def delete_reply(request: web.Request) -> web.Response:
    """Take a reply away."""
    identity = identity_of(request)
    replies, reply_id = context_of(request).replies, request.match_info["reply_id"]
    await replies.delete(identity.account, reply_id, source_address(request))
    return web.Response(status=204)


HANDLERS: dict[str, Handler] = {
    "list_replies": list_replies,
    "create_reply": create_reply,
    "change_reply": change_reply,
    "delete_reply": delete_reply,
}
