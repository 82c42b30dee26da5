"""How the organisation is shown."""

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.errors import AuditUnavailable
from broker.protocol.branding import SaveBranding, SaveLogo
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.gate import identity_of
from broker.web.source import source_address


async def read_branding(request: web.Request) -> web.Response:
    """Give it to any page."""
    return answer(await context_of(request).branding.view())


async def change_branding(request: web.Request) -> web.Response:
    """Change all but the logo."""
    account, wanted = identity_of(request).account, await read_body(request, SaveBranding)
    address = source_address(request)
    return answer(await context_of(request).branding.change(account, wanted, address))


async def change_logo(request: web.Request) -> web.Response:
    """Take a logo, or take it away."""
    account, wanted = identity_of(request).account, await read_body(request, SaveLogo)
    address = source_address(request)
    return answer(await context_of(request).branding.change_logo(account, wanted, address))


async def read_logo(request: web.Request) -> web.Response:
    """Give the logo, which this broker wrote pixel by pixel."""
    return web.Response(body=await context_of(request).branding.logo(), content_type="image/png")


async def read_colours(request: web.Request) -> web.Response:
    """Give the colours; a page is shown in Handrail's while the database is away."""
    try:
        text = await context_of(request).branding.stylesheet()
    except AuditUnavailable:
        text = ""
    return web.Response(text=text, content_type="text/css")


HANDLERS: dict[str, Handler] = {
    "read_branding": read_branding,
    "change_branding": change_branding,
    "change_logo": change_logo,
    "read_logo": read_logo,
    "read_colours": read_colours,
}
