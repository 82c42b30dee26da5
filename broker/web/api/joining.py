"""What the end user's join page asks: who is behind this code, and which client is there."""

import asyncio
import re
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler

from broker.errors import CodeMalformed
from broker.protocol.join_code import MalformedCode, parse
from broker.protocol.reports import ReportPlace
from broker.protocol.rest import ClientDownloads, ClientPackage, JoinPreview, PreviewCode
from broker.service.distrust import report_token
from broker.web.bodies import answer, read_body
from broker.web.context import context_of
from broker.web.source import source_address

Platform = Literal["linux", "windows", "macos", "any"]

_PLATFORMS: dict[str, Platform] = {
    ".exe": "windows",
    ".msi": "windows",
    ".dmg": "macos",
    ".pkg": "macos",
    ".appimage": "linux",
    ".whl": "any",
}

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+ -]{0,119}")
"""A name that needs no thought in a URL, a header or a command line."""


def parsed_code(text: str) -> str:
    """Give the 12 digits of a code as typed; CodeMalformed."""
    try:
        return parse(text)
    except MalformedCode as error:
        raise CodeMalformed(str(error)) from error


async def preview_code(request: web.Request) -> web.Response:
    """Say who asks for what; the code stays unclaimed."""
    context, address = context_of(request), source_address(request)
    body = await read_body(request, PreviewCode)
    code = parsed_code(body.code)
    async with context.code_guard.one_code(address, body.proof):
        session = await context.end_user_side.preview(code, address)
    technician = await context.end_user_side.technician(session)
    return answer(
        JoinPreview(
            session_id=session.session_id,
            report_token=report_token(
                context.registry.ports.secrets, session.session_id, ReportPlace.JOIN_PAGE
            ),
            support_contact=context.registry.settings.support_contact,
            technician_name=technician.name,
            organisation=technician.organisation,
            account=technician.account,
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


def packages_in(folder: Path) -> list[Path]:
    """Give the files in a folder that are support clients on offer."""
    if not folder.is_dir():
        return []
    return [path for path in sorted(folder.iterdir()) if _is_offered(path)]


def _is_offered(path: Path) -> bool:
    known = path.suffix.lower() in _PLATFORMS and _FILE_NAME.fullmatch(path.name)
    return bool(known) and path.is_file()


def _packages(folder: Path) -> tuple[ClientPackage, ...]:
    return tuple(
        ClientPackage(
            platform=_PLATFORMS[path.suffix.lower()],
            file_name=path.name,
            url=f"/downloads/{quote(path.name)}",
            size_bytes=path.stat().st_size,
        )
        for path in packages_in(folder)
    )


HANDLERS: dict[str, Handler] = {"preview_code": preview_code, "list_downloads": list_downloads}
