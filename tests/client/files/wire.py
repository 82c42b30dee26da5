"""A console made by hand at the other end of a session's files, for tests."""

import asyncio
import hashlib
import os
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from broker.protocol.files import (
    ClientFileMessage,
    ConsoleFileMessage,
    FileBegin,
    FileDirection,
    FileItem,
    FileOffer,
    FilePolicy,
    FileProblem,
    FileReport,
    FileUnderWay,
    pack_chunk,
    unpack_chunk,
)
from broker.protocol.relay import RelayWanted
from client.files.desk import FileDesk, FilesView
from client.files.relays import RelayPorts
from client.relay.pipe import RelayLost

M = TypeVar("M")
WITHIN_S = 5.0
QUIET_ROUNDS = 20
"""A piece of news takes a few turns of the loop and a visit to the disk to have its effect."""


class PaperRelay:
    """A relay whose other end is the test's."""

    def __init__(self, on_message: Callable[[bytes], None], on_closed: Callable[[], None]) -> None:
        self.deliver, self.break_off = on_message, on_closed
        self.sent: list[bytes] = []
        self.is_closed = False
        self.fails = False

    async def send(self, message: bytes) -> None:
        if self.fails or self.is_closed:
            raise RelayLost("cut")
        self.sent.append(message)

    async def close(self) -> None:
        self.is_closed = True

    def take(self) -> list[tuple[int, int, bytes]]:
        """Give what came there since the last time."""
        came, self.sent = self.sent, []
        return [(number, at, bytes(data)) for number, at, data in map(unpack_chunk, came)]


class PaperRelays:
    """A broker's relays, as far as the client sees them."""

    def __init__(self) -> None:
        self.wanted: list[RelayWanted] = []
        self.opened: list[PaperRelay] = []
        self.tickets: list[tuple[str, str, str]] = []
        self.refuses = False

    async def open(
        self,
        ticket: str,
        secret: str,
        relay_id: str,
        on_message: Callable[[bytes], None],
        *,
        on_closed: Callable[[], None],
    ) -> PaperRelay:
        self.tickets.append((ticket, secret, relay_id))
        if self.refuses:
            raise RelayLost("refused")
        self.opened.append(PaperRelay(on_message, on_closed))
        return self.opened[-1]


class Side:
    """A desk with everything around it, and the console's end of its channel."""

    def __init__(self) -> None:
        self.refusals: dict[FileDirection, FileProblem | None] = dict.fromkeys(FileDirection)
        self.reports: list[FileReport] = []
        self.under_way: dict[FileDirection, str] = {}
        """What the broker was told to be under way: its name, by its direction."""
        self.hands = False
        """Whether somebody works at the remote desktop."""
        self.views: list[FilesView] = []
        self.said: list[ClientFileMessage] = []
        self.chunks: list[tuple[int, int, bytes]] = []
        self._news = asyncio.Event()
        self._read = 0
        self.now: Callable[[], float] = asyncio.get_running_loop().time
        self.policy = FilePolicy()
        self.relays = PaperRelays()
        self.desk = FileDesk(
            self.refusals.__getitem__,
            self.reports.append,
            self.views.append,
            self._clock,
            policy=lambda: self.policy,
            hands=lambda: self.hands,
            goes=self._goes,
            relays=RelayPorts(self.relays.wanted.append, self.relays.open),
        )
        self.desk.attach(self)

    def _goes(self, direction: FileDirection, file: FileUnderWay | None) -> None:
        if file is None:
            self.under_way.pop(direction, None)
        else:
            self.under_way[direction] = file.name

    def _clock(self) -> float:
        return self.now()

    # ---- the road

    def say(self, message: ClientFileMessage) -> bool:
        self.said.append(message)
        self._news.set()
        return True

    def send_chunk(self, chunk: bytes) -> bool:
        stream, offset, data = unpack_chunk(chunk)
        self.chunks.append((stream, offset, bytes(data)))
        self._news.set()
        return True

    # ---- the console

    def hear(self, *messages: ConsoleFileMessage) -> None:
        for message in messages:
            self.desk.hear(message)

    def chunk(self, stream: int, offset: int, data: bytes) -> None:
        stream, offset, view = unpack_chunk(pack_chunk(stream, offset, data))
        self.desk.chunk(stream, offset, view)

    async def expect(self, kind: type[M]) -> M:
        """Give the next message of this kind, past all others."""
        async with asyncio.timeout(WITHIN_S):
            while True:
                while self._read < len(self.said):
                    message = self.said[self._read]
                    self._read += 1
                    if isinstance(message, kind):
                        return message
                self._news.clear()
                await self._news.wait()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that this side does by itself."""
        async with asyncio.timeout(WITHIN_S):
            while not condition():
                await asyncio.sleep(0.005)

    async def quiet(self) -> None:
        """Let everything happen that has been begun: what is not done then waits for something."""
        for _ in range(QUIET_ROUNDS):
            for disk in self.desk._disks:
                await disk.do(int)

    def reconnect(self) -> None:
        """Lose the connection and get another."""
        self.desk.detach()
        self.desk.attach(self)


def offer(files: dict[str, bytes], transfer: str | None = None) -> FileOffer:
    return FileOffer(
        transfer=transfer or str(uuid.uuid4()),
        items=tuple(FileItem(name=name, size_bytes=len(data)) for name, data in files.items()),
        files=len(files),
        folders=0,
        size_bytes=sum(map(len, files.values())),
    )


def begin(
    offered: FileOffer, stream: int, path: tuple[str, ...], data: bytes, key: str = "a"
) -> FileBegin:
    return FileBegin(
        transfer=offered.transfer,
        stream=stream,
        path=path,
        size_bytes=len(data),
        key=sha256(key.encode()),
    )


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def noise(size: int) -> bytes:
    return os.urandom(size)


def below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its place, parts included."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
