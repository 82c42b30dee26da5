"""The pages and their files: the join page, the console, vendored libraries, downloads."""

import sys
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from broker.errors import NotFound
from broker.web.context import context_of

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types lit-html",
    )
)

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

HSTS = "max-age=31536000"


def asset_folder(name: str) -> Path:
    """Give a folder of web assets: packaged in a wheel, beside the code in a working tree."""
    here = Path(__file__).resolve()
    candidates = (here.parents[1] / "_assets" / name, here.parents[2] / name)
    for folder in candidates:
        if folder.is_dir():
            return folder
    sys.exit(f"The web assets in {name}/ are missing: reinstall Handrail.")


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security headers on everything, and keep answers of the API out of caches."""
    response = await handler(request)
    if response.prepared:
        return response
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if context_of(request).settings.secure:
        response.headers.setdefault(hdrs.STRICT_TRANSPORT_SECURITY, HSTS)
    cacheable = request.path.startswith("/static/vendor/")
    response.headers.setdefault(
        hdrs.CACHE_CONTROL, "public, max-age=3600" if cacheable else "no-store"
    )
    return response


def add_pages(app: web.Application) -> None:
    """Add every page to the application."""
    console, static = asset_folder("technician_console"), asset_folder("static")
    join_page = _page(static / "join" / "index.html")
    app.add_routes(
        [
            web.get("/", join_page),
            web.get("/j/{code}", join_page),
            web.get("/console", _to_console),
            web.get("/console/", _page(console / "index.html")),
            web.static("/console/src", console / "src"),
            web.static("/static", static),
            web.get("/downloads/{file_name}", _download),
        ]
    )


def _page(path: Path) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
        return web.FileResponse(path)

    return show


async def _to_console(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    raise web.HTTPFound("/console/")


async def _download(request: web.Request) -> web.StreamResponse:
    folder = context_of(request).settings.downloads_dir.resolve()
    path = (folder / request.match_info["file_name"]).resolve()
    if path.parent != folder or not path.is_file():
        raise NotFound("There is no such download.")
    disposition = f'attachment; filename="{path.name}"'
    return web.FileResponse(path, headers={hdrs.CONTENT_DISPOSITION: disposition})
