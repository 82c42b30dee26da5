"""Where a request comes from: its address behind declared proxies, and its Origin."""

import ipaddress

from aiohttp import hdrs, web

from broker.errors import NotPermitted
from broker.web.context import context_of

WRITING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def source_address(request: web.Request) -> str | None:
    """Give the caller's IP address; `X-Forwarded-For` counts only from declared proxies.

    The header is read from the right: the first address that is not one of our proxies is the
    caller, whatever it wrote to the left of itself.
    """
    address = _parse(request.remote)
    trusted = context_of(request).settings.trusted_proxies
    hops = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, [])).split(",")
    for hop in reversed(hops):
        if address is None or not any(address in network for network in trusted):
            break
        address = _parse(hop.strip()) or address
    return str(address) if address else None


def check_proxy(request: web.Request) -> None:
    """Refuse whoever comes past the TLS proxy, where only that may come. NotPermitted."""
    settings = context_of(request).settings
    direct = _parse(request.remote)
    trusted = direct and any(direct in network for network in settings.trusted_proxies)
    if settings.proxies_only and not trusted:
        raise NotPermitted("This broker only answers through its HTTPS address.")


def is_websocket(request: web.Request) -> bool:
    """Tell whether this asks for a websocket (RFC 6455, section 4.1), whatever the route."""
    return "websocket" in request.headers.get(hdrs.UPGRADE, "").lower()


def check_origin(request: web.Request, *, required: bool) -> None:
    """Refuse a request that another site's page made (RFC 6454). NotPermitted.

    A browser always sends `Origin` with a websocket and with a writing request; programs that are
    no browsers send none, and carry no cookie of ours by accident either.
    """
    origins = request.headers.getall(hdrs.ORIGIN, [])
    if not origins and not required:
        return
    if len(origins) != 1 or origins[0] not in context_of(request).settings.allowed_origins:
        raise NotPermitted("This request comes from a page of another site.")


def _parse(text: str | None) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text or "")
    except ValueError:
        return None


def bearer_of(request: web.Request) -> str:
    """Give the token of an `Authorization: Bearer` header (RFC 6750); empty without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
