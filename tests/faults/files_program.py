"""The support client's files in a process of their own, to be cut off and killed by a test.

`python -m tests.faults.files_program SOCKET FOLDER [FILE]`: the channel is a Unix socket, which it
comes back to whenever it is cut. What is offered is accepted into FOLDER; FILE is offered at the
start. `FOLDER/.came` grows by eight bytes with each chunk: how many bytes of a file were in it.
"""

import asyncio
import os
import struct
import sys
from pathlib import Path

from broker.protocol.files import CONSOLE_FILES, ClientFileMessage, FileDirection, unpack_chunk
from client.files.desk import FileDesk, FilesView
from client.files.transfer import Stage

HEAD = struct.Struct(">I?")
"""Length of what follows, and whether it is a chunk."""
COUNT = struct.Struct(">Q")
CAME = ".came"
RETRY_S = 0.02


async def read_frame(reader: asyncio.StreamReader) -> tuple[bool, bytes]:
    """Give the next frame. Raises EOFError, or OSError, when the line was cut."""
    length, binary = HEAD.unpack(await reader.readexactly(HEAD.size))
    return binary, await reader.readexactly(length)


def write_frame(writer: asyncio.StreamWriter, data: bytes, *, binary: bool) -> bool:
    """Send a frame; False when the line is cut."""
    if writer.transport.is_closing():
        return False
    writer.write(HEAD.pack(len(data), binary))
    writer.write(data)
    return True


class Line:
    """One connection, as the desk's road."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def say(self, message: ClientFileMessage) -> bool:
        return write_frame(self._writer, message.model_dump_json().encode(), binary=False)

    def send_chunk(self, chunk: bytes) -> bool:
        return write_frame(self._writer, chunk, binary=True)


class Program:
    """A desk whose end user says yes to everything."""

    def __init__(self, folder: Path, file: Path | None) -> None:
        self._folder, self._file = folder, file
        loop = asyncio.get_running_loop()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._came = os.open(folder / CAME, flags, 0o600)
        self._desk = FileDesk(lambda _: None, lambda _: None, self._shown, loop.time)

    async def run(self, address: str) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(address)
            except OSError:
                await asyncio.sleep(RETRY_S)
                continue
            await self._serve(reader, writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = Line(writer)
        self._desk.attach(line)
        if self._file is not None:
            self._desk.send([self._file])
            self._file = None
        try:
            while True:
                binary, data = await read_frame(reader)
                if binary:
                    stream, offset, piece = unpack_chunk(data)
                    os.write(self._came, COUNT.pack(len(piece)))
                    self._desk.chunk(stream, offset, piece)
                else:
                    self._desk.hear(CONSOLE_FILES.validate_json(data))
        except (EOFError, OSError):
            self._desk.detach(line)
            writer.transport.abort()

    def _shown(self, view: FilesView) -> None:
        for transfer in view.transfers:
            if transfer.stage is Stage.OFFERED and transfer.direction is FileDirection.SEND:
                self._desk.accept(transfer.id, self._folder)


async def main() -> None:
    """Run until it is killed."""
    address, folder, *file = sys.argv[1:]
    await Program(Path(folder), Path(file[0]) if file else None).run(address)


if __name__ == "__main__":
    asyncio.run(main())
