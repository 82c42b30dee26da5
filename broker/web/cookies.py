"""The two cookies of a sign-in. Their values are never seen by a page's script.

Over HTTPS both have the prefix `__Host-` (RFC 6265bis, 4.1.3.2): a browser takes such a cookie from
this very host alone, over HTTPS, for all paths, so no other host of the domain can put one of its
own in its place.
"""

from aiohttp import web

from broker.ports import SignedIn
from broker.web.context import context_of

ACCESS_COOKIE = "handrail_access"
REFRESH_COOKIE = "handrail_refresh"
REFRESH_PATH = "/api/v1/auth"


def set_cookies(request: web.Request, response: web.Response, signed_in: SignedIn) -> None:
    """Give the browser both tokens; over HTTPS they are bound to this host."""
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
        refresh_cookie(request),
        signed_in.refresh_token,
        max_age=signed_in.refresh_expires_in_s,
        path=_refresh_path(request),
        httponly=True,
        samesite="Strict",
        secure=secure,
    )


def clear_cookies(request: web.Request, response: web.Response) -> None:
    """Take both tokens away."""
    secure = context_of(request).settings.secure
    refresh = (refresh_cookie(request), _refresh_path(request))
    for name, path in ((access_cookie(request), "/"), refresh):
        response.del_cookie(name, path=path, httponly=True, samesite="Strict", secure=secure)


def access_cookie(request: web.Request) -> str:
    """Give the name of the access cookie here."""
    return _name(request, ACCESS_COOKIE)


def refresh_cookie(request: web.Request) -> str:
    """Give the name of the refresh cookie here."""
    return _name(request, REFRESH_COOKIE)


def _refresh_path(request: web.Request) -> str:
    """Without HTTPS, on loopback, the refresh token goes only where it is used."""
    return "/" if context_of(request).settings.secure else REFRESH_PATH


def _name(request: web.Request, name: str) -> str:
    return f"__Host-{name}" if context_of(request).settings.secure else name
