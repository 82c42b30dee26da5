"""Whether the broker lives, and whether it can open sessions."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker import __version__
from broker.protocol.rest import Health
from broker.web.bodies import answer
from broker.web.context import context_of


async def healthz(request: web.Request) -> web.Response:  # noqa: ARG001
    """The process answers."""
    return answer(Health(status="ok", version=__version__))


async def readyz(request: web.Request) -> web.Response:
    """The audit log can be written: without it there are no sessions."""
    context = context_of(request)
    problem = await context.registry.log_watch.probe()
    if problem is not None:
        return answer(Health(status="unavailable", version=__version__, problems=(problem,)), 503)
    notices = context.code_guard.notices
    return answer(Health(status="ok", version=__version__, notices=notices))


HANDLERS: dict[str, Handler] = {"healthz": healthz, "readyz": readyz}
