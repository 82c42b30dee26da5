"""What the end user's join page asks: who is behind this code, and which client is there."""

import asyncio
from pathlib import Path
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.errors import CodeMalformed, CodeRejected
from broker.protocol.join_code import MalformedCode, parse
from broker.protocol.rest import ClientDownloads, ClientPackage, JoinPreview, PreviewCode
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.source import source_address

JOIN = "join"

Platform = Literal["linux", "windows", "macos", "any"]

_PLATFORMS: dict[str, Platform] = {
    ".exe": "windows",
    ".msi": "windows",
    ".dmg": "macos",
    ".pkg": "macos",
    ".appimage": "linux",
    ".whl": "any",
}


def parsed_code(text: str) -> str:
    """Give the 12 digits of a code as typed; CodeMalformed."""
    try:
        return parse(text)
    except MalformedCode as error:
        raise CodeMalformed(str(error)) from error


async def preview_code(request: web.Request) -> web.Response:
    """Say who asks for what; the code stays unclaimed."""
    context, address = context_of(request), source_address(request)
    code = parsed_code((await read_body(request, PreviewCode)).code)
    async with context.attempts.by_address(JOIN, address, CodeRejected):
        session = await context.end_user_side.preview(code, address)
    return answer(
        JoinPreview(
            technician_name=session.technician_name,
            organisation=context.settings.organisation,
            ticket_id=session.ticket_id,
            requested=session.requested,
            expires_at=session.code_expires_at or session.created_at,
        )
    )


async def list_downloads(request: web.Request) -> web.Response:
    """List the support clients in the downloads folder."""
    folder = context_of(request).settings.downloads_dir
    packages = await asyncio.to_thread(_packages, folder)
    return answer(ClientDownloads(packages=packages))


def _packages(folder: Path) -> tuple[ClientPackage, ...]:
    if not folder.is_dir():
        return ()
    return tuple(
        ClientPackage(
            platform=_PLATFORMS[path.suffix.lower()],
            file_name=path.name,
            url=f"/downloads/{path.name}",
            size_bytes=path.stat().st_size,
        )
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix.lower() in _PLATFORMS
    )


HANDLERS: dict[str, Handler] = {"preview_code": preview_code, "list_downloads": list_downloads}
