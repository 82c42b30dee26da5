"""Live sessions: watching and ending them."""

import hashlib

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.live import EndForAll, LiveSession, LiveSessions, SessionsEnded
from broker.service.views import session_view
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def list_live_sessions(request: web.Request) -> web.Response:
    """Give the sessions that are not over, or only say that nothing changed (RFC 9110, 13.1.2)."""
    seen = await context_of(request).live_desk.seen_by(identity_of(request).account)
    shown = tuple(
        LiveSession(session=session_view(session), way=way, quality=quality)
        for session, way, quality in seen
    )
    listed = LiveSessions(sessions=shown)
    etag = hashlib.sha256(listed.model_dump_json().encode()).hexdigest()[:32]
    known = any(one.value == etag for one in request.if_none_match or ())
    response = web.Response(status=304) if known else answer(listed)
    response.etag = etag
    return response


async def end_live_session(request: web.Request) -> web.Response:
    """End somebody's session."""
    account, body = identity_of(request).account, await read_body(request, EndForAll)
    session = await context_of(request).live_desk.end(
        account, request.match_info["session_id"], body.reason, source_address(request)
    )
    return answer(session_view(session))


async def end_sessions_of(request: web.Request) -> web.Response:
    """End all that a person does now."""
    account, body = identity_of(request).account, await read_body(request, EndForAll)
    ended = await context_of(request).live_desk.end_all_of(
        account, request.match_info["account_id"], body.reason, source_address(request)
    )
    return answer(SessionsEnded(ended=ended))


HANDLERS: dict[str, Handler] = {
    "list_live_sessions": list_live_sessions,
    "end_live_session": end_live_session,
    "end_sessions_of": end_sessions_of,
}
