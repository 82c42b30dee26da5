"""Signing in and out, and the first admin."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.errors import NotFound, NotSignedIn, SignInFailed
from broker.ports import Account, NewAccount, SignedIn
from broker.protocol.rest import AccountView, Setup, SignIn
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.cookies import (
    access_cookie,
    clear_cookies,
    refresh_cookie,
    set_cookies,
)
from broker.web.gate import identity_of
from broker.web.source import source_address

SIGN_IN = "sign_in"
SETUP = "setup"


async def sign_in(request: web.Request) -> web.Response:
    """Check credentials and set both cookies."""
    context, address = context_of(request), source_address(request)
    body = await read_body(request, SignIn)
    async with (
        context.attempts.by_address(SIGN_IN, address, SignInFailed),
        context.attempts.by_account(SIGN_IN, body.email, SignInFailed),
    ):
        signed_in = await context.directory.sign_in(body.email, body.password, address)
    return welcome(request, signed_in)


async def refresh(request: web.Request) -> web.Response:
    """Exchange the refresh cookie for fresh ones; take both away when it is no good."""
    token = request.cookies.get(refresh_cookie(request))
    if not token:
        raise NotSignedIn
    signed_in = await context_of(request).directory.refresh(token, source_address(request))
    return welcome(request, signed_in)


async def sign_out(request: web.Request) -> web.Response:
    """End the sign-in and take the cookies away, whether they were still good or not."""
    await context_of(request).directory.sign_out(
        request.cookies.get(refresh_cookie(request)), request.cookies.get(access_cookie(request))
    )
    response = web.Response(status=204)
    clear_cookies(request, response)
    return response


async def me(request: web.Request) -> web.Response:
    """Show the signed-in account."""
    identity = identity_of(request)
    return answer(_view(request, identity.account))


async def awaits_set_up(request: web.Request) -> web.Response:
    """Say that the first admin is still to be made; for everybody after that, nothing is here."""
    if await context_of(request).directory.setup_token() is None:
        raise NotFound
    return web.Response(status=204)


async def set_up(request: web.Request) -> web.Response:
    """Make the first admin; for everybody after that there is nothing here."""
    context, address = context_of(request), source_address(request)
    if await context.directory.setup_token() is None:
        raise NotFound
    body = await read_body(request, Setup)
    account = NewAccount(body.email, body.name, body.password)
    async with context.attempts.by_address(SETUP, address, NotFound):
        signed_in = await context.directory.set_up(body.token, account, address)
    return welcome(request, signed_in, status=201)


def welcome(request: web.Request, signed_in: SignedIn, status: int = 200) -> web.Response:
    """Show whoever has just signed in to themselves, and set both cookies."""
    response = answer(_view(request, signed_in.account), status)
    set_cookies(request, response, signed_in)
    return response


def _view(request: web.Request, account: Account) -> AccountView:
    return AccountView(
        account_id=account.account_id,
        email=account.email,
        name=account.name,
        role=account.role,
        organisation=context_of(request).settings.organisation,
    )


HANDLERS: dict[str, Handler] = {
    "awaits_set_up": awaits_set_up,
    "set_up": set_up,
    "sign_in": sign_in,
    "refresh": refresh,
    "sign_out": sign_out,
    "me": me,
}
