"""The end user's answer to the one question, from the support client with its token."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.ratings import RateSession
from broker.web.bodies import read_body
from broker.web.context import context_of
from broker.web.source import bearer_of, source_address


async def rate_session(request: web.Request) -> web.Response:
    """Keep how satisfied the end user is."""
    session_id = request.match_info["session_id"]
    context_of(request).receipts.check_token(session_id, bearer_of(request))
    body = await read_body(request, RateSession)
    await context_of(request).ratings.rate(session_id, body, source_address(request))
    return web.Response(status=204)


HANDLERS: dict[str, Handler] = {"rate_session": rate_session}
