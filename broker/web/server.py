"""Listens: binds the address, with TLS when there are files for it, until told to stop."""

import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from broker.errors import Misconfigured
from broker.web.tls import Certificate

KEEPALIVE_S = 30.0
DRAIN_S = 10.0
"""After a stop, answers under way get this long."""
_TAKEN = "another program listens there already (HANDRAIL_PORT chooses another port)"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen."""

    host: str
    port: int


@asynccontextmanager
async def serving(
    app: web.Application, where: Listening, certificate: Certificate | None = None
) -> AsyncIterator[None]:
    """Serve the application while the context is open. Misconfigured when it cannot listen."""
    # No access log: a join code may stand in a path.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=KEEPALIVE_S, shutdown_timeout=DRAIN_S
    )
    await runner.setup()
    try:
        await _listen(runner, where, certificate)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, where: Listening, certificate: Certificate | None) -> None:
    tls = certificate.context if certificate else None
    site = web.TCPSite(runner, where.host, where.port, ssl_context=tls)
    try:
        await site.start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = _TAKEN if taken else error.strerror
        address = f"Port {where.port} of {where.host}"
        raise Misconfigured(f"{address} cannot be listened on: {why}.") from error
