"""The technician's end of a files channel that is cut and whose programs are killed, by hand.

What it checks on the way: a file has its final name only when it is whole, nothing that was
acknowledged is sent again, and every piece that comes is the one that was asked for.
"""

import asyncio
import hashlib
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal, TypeVar

from broker.protocol.files import (
    CHUNK_BYTES,
    CLIENT_FILES,
    ConsoleFileMessage,
    FileAnswer,
    FileBegin,
    FileDone,
    FileEnd,
    FileFailed,
    FileGot,
    FileItem,
    FileOffer,
    FileOver,
    FileProblem,
    FileReady,
    pack_chunk,
    unpack_chunk,
)
from tests.faults.files_program import CAME, COUNT, read_frame, write_frame
from tests.rig.processes import kill_group, start

PATIENCE_S = 30.0
UNDER_WAY = 1024 * 1024
"""Bytes that may not be acknowledged: what a console's window holds on a fast line."""
NAME = "large.bin"
Fault = Literal["cut", "client", "console"]
M = TypeVar("M")


@dataclass
class Account:
    """What the faults cost, in bytes."""

    faults: int = 0
    left_again: int = 0
    """Of what was under way at a fault."""
    most_left_again: int = 0
    acknowledged_again: int = 0
    """Of those, what had been acknowledged."""
    came_again: int = 0
    """Of those, what the receiver's program had already taken from the line."""


class Line:
    """One connection from the support client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def say(self, message: ConsoleFileMessage) -> None:
        write_frame(self._writer, message.model_dump_json().encode(), binary=False)

    async def send(self, chunk: bytes) -> None:
        write_frame(self._writer, chunk, binary=True)
        await self._writer.drain()

    async def next(self) -> Any:
        """Give the next message, or (offset, bytes) of a chunk."""
        async with asyncio.timeout(PATIENCE_S):
            binary, data = await read_frame(self._reader)
        if binary:
            _, offset, view = unpack_chunk(data)
            return offset, view
        return CLIENT_FILES.validate_json(data)

    async def expect(self, kind: type[M]) -> M:
        """Give the next message of this kind, past all others."""
        while not isinstance(found := await self.next(), kind):
            pass
        return found

    def cut(self) -> None:
        """Without a word, and with all that is under way."""
        self._writer.transport.abort()


@dataclass
class Client:
    """The support client's process; `lines` has its connections in the order they came."""

    address: Path
    folder: Path
    file: Path | None
    lines: asyncio.Queue[Line] = field(default_factory=asyncio.Queue)
    process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        command: list[str | Path] = [sys.executable, "-m", "tests.faults.files_program"]
        command += [self.address, self.folder, *([self.file] if self.file else [])]
        self.process = await start(command, self.folder / ".client.log")

    async def kill(self) -> None:
        """`kill -9`, and a new one."""
        assert self.process is not None
        kill_group(self.process)
        await self.process.wait()
        while not self.lines.empty():
            self.lines.get_nowait().cut()
        await self.run()

    def came(self) -> int:
        """Bytes of files that its processes have taken from the line, again or not."""
        counts = COUNT.iter_unpack((self.folder / CAME).read_bytes())
        return sum(count for (count,) in counts)

    async def line(self) -> Line:
        async with asyncio.timeout(PATIENCE_S):
            return await self.lines.get()


@asynccontextmanager
async def a_client(folder: Path, file: Path | None = None) -> AsyncIterator[Client]:
    """Run a support client that takes files into `folder`, or offers this one."""
    client = Client(folder / ".socket", folder, file)
    writers: list[asyncio.StreamWriter] = []

    async def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        client.lines.put_nowait(Line(reader, writer))

    server = await asyncio.start_unix_server(came, client.address, limit=4 * UNDER_WAY)
    await client.run()
    try:
        yield client
    finally:
        assert client.process is not None
        kill_group(client.process)
        await client.process.wait()
        server.close()
        for writer in writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()


def a_plan(random: Random, size: int, faults: dict[Fault, int]) -> list[tuple[int, Fault]]:
    """Give faults at random places of a file, in its order."""
    kinds: list[Fault] = [kind for kind, count in faults.items() for _ in range(count)]
    random.shuffle(kinds)
    return list(zip(sorted(random.randrange(size) for _ in kinds), kinds, strict=True))


def an_offer(size: int) -> FileOffer:
    return FileOffer(
        transfer=str(uuid.uuid4()),
        items=(FileItem(name=NAME, size_bytes=size),),
        files=1,
        folders=0,
        size_bytes=size,
    )


class Sending:
    """A file to the end user."""

    def __init__(self, client: Client, data: bytes) -> None:
        self._client, self._data = client, memoryview(data)
        self._sha256 = hashlib.sha256(data).hexdigest()
        self._offer = an_offer(len(data))
        self._sent = self._got = 0
        self._stream = 0
        self.account = Account()

    @property
    def _final(self) -> Path:
        return self._client.folder / NAME

    async def run(self, plan: list[tuple[int, Fault]], *, flip_at: int | None = None) -> None:
        """Send it past all these faults. With a flipped byte it is sent once more."""
        for place, fault in plan:
            line = await self._begin()
            await self._send(line, place, flip_at)
            line.cut()
            self.account.faults += 1
            assert not self._final.exists()
            if fault == "client":
                await self._client.kill()
            elif fault == "console":
                self._offer = an_offer(len(self._data))
        line = await self._begin()
        if flip_at is not None:
            await self._send(line, len(self._data), flip_at)
            line.say(FileEnd(stream=self._stream, sha256=self._sha256))
            assert (await line.expect(FileFailed)).problem is FileProblem.DAMAGED
            assert not self._final.exists()
            self._sent = self._got = 0
            await self._ready(line)
        await self._send(line, len(self._data), None)
        line.say(FileEnd(stream=self._stream, sha256=self._sha256))
        done = await line.expect(FileDone)
        line.say(FileOver(transfer=self._offer.transfer))
        assert done.name == NAME
        assert hashlib.sha256(self._final.read_bytes()).hexdigest() == self._sha256
        self.account.came_again = self._client.came() - len(self._data)

    async def _begin(self) -> Line:
        line = await self._client.line()
        line.say(self._offer)
        assert (await line.expect(FileAnswer)).problem is None
        self._stream = 0
        before = self._sent
        offset = await self._ready(line)
        self.account.left_again += before - offset
        self.account.most_left_again = max(self.account.most_left_again, before - offset)
        self.account.acknowledged_again += max(0, self._got - offset)
        return line

    async def _ready(self, line: Line) -> int:
        self._stream += 1
        key = self._sha256
        line.say(
            FileBegin(
                transfer=self._offer.transfer,
                stream=self._stream,
                path=(NAME,),
                size_bytes=len(self._data),
                key=key,
            )
        )
        offset = (await line.expect(FileReady)).offset
        self._sent = offset
        return offset

    async def _send(self, line: Line, to: int, flip_at: int | None) -> None:
        while self._sent < to:
            piece = bytes(self._data[self._sent : self._sent + CHUNK_BYTES])
            if flip_at is not None and self._sent <= flip_at < self._sent + len(piece):
                place = flip_at - self._sent
                piece = piece[:place] + bytes([piece[place] ^ 1]) + piece[place + 1 :]
            await line.send(pack_chunk(self._stream, self._sent, piece))
            self._sent += len(piece)
            while self._sent - self._got > UNDER_WAY:
                self._got = (await line.expect(FileGot)).bytes


class Receiving:
    """A file from the end user, staged in memory that lasts."""

    def __init__(self, client: Client, data: bytes) -> None:
        self._client, self._data = client, memoryview(data)
        self._staged = bytearray()
        self._last = 0
        """The end of the last piece that came, staged or not."""
        self.attempts = 0
        self.account = Account()

    async def run(self, plan: list[tuple[int, Fault]], *, flip_at: int | None = None) -> None:
        """Take it past all these faults; `client` is told as the restart of either program."""
        for place, fault in plan:
            line = await self._client.line()
            await self._take(line, place, None)
            line.cut()
            self.account.faults += 1
            if fault == "client":
                await self._client.kill()
        line = await self._client.line()
        stream = await self._take(line, len(self._data), flip_at)
        if flip_at is not None:
            stream = await self._again(line, stream)
        end = await line.expect(FileEnd)
        assert hashlib.sha256(self._staged).hexdigest() == end.sha256
        line.say(FileDone(stream=stream, name=NAME))
        await line.expect(FileOver)

    async def _take(self, line: Line, to: int, flip_at: int | None) -> int:
        offered = await line.expect(FileOffer)
        line.say(FileAnswer(transfer=offered.transfer))
        begin = await line.expect(FileBegin)
        line.say(FileReady(stream=begin.stream, offset=len(self._staged)))
        await self._pieces(line, begin.stream, to, flip_at)
        return begin.stream

    async def _again(self, line: Line, stream: int) -> int:
        """Say that it is damaged: then the client sends it once more, from its beginning."""
        end = await line.expect(FileEnd)
        assert hashlib.sha256(self._staged).hexdigest() != end.sha256
        self._staged.clear()
        line.say(FileFailed(stream=stream, problem=FileProblem.DAMAGED))
        begin = await line.expect(FileBegin)
        line.say(FileReady(stream=begin.stream, offset=0))
        await self._pieces(line, begin.stream, len(self._data), None)
        return begin.stream

    async def _pieces(self, line: Line, stream: int, to: int, flip_at: int | None) -> None:
        while len(self._staged) < to:
            offset, piece = await line.expect(tuple)
            assert offset == len(self._staged)
            assert piece == self._data[offset : offset + len(piece)]
            self._staged += piece
            if flip_at is not None and offset <= flip_at < offset + len(piece):
                self._staged[flip_at] ^= 1
            line.say(FileGot(stream=stream, bytes=len(self._staged)))
