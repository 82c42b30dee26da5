"""What is compared: Handrail's broker and npm's PeerServer, each pinned to one core."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from benchmarks.broker.line import Line, frame, open_line
from benchmarks.screen.systems.waiting import listening
from tests.rig.processes import running
from tests.rig.stack import Broker, Login, free_port

PEER_MODULE: Final = Path("var/bench/node_modules/peer")
SERVER_CORE: Final = "0"
AT_ONCE: Final = 10
"""Connections that are opened at a time."""
TESS: Final = Login("tess@example.org", "Tess Example")
CANDIDATE: Final = (
    "candidate:842163049 1 udp 1677729535 203.0.113.141 54321 typ srflx raddr 192.168.1.23 "
    "rport 54321 generation 0 ufrag EsAw network-cost 999"
)
SDP: Final = "v=0\r\n" + "a=fmtp:96 level-asymmetry-allowed=1;packetization-mode=1\r\n" * 70
"""As long as Chromium's offer with a picture and data channels: 4 kB."""


@dataclass(slots=True)
class Pair:
    """Two connections that talk to each other, and what each sends."""

    left: Line
    right: Line
    said: dict[str, tuple[bytes, bytes]]
    """For each kind of message the frames of the left and of the right side."""


@dataclass(slots=True)
class Server:
    """A server that runs, and how pairs come to it."""

    pid: int
    pair: Callable[[int, bool], Awaitable[Pair]]
    """Give pair number n; True when it will talk."""


def _pinned(*command: str) -> list[str]:
    return ["taskset", "-c", SERVER_CORE, *command]


# ---- Handrail


@asynccontextmanager
async def handrail(folder: Path) -> AsyncIterator[Server]:
    """Run our broker, its database in memory: it is not the disk that is measured."""
    broker = Broker(folder, free_port())
    await broker.add_account(TESS, "technician")
    # Sessions that rest wait for consent, and would be ended while they are measured.
    patient = {"HANDRAIL_LIMITS__CONSENT_S": "3600", "HANDRAIL_LOG_LEVEL": "WARNING"}
    env = broker._environment() | patient
    command = _pinned(sys.executable, "-m", "benchmarks.broker.host")
    async with running(command, folder / "broker.log", env) as process:
        await listening("127.0.0.1", broker.port)
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(broker.url, cookie_jar=jar) as http:
            body = {"email": TESS.email, "password": TESS.password}
            async with http.post("/api/v1/auth/sign-in", json=body) as answer:
                answer.raise_for_status()
            cookie = "; ".join(f"{one.key}={one.value}" for one in jar)
            headers = f"Origin: {broker.url}\r\nCookie: {cookie}\r\n"

            async def pair(number: int, talks: bool) -> Pair:
                return await _session(http, broker.port, headers, number, talks)

            yield Server(process.pid, pair)


async def _session(
    http: aiohttp.ClientSession, port: int, headers: str, number: int, talks: bool
) -> Pair:
    issued = await _post(http, "/api/v1/sessions", {"ticket_id": f"T-{number}"})
    session_id = issued["session_id"]
    client = await open_line(port, "/api/v1/ws/client")
    system = {"platform": "linux", "client_version": "1", "machine": "kitchen-pc"}
    join = {"type": "client.join", "protocol_version": 1, "code": issued["code"], "system": system}
    client.say(json.dumps(join))
    await client.hear(b"session.joined")
    ticket = (await _post(http, f"/api/v1/sessions/{session_id}/ticket"))["ticket"]
    console = await open_line(port, "/api/v1/ws/console", headers)
    attach = {"type": "console.attach", "protocol_version": 1, "session_id": session_id}
    console.say(json.dumps(attach | {"ticket": ticket}))
    await console.hear(b"session.snapshot")
    if not talks:
        return Pair(console, client, {})
    given = {"type": "consent.given", "capabilities": ["view"], "source": "window"}
    client.say(json.dumps(given))
    await console.hear(b'"consented"')
    peer = {"peer_id": f"peer-{number:08d}"}
    console.say(json.dumps({"type": "peer.description", "kind": "offer", "sdp": "v=0", **peer}))
    await client.hear(b"peer.description")
    candidate = _text(type="peer.candidate", candidate=CANDIDATE, sdp_mid="0", **peer)
    offered, answered = (
        _text(type="peer.description", kind=kind, sdp=SDP, **peer) for kind in ("offer", "answer")
    )
    said = {"candidate": (candidate, candidate), "description": (offered, answered)}
    return Pair(console, client, said)


async def _post(http: aiohttp.ClientSession, path: str, body: Any = None) -> Any:
    async with http.post(path, json=body) as answer:
        answer.raise_for_status()
        return await answer.json()


def _text(**fields: Any) -> bytes:
    return frame(json.dumps(fields, separators=(",", ":")).encode())


# ---- PeerServer


def peer_server_missing() -> bool:
    """Tell whether npm's PeerServer, or what runs it, is not there."""
    return not PEER_MODULE.is_dir() or shutil.which("node") is None


@asynccontextmanager
async def peer_server(folder: Path) -> AsyncIterator[Server]:
    """Run npm's PeerServer, which relays between any two that know each other's id."""
    port = free_port()
    script = str(Path(__file__).with_name("peerserver.cjs"))
    command = _pinned("node", script, str(PEER_MODULE.resolve()), str(port))
    async with running(command, folder / "peer.log") as process:
        await listening("127.0.0.1", port)

        async def pair(number: int, talks: bool) -> Pair:
            left, right = f"l{number}", f"r{number}"
            lines = [
                await open_line(port, f"/peerjs?key=peerjs&id={name}&token=t&version=1.5.4")
                for name in (left, right)
            ]
            for line in lines:
                await line.hear(b"OPEN")
            said = {
                kind: (_to(right, what, payload), _to(left, what, payload))
                for kind, what, payload in (
                    ("candidate", "CANDIDATE", {"candidate": CANDIDATE, "sdpMid": "0"}),
                    ("description", "ANSWER", {"sdp": {"type": "answer", "sdp": SDP}}),
                )
            }
            return Pair(lines[0], lines[1], said if talks else {})

        yield Server(process.pid, pair)


def _to(name: str, kind: str, payload: dict[str, Any]) -> bytes:
    return _text(type=kind, dst=name, payload={**payload, "connectionId": "mc_1"})


SYSTEMS: Final = {"handrail": handrail, "peerserver": peer_server}


async def open_pairs(server: Server, first: int, count: int, talks: bool) -> list[Pair]:
    """Open many pairs, some at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Pair:
        async with turn:
            return await server.pair(number, talks)

    return list(await asyncio.gather(*(one(number) for number in range(first, first + count))))
