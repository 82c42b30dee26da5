"""Who a request comes from, and whether their role may call that endpoint at all.

The table of endpoints says who may; a handler that is not behind its gate is given nobody. A
program comes with a token instead of cookies (RFC 6750): it passes where its maker's role does now
and its scopes reach, at a pace.
"""

from typing import Final, NoReturn

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from broker.audit.event import AuditEvent
from broker.errors import NotPermitted, NotSignedIn
from broker.ports import Account, Identity
from broker.protocol.endpoints import Access, Endpoint
from broker.service.registry import actor_of
from broker.web.context import context_of
from broker.web.cookies import access_cookie
from broker.web.source import bearer_of, source_address

IDENTITY: Final[web.RequestKey[Identity]] = web.RequestKey("identity", Identity)

ENDPOINT: Final[web.RequestKey[Endpoint]] = web.RequestKey("endpoint", Endpoint)

TOKEN: Final = "api token"  # noqa: S105 - the name of a kind of attempt


def guarded(endpoint: Endpoint, handler: Handler) -> Handler:
    """Give the handler of an endpoint, for those alone who may call it."""
    if endpoint.access is not Access.SIGNED_IN:
        return handler

    async def for_those_who_may(request: web.Request) -> web.StreamResponse:
        by_token = hdrs.AUTHORIZATION in request.headers
        identity = await (_by_token(request, endpoint) if by_token else authenticate(request))
        if identity.account.role not in endpoint.roles:
            await _refuse(request, identity.account, endpoint, "Your role does not allow this.")
        request[IDENTITY], request[ENDPOINT] = identity, endpoint
        return await handler(request)

    return for_those_who_may


def identity_of(request: web.Request) -> Identity:
    """Give who asks, as the gate of this endpoint found."""
    return request[IDENTITY]


async def still_may(request: web.Request) -> bool:
    """Whether whoever passed the gate, signed in, would pass it now.

    That their access token ran out meanwhile does not matter; an API token never lasts.
    """
    identity, context = identity_of(request), context_of(request)
    if not await context.directory.is_live(identity):
        return False
    account = await context.accounts.store.get(identity.account.account_id)
    return account is not None and account.role in request[ENDPOINT].roles


async def authenticate(request: web.Request) -> Identity:
    """Give who is signed in; NotSignedIn."""
    token = request.cookies.get(access_cookie(request))
    if not token:
        raise NotSignedIn
    return await context_of(request).directory.authenticate(token)


async def _by_token(request: web.Request, endpoint: Endpoint) -> Identity:
    """Give in whose name a program asks. NotSignedIn, NotPermitted, TooManyRequests."""
    context, address = context_of(request), source_address(request)
    async with context.attempts.by_address(TOKEN, address, NotSignedIn):
        holder = await context.tokens.authenticate(bearer_of(request))
    context.token_pace.take(holder.token.token_id)
    if endpoint.scope is None or endpoint.scope not in holder.token.scopes:
        detail = "This token does not reach that far."
        await _refuse(request, holder.account, endpoint, detail, holder.token.token_id)
    if endpoint.method != "GET" and holder.account.role in endpoint.roles:
        await context.tokens.acted(holder, endpoint.operation_id, address)
    return Identity(holder.account, holder.token.token_id)


async def _refuse(
    request: web.Request,
    account: Account,
    endpoint: Endpoint,
    detail: str,
    token_id: str | None = None,
) -> NoReturn:
    """Put on the audit log who asked for what they may not; NotPermitted."""
    context = context_of(request)
    operation = {"operation": endpoint.operation_id}
    await context.audit_log.append(
        AuditEvent(
            context.registry.ports.clock.now(),
            "access.refused",
            actor_of(account, source_address(request)),
            "refused",
            details={**operation, **({"token_id": token_id} if token_id else {})},
        )
    )
    raise NotPermitted(detail)
