"""A long chat whose roads are cut again and again: no line is lost, doubled or out of order.

Real are the broker process, which is killed in between, both signaling sockets, the engine of the
support client and the console's own modules (in Node). The peers' data channel is a stand-in that
carries the same messages and loses what is on its way when it is cut.
"""

import asyncio
import json
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from broker.protocol.version import PROTOCOL_VERSION
from broker.protocol.vocabulary import Capability
from client import chat, compose
from client import events as on
from client.channels.chat import ChatChannel
from client.config import Config
from client.service import Service
from client.support_session import State
from tests.client.test_adrift import NoDesktop, Seen
from tests.client.trusted import Trusted
from tests.rig.stack import Broker, Login, Technician, running_broker, signed_in

ROOT = Path(__file__).resolve().parents[2]
TESS = Login("tess@example.org", "Tess Example")
IN_FLIGHT = 4
"""Messages on the stand-in for a data channel, each way, that a cut takes with it."""
WAITING = 10
"""The technician says the next line once fewer than this are unacknowledged."""


class Console:
    """The console's chat in Node, its websocket, and the stand-in for its data channel."""

    def __init__(self, tess: Technician, session_id: str, service: Service) -> None:
        self._tess, self._session_id, self._service = tess, session_id, service
        self._node: asyncio.subprocess.Process
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._present = False
        self._channel: ChatChannel | None = None
        self._there: deque[str] = deque()
        self._here: deque[dict[str, Any]] = deque()
        self._road: str | None = None
        self._changed = asyncio.Event()
        self._dump: asyncio.Future[dict[str, Any]]
        self.outbox = self.received = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self._node = await asyncio.create_subprocess_exec(
            "node",
            str(ROOT / "tests/console/chat_peer.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 24,
        )
        tasks = [asyncio.create_task(work()) for work in (self._read_node, self._stay_attached)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._node.kill()
            await self._node.wait()

    # ---- what the test does

    def say(self, text: str) -> None:
        self._tell(say=text)
        self.outbox += 1

    def reload(self) -> None:
        """The page is loaded anew: its data channel goes, and all it knew but the outbox."""
        self.unlink()
        self._tell(reload=True)

    def link(self) -> None:
        """The peers are connected."""
        self._channel = ChatChannel(self._service._talk.conversation, self._from_client)
        self._choose()

    def unlink(self) -> None:
        """The peers lose each other, and with it what is on its way."""
        if self._channel is not None:
            self._channel.close()
        self._channel = None
        self._there.clear()
        self._here.clear()
        self._choose()

    async def drop_socket(self) -> None:
        """The console's websocket breaks."""
        if self._socket is not None and not self._socket.closed:
            transport = self._socket.get_extra_info("socket")
            with suppress(OSError):
                transport.shutdown(2)

    async def until(self, good: Any, timeout_s: float = 60) -> None:
        async with asyncio.timeout(timeout_s):
            while not good():
                self._changed.clear()
                await self._changed.wait()

    async def lines(self) -> list[dict[str, Any]]:
        self._dump = asyncio.get_running_loop().create_future()
        self._tell(dump=True)
        lines: list[dict[str, Any]] = (await self._dump)["lines"]
        return lines

    # ---- the roads

    def _choose(self) -> None:
        relayed = "relayed" if self._socket is not None and self._present else None
        road = "direct" if self._channel is not None else relayed
        if road != self._road:
            self._road = road
            self._tell(road=road)

    def _tell(self, **message: Any) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(message).encode() + b"\n")

    async def _read_node(self) -> None:
        assert self._node.stdout is not None
        while line := await self._node.stdout.readline():
            message = json.loads(line)
            if "send" in message:
                await self._send(message["on"], json.dumps(message["send"]))
            elif "dump" in message:
                self._dump.set_result(message["dump"])
            else:
                self.outbox, self.received = message["outbox"], message["received"]
            self._changed.set()

    async def _send(self, road: str, raw: str) -> None:
        if road == "direct":
            self._there.append(raw)
            self._flow()
        elif self._socket is not None:
            with suppress(ConnectionError, RuntimeError):
                await self._socket.send_str(raw)

    def _from_client(self, raw: str) -> bool:
        self._here.append(json.loads(raw))
        asyncio.get_running_loop().call_soon(self._flow)
        return True

    def _flow(self, everything: bool = False) -> None:
        """Let go of what is on its way, but for the last few messages: they come later."""
        least = 0 if everything else IN_FLIGHT
        while self._channel is not None and len(self._there) > least:
            self._channel.receive(self._there.popleft())
        while self._channel is not None and len(self._here) > least:
            self._tell(hear=self._here.popleft(), on="direct")
        if not everything and (self._there or self._here):
            asyncio.get_running_loop().call_later(0.02, self._flow, True)

    async def _stay_attached(self) -> None:
        url = self._tess.broker.url
        while True:
            with suppress(aiohttp.ClientError, OSError, RuntimeError):
                ticket = await self._tess._call(
                    "POST", f"/api/v1/sessions/{self._session_id}/ticket"
                )
                async with self._tess.http.ws_connect(
                    f"{url}/api/v1/ws/console", origin=url
                ) as socket:
                    await socket.send_json(
                        {
                            "type": "console.attach",
                            "protocol_version": PROTOCOL_VERSION,
                            "session_id": self._session_id,
                            "ticket": ticket["ticket"],
                        }
                    )
                    await self._listen(socket)
            self._socket, self._present = None, False
            self._choose()
            await asyncio.sleep(0.1)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            message = frame.json()
            if message["type"] == "session.snapshot":
                self._socket, self._present = socket, message["session"]["client_present"]
                self._choose()
            elif message["type"].startswith("chat."):
                self._tell(hear=message, on="relayed")


class Wire:
    """A line to the broker that can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """Give the address to connect to instead of the broker's."""
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            self.cut()
            server.close()

    def cut(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            to, back = await asyncio.open_connection("127.0.0.1", self._port)
            self._open |= {writer, back}
            await asyncio.gather(self._copy(reader, back), self._copy(to, writer))
            self._open -= {writer, back}
        writer.close()

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


class Storm:
    """Says lines on both sides while everything that can break does."""

    def __init__(self, broker: Broker, console: Console, service: Service, wire: Wire) -> None:
        self._broker, self._console, self._service = broker, console, service
        self._wire = wire
        self._chance = random.Random(4711)
        self.said: dict[str, list[str]] = {"technician": [], "end_user": []}

    @property
    def total(self) -> int:
        return sum(map(len, self.said.values()))

    async def technician(self, lines: int) -> None:
        for _ in range(lines):
            await self._console.until(lambda: self._console.outbox < WAITING)
            text = f"technician {len(self.said['technician'])}"
            self.said["technician"].append(text)
            self._console.say(text)

    async def end_user(self, lines: int) -> None:
        for _ in range(lines):
            text = f"end_user {len(self.said['end_user'])}"
            self.said["end_user"].append(text)
            self._service.with_talk(lambda talk, text=text: talk.say(text))
            await asyncio.sleep(self._chance.choice((0, 0, 0.001)))

    async def talk(self, technician: int, end_user: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.technician(technician))
            tasks.create_task(self.end_user(end_user))

    async def cut(self, number: int) -> None:
        """One thing that breaks, in the middle of what is said."""
        match number % 5:
            case 0:
                self._console.unlink()
            case 1:
                await self._broker.kill()
                self._console.unlink()
                await self._broker.start()
            case 2:
                self._console.reload()
            case 3:
                await self._console.drop_socket()
            case 4:
                self._wire.cut()

    async def caught_up(self) -> None:
        await self._console.until(
            lambda: self._console.received == self.total and self._console.outbox == 0, 90
        )


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    async with running_broker(tmp_path) as broker:
        await broker.add_account(TESS, "technician")
        yield broker


@asynccontextmanager
async def joined(url: str, code: str) -> AsyncIterator[Service]:
    """A support client's engine whose end user has joined and is being asked."""
    seen, ready = Seen(), asyncio.Event()
    service = compose.build_service(Config(url), NoDesktop(), seen)
    task = asyncio.create_task(service.run(ready.set))
    await ready.wait()
    service.post(on.CodeEntered(code))
    await seen.until(lambda situation: situation.state is State.ASKING)
    try:
        yield service
    finally:
        service.quit()
        async with asyncio.timeout(10):
            await task


async def storm(broker: Broker, rounds: int, direct: int, relayed: tuple[int, int]) -> None:
    """Some lines before consent, then rounds on the peers' road and on the broker's."""
    wire = Wire(broker.port)
    async with signed_in(broker, TESS) as tess, wire.running() as url:
        issued = await tess.create_session("STORM-1")
        async with joined(url, issued["code"]) as service:
            console = Console(tess, issued["session_id"], service)
            async with console.running():
                talk = Storm(broker, console, service, wire)
                await talk.talk(5, 5)
                trusted = Trusted(issued["session_id"])
                for event in trusted.events:
                    service.post(event)
                service.post(on.ConsentAnswered(frozenset({Capability.VIEW}), trusted.string))
                for number in range(rounds):
                    console.link()
                    await talk.talk(direct // 2, direct // 2)
                    async with asyncio.TaskGroup() as tasks:
                        tasks.create_task(talk.talk(*relayed))
                        tasks.create_task(talk.cut(number))
                    console.unlink()
                    await talk.talk(*relayed)
                await talk.caught_up()
                lines = await console.lines()
            kept = service._talk.conversation.transcript.lines
    assert [line["sequence"] for line in lines] == [*range(1, talk.total + 1)]
    assert [(line["id"], line["text"]) for line in lines] == [(k.id, k.text) for k in kept]
    for author, said in talk.said.items():
        assert [line["text"] for line in lines if line["author"] == author] == said
    log = broker.log.read_text()
    assert "technician 1" not in log
    assert "Traceback" not in log, log[log.index("Traceback") :][:6000]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """The technician types faster than a person may."""
    monkeypatch.setattr(chat, "MAX_LINES", 20_000)
    monkeypatch.setattr(chat, "POST_BURST", 5000)
    monkeypatch.setattr(chat, "POSTS_PER_SECOND", 5000.0)


async def test_a_chat_of_some_hundred_lines_survives_every_kind_of_cut(broker: Broker) -> None:
    await storm(broker, rounds=5, direct=60, relayed=(8, 12))


@pytest.mark.slow
async def test_ten_thousand_lines_survive_cuts_and_broker_restarts(broker: Broker) -> None:
    await storm(broker, rounds=25, direct=320, relayed=(20, 20))
