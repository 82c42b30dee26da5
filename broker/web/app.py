"""Puts the web side together: routes from the table of endpoints, middlewares, pages, sockets."""

import asyncio
import json
from functools import cache

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.protocol.endpoints import ENDPOINTS
from broker.protocol.generate import schemas
from broker.protocol.openapi import openapi_document
from broker.protocol.vocabulary import ErrorCode
from broker.web.api import HANDLERS
from broker.web.context import CONTEXT, WebContext
from broker.web.error_mapping import problems
from broker.web.gate import guarded
from broker.web.pages import add_pages, security_headers
from broker.web.relay_socket import relay_socket
from broker.web.signaling import client_socket, console_socket
from broker.web.source import WRITING_METHODS, check_origin, check_proxy, is_websocket

MAX_BODY_BYTES = 64 * 1024

PROBES = frozenset({"/healthz", "/readyz"})
"""What may be asked past the proxy: it tells nothing of anybody."""


def build_app(context: WebContext) -> web.Application:
    """Give the application; `context` is what its handlers work with."""
    app = web.Application(
        client_max_size=MAX_BODY_BYTES,
        middlewares=[context.metrics.measured, problems, admitted],
    )
    app[CONTEXT] = context
    for endpoint in ENDPOINTS:
        handler = guarded(endpoint, HANDLERS[endpoint.operation_id])
        app.router.add_route(endpoint.method, endpoint.path, handler)
    app.router.add_get("/openapi.json", _openapi)
    app.router.add_get("/api/v1/ws/client", client_socket)
    app.router.add_get("/api/v1/ws/console", console_socket)
    app.router.add_get("/api/v1/ws/relay/{relay_id}", relay_socket)
    add_pages(app)
    app.on_response_prepare.append(security_headers)
    app.on_shutdown.append(_say_goodbye)
    return app


@web.middleware
async def admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what comes past the proxy, but for probes on the machine itself that ask after its
    health; and writing requests and websockets that another site's page asks for.
    """
    if request.path not in PROBES:
        check_proxy(request)
    if request.method in WRITING_METHODS or is_websocket(request):
        check_origin(request, required=False)
    return await handler(request)


async def _say_goodbye(app: web.Application) -> None:
    """Tell every socket that the broker restarts, so that it comes back by itself."""
    app[CONTEXT].registry.close_links(ErrorCode.SHUTTING_DOWN)


async def _openapi(request: web.Request) -> web.Response:  # noqa: ARG001
    """Show the document. Making it takes a third of a second, so few starts of a broker do."""
    document = await asyncio.to_thread(_openapi_text)
    return web.Response(text=document, content_type="application/json")


@cache
def _openapi_text() -> str:
    return json.dumps(openapi_document(schemas()))
