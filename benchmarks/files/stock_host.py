"""What is compared with, in one host: `python -m … ADDRESS PORT SYSTEM`.

An aiortc data channel and an aiohttp websocket as they come, nothing of ours patched: bytes from
memory to memory in messages of 16 KiB, no disk, no hash, nobody who has to agree. The system
`handrail-channel` is the same data channel with all that the support client mends in aiortc.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import WSMsgType, web
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription

from client.rtc import upstream

MESSAGE_BYTES: Final = 16 * 1024
BUFFERED_BYTES: Final = 1024 * 1024
_PAGE: Final = Path(__file__).with_name("stock.html")
_CONNECTIONS = web.AppKey("connections", set[RTCPeerConnection])
_DATA: Final = bytes(MESSAGE_BYTES)


class Counter:
    """Counts what comes after `take COUNT`, and says `done` when it is all there."""

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._left = 0

    def expect(self, count: int) -> None:
        """So many bytes come from now on."""
        self._left = count

    def came(self, data: bytes) -> None:
        """Some of them did."""
        self._left -= len(data)
        if self._left == 0:
            self._say("done")


async def offer(request: web.Request) -> web.Response:
    """Answer an offer; the page opens the channel."""
    description = await request.json()
    # Without a configuration aiortc asks a public STUN server.
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    request.app[_CONNECTIONS].add(connection)
    connection.on("datachannel", serve_channel)
    await connection.setRemoteDescription(RTCSessionDescription(**description))
    await connection.setLocalDescription(await connection.createAnswer())
    answer = connection.localDescription
    return web.json_response({"sdp": answer.sdp, "type": answer.type})


def serve_channel(channel: RTCDataChannel) -> None:
    """Take what the page sends, and give what it asks for."""
    counter = Counter(channel.send)
    channel.bufferedAmountLowThreshold = BUFFERED_BYTES // 2
    left = 0

    def fill() -> None:
        nonlocal left
        while left and channel.bufferedAmount < BUFFERED_BYTES:
            channel.send(_DATA)
            left -= MESSAGE_BYTES

    def heard(message: str | bytes) -> None:
        nonlocal left
        if isinstance(message, bytes):
            counter.came(message)
            return
        what, _, count = message.partition(" ")
        if what == "take":
            counter.expect(int(count))
        else:
            left = int(count)
            fill()

    channel.on("message", heard)
    channel.on("bufferedamountlow", fill)


async def websocket(request: web.Request) -> web.WebSocketResponse:
    """Do the same over a websocket."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=0)
    await socket.prepare(request)
    answers: list[str] = []
    counter = Counter(answers.append)
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            counter.came(message.data)
        elif message.type is WSMsgType.TEXT:
            what, _, count = message.data.partition(" ")
            if what == "take":
                counter.expect(int(count))
            else:
                for _ in range(int(count) // MESSAGE_BYTES):
                    await socket.send_bytes(_DATA)
        while answers:
            await socket.send_str(answers.pop())
    return socket


async def page(_: web.Request) -> web.FileResponse:
    """Give the page."""
    return web.FileResponse(_PAGE)


async def close(app: web.Application) -> None:
    """Close what is connected."""
    await asyncio.gather(*(connection.close() for connection in app[_CONNECTIONS]))


def main() -> None:
    """Serve until SIGTERM."""
    if sys.argv[3] == "handrail-channel":
        upstream.install()
    app = web.Application()
    app[_CONNECTIONS] = set()
    app.add_routes(
        [web.get("/", page), web.post("/offer", offer), web.get("/websocket", websocket)]
    )
    app.on_shutdown.append(close)
    web.run_app(app, host=sys.argv[1], port=int(sys.argv[2]), print=None)


if __name__ == "__main__":
    main()
