"""The pages and their files: the join page, the console, vendored libraries, downloads."""

import asyncio
import sys
from pathlib import Path

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from broker.errors import NotFound
from broker.web.api.joining import packages_in
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
        "trusted-types lit-html handrail-workers",
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


async def security_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on every answer, and keep those of the API out of caches.

    What aiohttp would say of itself and of its version is left out. A websocket shows no page, and
    would keep its headers as long as it is open.
    """
    response.headers.pop("Server", None)
    if isinstance(response, web.WebSocketResponse):
        return
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if context_of(request).settings.secure:
        response.headers.setdefault(hdrs.STRICT_TRANSPORT_SECURITY, HSTS)
    cacheable = request.path.startswith("/static/vendor/")
    response.headers.setdefault(
        hdrs.CACHE_CONTROL, "public, max-age=3600" if cacheable else "no-store"
    )


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
            web.get("/console/src/{path:.+}", _files(console / "src")),
            web.get("/static/{path:.+}", _files(static)),
            web.get("/downloads/{file_name}", _download),
        ]
    )


def _page(path: Path) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
        return web.FileResponse(path)

    return show


def _files(folder: Path) -> Handler:
    """Serve what lies in a folder, and nothing that a path only leads to from there."""
    whole = folder.resolve()

    async def show(request: web.Request) -> web.StreamResponse:
        path = await asyncio.to_thread(_file_in, whole, request.match_info["path"])
        return web.FileResponse(path)

    return show


def _file_in(folder: Path, name: str) -> Path:
    try:
        path = (folder / name).resolve(strict=True)
    except (OSError, ValueError) as error:  # not there, too long to be there, or no name at all
        raise NotFound from error
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFound
    return path


async def _to_console(request: web.Request) -> web.StreamResponse:  # noqa: ARG001
    # Answered rather than raised: what is raised passes the security headers by.
    return web.Response(status=302, headers={hdrs.LOCATION: "/console/"})


async def _download(request: web.Request) -> web.StreamResponse:
    """Serve a package that is on offer; whatever else lies there is not for strangers."""
    folder, wanted = context_of(request).settings.downloads_dir, request.match_info["file_name"]
    names = {path.name for path in await asyncio.to_thread(packages_in, folder)}
    if wanted not in names:
        raise NotFound("There is no such download.")
    disposition = f'attachment; filename="{wanted}"'
    return web.FileResponse(folder / wanted, headers={hdrs.CONTENT_DISPOSITION: disposition})
