"""Sends syslog frames over TLS (RFC 5425), a connection for each batch.

Syslog has no answer. A batch counts as taken when the receiver's machine has acknowledged every
byte of it (TCP), which is as much as can be known.
"""

import asyncio
import contextlib
import ssl
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from broker.errors import DeliveryFailed
from broker.feed_ports import FeedItem
from broker.outbound.addresses import Network, resolve

TIMEOUT_S: Final = 15.0
CLOSE_S: Final = 2.0
"""So long the receiver may take to say goodbye (`close_notify`)."""
RECORDS_AT_ONCE: Final = 500
ASKING_S: Final = 0.01


class TlsSyslog:
    """One receiver of frames: implements `FeedSender`."""

    kind = "syslog"
    most = RECORDS_AT_ONCE

    def __init__(
        self,
        host: str,
        port: int,
        allowed: Sequence[Network],
        tls: ssl.SSLContext,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._host, self._port = host, port
        self._allowed = tuple(allowed)
        self._tls = tls
        self._timeout_s = timeout_s
        self.target = f"{host}:{port}"

    async def send(self, items: Sequence[FeedItem], now: datetime) -> None:  # noqa: ARG002
        """Send a batch. DeliveryFailed unless its bytes have all arrived."""
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._send(b"".join(item.data for item in items))
        except TimeoutError as error:
            problem = f"{self.target} took not everything within {self._timeout_s:g} s:"
            raise DeliveryFailed(f"{problem} look whether it is overloaded.") from error
        except ssl.SSLError as error:
            problem = f"TLS with {self.target} failed: look at its certificate, and whether its"
            raise DeliveryFailed(f"{problem} authority is in outbound_ca_file.") from error
        except OSError as error:
            problem = f"{self.target} cannot be reached: look whether it runs, and at firewalls."
            raise DeliveryFailed(problem) from error

    async def _send(self, frames: bytes) -> None:
        reader, writer = await self._connected()
        try:
            writer.transport.set_write_buffer_limits(0)  # `drain` waits for all of it
            writer.write(frames)
            await writer.drain()
            await _acknowledged(writer)
            if reader.at_eof():
                raise ConnectionResetError
        finally:
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):  # it has everything already, or not
                await writer.wait_closed()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failed: OSError = ConnectionRefusedError()
        for address in await resolve(self._host, self._port, self._allowed):
            try:
                return await asyncio.open_connection(
                    address,
                    self._port,
                    ssl=self._tls,
                    server_hostname=self._host,
                    ssl_shutdown_timeout=CLOSE_S,
                )
            except ssl.SSLError:
                raise
            except OSError as error:
                failed = error
        raise failed


async def _acknowledged(writer: asyncio.StreamWriter) -> None:
    """Wait until no byte waits for the other machine; where the system tells (Linux)."""
    if sys.platform != "linux":
        return
    import fcntl
    import termios

    number = writer.get_extra_info("socket").fileno()
    waiting = 1
    while waiting:
        told = fcntl.ioctl(number, termios.TIOCOUTQ, bytes(4))
        waiting = int.from_bytes(told, sys.byteorder)
        await asyncio.sleep(ASKING_S if waiting else 0)
