"""A screen host of the simplest kind: `python -m … ADDRESS PORT`.

mss at 30 pictures a second, aiortc's own encoders and defaults, pynput for the keys.
"""

import asyncio
import sys
from pathlib import Path

import av
import mss
import numpy as np
from aiohttp import web
from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from pynput.keyboard import Controller

_PAGE = Path(__file__).with_name("stock_aiortc.html")
_CONNECTIONS = web.AppKey("connections", set[RTCPeerConnection])


class ScreenTrack(VideoStreamTrack):
    """The whole screen, 30 times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._screen = mss.MSS()

    async def recv(self) -> av.VideoFrame:
        """Grab a picture when the next one is due."""
        pts, time_base = await self.next_timestamp()
        shot = self._screen.grab(self._screen.monitors[1])
        pixels = np.frombuffer(shot.raw, np.uint8).reshape(shot.height, shot.width, 4)
        frame = av.VideoFrame.from_ndarray(pixels, format="bgra")
        frame.pts, frame.time_base = pts, time_base
        return frame


async def offer(request: web.Request) -> web.Response:
    """Answer an offer with the screen, and press the keys that come in."""
    description = await request.json()
    # Without a configuration aiortc asks a public STUN server.
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    request.app[_CONNECTIONS].add(connection)
    keyboard = Controller()

    @connection.on("datachannel")
    def opened(channel: RTCDataChannel) -> None:
        @channel.on("message")
        def pressed(key: str) -> None:
            keyboard.press(key)
            keyboard.release(key)

    connection.addTrack(ScreenTrack())
    await connection.setRemoteDescription(RTCSessionDescription(**description))
    await connection.setLocalDescription(await connection.createAnswer())
    answer = connection.localDescription
    return web.json_response({"sdp": answer.sdp, "type": answer.type})


async def page(_: web.Request) -> web.FileResponse:
    """Give the viewer."""
    return web.FileResponse(_PAGE)


async def close(app: web.Application) -> None:
    """Close what is connected."""
    await asyncio.gather(*(connection.close() for connection in app[_CONNECTIONS]))


def main() -> None:
    """Serve until SIGTERM."""
    app = web.Application()
    app[_CONNECTIONS] = set()
    app.add_routes([web.get("/", page), web.post("/offer", offer)])
    app.on_shutdown.append(close)
    web.run_app(app, host=sys.argv[1], port=int(sys.argv[2]), print=None)


if __name__ == "__main__":
    main()
