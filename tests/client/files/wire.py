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
    FileProblem,
    FileReport,
    pack_chunk,
    unpack_chunk,
)
from client.files.desk import FileDesk, FilesView

M = TypeVar("M")
WITHIN_S = 5.0
QUIET_ROUNDS = 20
"""A piece of news takes a few turns of the loop and a visit to the disk to have its effect."""


class Side:
    """A desk with everything around it, and the console's end of its channel."""

    def __init__(self) -> None:
        self.refusals: dict[FileDirection, FileProblem | None] = dict.fromkeys(FileDirection)
        self.reports: list[FileReport] = []
        self.views: list[FilesView] = []
        self.said: list[ClientFileMessage] = []
        self.chunks: list[tuple[int, int, bytes]] = []
        self._news = asyncio.Event()
        self._read = 0
        self.now: Callable[[], float] = asyncio.get_running_loop().time
        self.desk = FileDesk(
            self.refusals.__getitem__, self.reports.append, self.views.append, self.now
        )
        self.desk.attach(self)

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
