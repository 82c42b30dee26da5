"""Legal holds of sessions, for admins."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.holds import PutHold
from broker.service.registry import actor_of
from broker.web.bodies import read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def hold_session(request: web.Request) -> web.Response:
    """Put a session under a legal hold."""
    actor = actor_of(identity_of(request).account, source_address(request))
    body = await read_body(request, PutHold)
    session_id = request.match_info["session_id"]
    await context_of(request).retention.hold(session_id, body.reason, actor)
    return web.Response(status=204)


async def release_session(request: web.Request) -> web.Response:
    """Take it off."""
    actor = actor_of(identity_of(request).account, source_address(request))
    await context_of(request).retention.release(request.match_info["session_id"], actor)
    return web.Response(status=204)


HANDLERS: dict[str, Handler] = {"hold_session": hold_session, "release_session": release_session}
