"""Waiting for servers to listen."""

import asyncio
import socket

from tests.rig.processes import ProcessFailed

_TIMEOUT_S = 30.0


async def listening(address: str, port: int) -> None:
    """Wait until a TCP connection to this port can be made. Raises ProcessFailed."""
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            while not await _connects(address, port):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise ProcessFailed(f"nothing listens on port {port}") from error


async def _connects(address: str, port: int) -> bool:
    loop = asyncio.get_running_loop()
    with socket.socket() as probe:
        probe.setblocking(False)
        try:
            await loop.sock_connect(probe, (address, port))
        except OSError:
            return False
        return True
