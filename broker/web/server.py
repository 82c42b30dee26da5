"""Listens: binds the address, with TLS when there are files for it, until told to stop."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

KEEPALIVE_S = 30.0
DRAIN_S = 10.0
"""After a stop, answers under way get this long."""


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen. TLS needs both files, and none means plain HTTP."""

    host: str
    port: int
    tls_certificate: Path | None = None
    tls_key: Path | None = None


@asynccontextmanager
async def serving(app: web.Application, where: Listening) -> AsyncIterator[None]:
    """Serve the application while the context is open. OSError when the address is taken."""
    # No access log: a join code may stand in a path.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=KEEPALIVE_S, shutdown_timeout=DRAIN_S
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, where.host, where.port, ssl_context=_tls(where))
        await site.start()
        yield
    finally:
        await runner.cleanup()


def _tls(where: Listening) -> ssl.SSLContext | None:
    if where.tls_certificate is None or where.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(where.tls_certificate, where.tls_key)
    return context
