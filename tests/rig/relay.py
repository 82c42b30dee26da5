"""A network path for tests: a UDP relay with a rate, a delay, a queue and losses that can change.

It stands between the browser's peer connection and the support client's, without root: a script in
the page turns the client's ICE candidates into the relay's, and keeps the browser's own back, so
that the client only ever hears of the relay.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Page

SOONEST_S: Final = 0.0005
"""Less than this is not worth sleeping for."""

PAGE_SCRIPT: Final = """
const add = RTCPeerConnection.prototype.addIceCandidate;
RTCPeerConnection.prototype.addIceCandidate = async function (init) {
  const parts = (init?.candidate ?? "").split(" ");
  if (parts.length < 8 || parts[4].includes(":")) return;
  parts[5] = String(await window.relayTo(parts[4], Number(parts[5])));
  parts[4] = "127.0.0.1";
  return add.call(this, { ...init, candidate: parts.join(" ") });
};
const own = Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, "onicecandidate");
Object.defineProperty(RTCPeerConnection.prototype, "onicecandidate", {
  set(handler) {
    own.set.call(this, (event) => event.candidate || handler(event));
  },
});
"""


@dataclass(slots=True)
class Line:
    """One direction of a path; change it while it is used."""

    bits_per_second: float = 50e6
    delay_s: float = 0.005
    loss: float = 0.0
    """Share of packets lost at random."""
    queue_bytes: int = 256_000
    """Drop-tail, in front of the bottleneck."""
    chance: random.Random = field(default_factory=lambda: random.Random(7))


class _Direction:
    """Carries datagrams along a line to its end."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.transport: asyncio.DatagramTransport | None = None
        self.to: tuple[str, int] | None = None
        self._queue: deque[bytes] = deque()
        self._queued = 0
        self._came = asyncio.Event()

    def push(self, data: bytes) -> None:
        line = self.line
        if line.chance.random() < line.loss or self._queued + len(data) > line.queue_bytes:
            return
        self._queue.append(data)
        self._queued += len(data)
        self._came.set()

    async def run(self) -> None:
        """Send what is pushed, one after the other, as fast as the line allows."""
        loop = asyncio.get_running_loop()
        free_at = loop.time()
        while True:
            while not self._queue:
                self._came.clear()
                await self._came.wait()
            data = self._queue.popleft()
            free_at = max(free_at, loop.time() - SOONEST_S) + len(data) * 8 / self._rate()
            if free_at - loop.time() > SOONEST_S:
                await asyncio.sleep(free_at - loop.time())
            self._queued -= len(data)
            loop.call_later(self.line.delay_s, self._send, data)

    def _rate(self) -> float:
        return self.line.bits_per_second

    def _send(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing() and self.to:
            self.transport.sendto(data, self.to)


class _Side(asyncio.DatagramProtocol):
    """One socket: what comes in here goes along `out`; answers go to whoever spoke last."""

    def __init__(self, out: _Direction, back: _Direction, to: tuple[str, int] | None) -> None:
        self._out, self._back = out, back
        self._back.to = to

    def connection_made(self, transport: Any) -> None:
        self._back.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._back.to = addr
        self._out.push(data)


class Relay:
    """Paths from a browser to support clients. `down` goes to the browser, `up` to the client."""

    def __init__(self, down: Line, up: Line) -> None:
        self.down, self.up = down, up
        self._ports: dict[tuple[str, int], int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._transports: list[asyncio.BaseTransport] = []

    async def relay_to(self, host: str, port: int) -> int:
        """Give the local port behind which this address of the client is."""
        if (host, port) not in self._ports:
            self._ports[host, port] = await self._open(host, port)
        return self._ports[host, port]

    async def _open(self, host: str, port: int) -> int:
        loop = asyncio.get_running_loop()
        down, up = _Direction(self.down), _Direction(self.up)
        # Bound where it can reach the client, which sees this address as the browser's.
        client_side, _ = await loop.create_datagram_endpoint(
            lambda: _Side(down, up, (host, port)), local_addr=("0.0.0.0", 0)
        )
        browser_side, _ = await loop.create_datagram_endpoint(
            lambda: _Side(up, down, None), local_addr=("127.0.0.1", 0)
        )
        self._transports += [client_side, browser_side]
        self._tasks += [asyncio.create_task(direction.run()) for direction in (down, up)]
        bound: int = browser_side.get_extra_info("sockname")[1]
        return bound

    async def put_before(self, page: Page) -> None:
        """Let every peer connection of this page go through the relay; before it is opened."""
        await page.expose_function("relayTo", self.relay_to)
        await page.add_init_script(PAGE_SCRIPT)

    async def close(self) -> None:
        """End all paths."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for transport in self._transports:
            transport.close()


@asynccontextmanager
async def relaying(down: Line | None = None, up: Line | None = None) -> AsyncIterator[Relay]:
    """Give a relay that lives as long as the block."""
    relay = Relay(down or Line(), up or Line())
    try:
        yield relay
    finally:
        await relay.close()
