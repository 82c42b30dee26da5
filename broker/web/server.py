"""Listens: binds the address, with TLS when there are files for it, until told to stop."""

import errno
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from broker.errors import Misconfigured

KEEPALIVE_S = 30.0
DRAIN_S = 10.0
"""After a stop, answers under way get this long."""
_TAKEN = "another program listens there already (HANDRAIL_PORT chooses another port)"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where to listen. TLS needs both files, and none means plain HTTP."""

    host: str
    port: int
    tls_certificate: Path | None = None
    tls_key: Path | None = None


@asynccontextmanager
async def serving(app: web.Application, where: Listening) -> AsyncIterator[None]:
    """Serve the application while the context is open. Misconfigured when it cannot listen."""
    # No access log: a join code may stand in a path.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=KEEPALIVE_S, shutdown_timeout=DRAIN_S
    )
    await runner.setup()
    try:
        await _listen(runner, where)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, where: Listening) -> None:
    site = web.TCPSite(runner, where.host, where.port, ssl_context=_tls(where))
    try:
        await site.start()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = _TAKEN if taken else error.strerror
        address = f"Port {where.port} of {where.host}"
        raise Misconfigured(f"{address} cannot be listened on: {why}.") from error


def _tls(where: Listening) -> ssl.SSLContext | None:
    if where.tls_certificate is None or where.tls_key is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(where.tls_certificate, where.tls_key)
    except OSError as error:  # ssl.SSLError is one too
        files = f"{where.tls_certificate} and {where.tls_key}"
        raise Misconfigured(f"{files} cannot be used for TLS: {error.strerror}.") from error
    return context
