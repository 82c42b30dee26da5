"""Who a request comes from, and whether their role may call that endpoint at all.

The table of endpoints says who may; a handler that is not behind its gate is given nobody.
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.audit.event import AuditEvent
from broker.errors import NotPermitted, NotSignedIn
from broker.ports import Identity
from broker.protocol.endpoints import Access, Endpoint
from broker.service.registry import actor_of
from broker.web.context import context_of
from broker.web.cookies import access_cookie
from broker.web.source import source_address

IDENTITY: Final[web.RequestKey[Identity]] = web.RequestKey("identity", Identity)


def guarded(endpoint: Endpoint, handler: Handler) -> Handler:
    """Give the handler of an endpoint, for those alone who may call it."""
    if endpoint.access is not Access.SIGNED_IN:
        return handler

    async def for_those_who_may(request: web.Request) -> web.StreamResponse:
        identity = await authenticate(request)
        if identity.account.role not in endpoint.roles:
            await _refuse(request, identity, endpoint)
        request[IDENTITY] = identity
        return await handler(request)

    return for_those_who_may


def identity_of(request: web.Request) -> Identity:
    """Give who asks, as the gate of this endpoint found."""
    return request[IDENTITY]


async def authenticate(request: web.Request) -> Identity:
    """Give who is signed in; NotSignedIn."""
    token = request.cookies.get(access_cookie(request))
    if not token:
        raise NotSignedIn
    return await context_of(request).directory.authenticate(token)


async def _refuse(request: web.Request, identity: Identity, endpoint: Endpoint) -> None:
    """Put on the audit log who asked for what their role may not; NotPermitted."""
    context = context_of(request)
    await context.audit_log.append(
        AuditEvent(
            context.registry.ports.clock.now(),
            "access.refused",
            actor_of(identity.account, source_address(request)),
            "refused",
            details={"operation": endpoint.operation_id},
        )
    )
    raise NotPermitted("Your role does not allow this.")
