"""The state of the system, for admins."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from broker.errors import AuditUnavailable
from broker.web.bodies import answer
from broker.web.context import context_of
from broker.web.metrics import CONTENT_TYPE


async def system_state(request: web.Request) -> web.Response:
    """Look at the broker and at what it needs."""
    return answer(await context_of(request).system.state())


async def read_metrics(request: web.Request) -> web.Response:
    """Give the figures as Prometheus reads them, whether the database answers or not."""
    context = context_of(request)
    try:
        feeds = await context.feeds.views()
    except AuditUnavailable:
        feeds = ()
    text = context.metrics.read(context.registry, feeds)
    return web.Response(body=text, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE})


HANDLERS: dict[str, Handler] = {"system_state": system_state, "read_metrics": read_metrics}
