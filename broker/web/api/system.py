"""The state of the system, for admins."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.web.bodies import answer
from broker.web.context import context_of


async def system_state(request: web.Request) -> web.Response:
    """Look at the broker and at what it needs."""
    return answer(await context_of(request).system.state())


HANDLERS: dict[str, Handler] = {"system_state": system_state}
