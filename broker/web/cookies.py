"""The two cookies of a sign-in. Their values are never seen by a page's script."""

from aiohttp import web

from broker.errors import NotSignedIn
from broker.ports import Identity, SignedIn
from broker.web.context import context_of

ACCESS_COOKIE = "handrail_access"
REFRESH_COOKIE = "handrail_refresh"
REFRESH_PATH = "/api/v1/auth"


def set_cookies(request: web.Request, response: web.Response, signed_in: SignedIn) -> None:
    """Give the browser both tokens; over HTTPS the access cookie is bound to this host."""
    secure = context_of(request).settings.secure
    response.set_cookie(
        access_cookie(request),
        signed_in.access_token,
        max_age=signed_in.access_expires_in_s,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=secure,
    )
    response.set_cookie(
        REFRESH_COOKIE,
        signed_in.refresh_token,
        max_age=signed_in.refresh_expires_in_s,
        path=REFRESH_PATH,
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


def clear_cookies(request: web.Request, response: web.Response) -> None:
    """Take both tokens away."""
    secure = context_of(request).settings.secure
    for name, path in ((access_cookie(request), "/"), (REFRESH_COOKIE, REFRESH_PATH)):
        response.del_cookie(name, path=path, httponly=True, samesite="Strict", secure=secure)


def access_cookie(request: web.Request) -> str:
    """Give the name of the access cookie here: `__Host-` needs HTTPS (RFC 6265bis, 4.1.3.2)."""
    return f"__Host-{ACCESS_COOKIE}" if context_of(request).settings.secure else ACCESS_COOKIE


async def identity_of(request: web.Request) -> Identity:
    """Give who is signed in; NotSignedIn."""
    token = request.cookies.get(access_cookie(request))
    if not token:
        raise NotSignedIn
    return await context_of(request).directory.authenticate(token)
