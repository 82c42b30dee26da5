"""Live feeds of the audit log, for auditors and admins."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.feeds import FeedList
from broker.web.bodies import answer
from broker.web.context import context_of


async def list_feeds(request: web.Request) -> web.Response:
    """Give every feed that is set."""
    return answer(FeedList(feeds=await context_of(request).feeds.views()))


HANDLERS: dict[str, Handler] = {"list_feeds": list_feeds}
"""The operation and what carries it out."""
