"""Receivers of what the broker sends by itself: HTTPS with a certificate of its own."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.rig.secure import write_certificate

Behaviour = Callable[[web.Request], Awaitable[web.Response]]


async def takes(request: web.Request) -> web.Response:
    """Take it."""
    return web.Response(status=204)


def answers(status: int, **headers: str) -> Behaviour:
    """Answer with this status."""

    async def behaviour(request: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers)

    return behaviour


async def hangs(request: web.Request) -> web.Response:
    """Never answer."""
    await asyncio.Event().wait()
    raise AssertionError


@dataclass(slots=True)
class Receiver:
    """What came, and what is answered to it: `next` first, then it takes everything."""

    folder: Path
    url: str = ""
    next: list[Behaviour] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ca_file(self) -> Path:
        """Who vouches for it."""
        return self.folder / "cert.pem"

    @property
    def records(self) -> list[dict[str, Any]]:
        """Every record that was taken, as often as it was."""
        return [one for body in self.taken for one in json.loads(body)["data"]["records"]]

    async def until(self, enough: Callable[[], bool]) -> None:
        """Wait until what came is enough."""
        async with asyncio.timeout(20):
            while not enough():
                self.came.clear()
                await self.came.wait()

    async def answer(self, request: web.Request) -> web.Response:
        """Keep a body and answer it."""
        body = await request.read()
        self.bodies.append(body)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        behaviour = self.next.pop(0) if self.next else takes
        if behaviour is takes:
            self.taken.append(body)
        self.came.set()
        return await behaviour(request)


@asynccontextmanager
async def receiving(folder: Path) -> AsyncIterator[Receiver]:
    """Open a receiver at a free port of 127.0.0.1, with its certificate in `folder`."""
    write_certificate(folder, "receiver")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    receiver = Receiver(folder)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/{rest:.*}", receiver.answer)
    server = TestServer(app, scheme="https", host="127.0.0.1", shutdown_timeout=0.1)
    await server.start_server(ssl=tls)
    receiver.url = f"https://127.0.0.1:{server.port}/handrail?token=secret"
    try:
        yield receiver
    finally:
        await server.close()
