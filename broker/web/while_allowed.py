"""Answers that last: whoever loses the right to one while it is sent does not get the rest."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import structlog
from aiohttp import web

from broker.errors import NotPermitted, OurFault
from broker.service.background import in_background
from broker.web.gate import still_may

log = structlog.get_logger(__name__)

EVERY_S: Final = 2.0
"""How often it is asked, however slowly the answer is taken."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""Close with a reset, and drop what the system has not sent (`SO_LINGER`, socket(7))."""


@asynccontextmanager
async def while_allowed(request: web.Request) -> AsyncIterator[None]:
    """Go on as long as whoever asked may ask; soon after they may not, NotPermitted."""
    try:
        async with (
            asyncio.timeout(None) as allowed,
            in_background(_watch(request, allowed), name="while_allowed"),
        ):
            yield
    except TimeoutError as error:
        if not allowed.expired():
            raise
        raise NotPermitted from error


async def _watch(request: web.Request, allowed: asyncio.Timeout) -> None:
    try:
        while await still_may(request):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(EVERY_S)
    except OurFault:
        log.exception("while_allowed.not_checked")
    allowed.reschedule(asyncio.get_running_loop().time())


def break_off(request: web.Request) -> None:
    """End a begun answer so that its reader sees that it is not whole (RFC 9112, section 8)."""
    transport = request.transport
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
