"""Sends the files that the end user chose, one after the other.

Every piece is sent only if the end user allows it at that moment. A file that is cut off by a lost
connection goes on from where the console has it.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from broker.protocol.files import (
    CHUNK_BYTES,
    FileBegin,
    FileDirection,
    FileDone,
    FileDropped,
    FileEnd,
    FileFailed,
    FileFolder,
    FileGot,
    FileOver,
    FileProblem,
    FileReady,
    FileResult,
    pack_chunk,
)
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.channels.rate_window import RateWindow
from client.channels.window import Bounds
from client.files.outgoing import OutgoingFile
from client.files.ports import Ports
from client.files.problems import FileTrouble
from client.files.progress import Progress
from client.files.transfer import Stage, Transfer
from client.files.transfers import Transfers
from client.files.tree import Chosen, Found

RECEIVE: Final = FileDirection.RECEIVE
WINDOW: Final = Bounds(first=64 * 1024, least=32 * 1024, most=2 * 1024 * 1024, late_s=0.02)
"""Little, so that a key press and its answer never wait behind a file."""
READ_BYTES: Final = 32 * CHUNK_BYTES
"""What one visit to the disk brings."""

MOST_REPORTED: Final = 20
"""So many files of an offer that was not taken are named to the broker."""
T = TypeVar("T")


class _Withdrawn(Exception):
    """The transfer came to its end while a file was on its way."""


class _Flight:
    """One file on its way, and what the console says of it."""

    def __init__(self, number: int, found: Found) -> None:
        self.number = number
        self.found = found
        self.window = RateWindow(WINDOW)
        self.start = 0
        self.sent = 0
        self.got = 0
        self.ready: int | None = None
        """The console needs it from here."""
        self.over: FileDone | FileFailed | None = None

    @property
    def turned(self) -> bool:
        """Whether the console wants no more from here on: it is over, or is to go on elsewhere."""
        return self.over is not None or self.ready is not None

    def begin_at(self, offset: int) -> int:
        """Count from this offset on, with nothing under way; gives by how much that is a step."""
        step = offset - self.start - self.sent
        self.start, self.sent, self.got, self.ready = offset, 0, offset, None
        self.window = RateWindow(WINDOW)
        return step

    def hear(self, message: FileReady | FileGot | FileDone | FileFailed, now: float) -> None:
        """Take what the console says of this file."""
        match message:
            case FileReady(offset=offset):
                self.ready = min(offset, self.found.size)
            case FileGot(bytes=count):
                self.got = max(self.got, min(count, self.start + self.sent))
                self.window.acknowledged(self.got - self.start, now)
            case _:
                self.over = message


class Sender(Transfers):
    """The end user's transfers of one session. `run` while there is a channel."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports, RECEIVE)
        self._chosen: dict[str, Chosen] = {}
        self._flight: _Flight | None = None
        self._numbers = 0
        self._news = asyncio.Event()

    def send(self, transfer_id: str, chosen: Chosen) -> None:
        """Offer what the end user chose. Raises FileTrouble when there is nothing in it."""
        offer = chosen.offer(transfer_id)
        progress, now = Progress(offer.size_bytes), self._ports.clock()
        transfer = Transfer(RECEIVE, offer, progress, now, skipped=chosen.skipped)
        self._transfers[transfer_id], self._chosen[transfer_id] = transfer, chosen
        self._ports.say(offer)
        self._ports.changed()

    # ---- what the console, the end user and their rights say

    def answered(self, transfer_id: str, problem: FileProblem | None) -> None:
        """Take the console's answer to an offer."""
        transfer = self._live(transfer_id)
        if transfer is None:
            return
        if problem is not None:
            self._end(transfer, problem)
        elif transfer.stage is Stage.OFFERED:
            transfer.stage = Stage.WAITING
        self._tell()

    def hear(self, message: FileReady | FileGot | FileDone | FileFailed) -> None:
        """Take what the console says of the file on its way."""
        if self._flight is not None and self._flight.number == message.stream:
            self._flight.hear(message, self._ports.clock())
            self._news.set()

    # ---- on its way

    async def run(self) -> None:
        """Offer again what was cut off, and send what is accepted; cancel it to stop."""
        self._numbers = 0
        for transfer in self.transfers:
            if not transfer.finished:
                transfer.stage = Stage.OFFERED
                self._ports.say(transfer.offer)
        while True:
            transfer = await self._until(self._next)
            await self._send_all(transfer)

    def _next(self) -> Transfer | None:
        waiting = (one for one in self.transfers if one.stage is Stage.WAITING)
        return next((one for one in waiting if not one.paused), None)

    async def _send_all(self, transfer: Transfer) -> None:
        transfer.stage = Stage.RUNNING
        try:
            for found in self._chosen[transfer.id].found:
                if found.path in transfer.done or found.path in transfer.failed:
                    continue
                await self._until(lambda: self._may(transfer))
                if found.folder:
                    self._ports.say(FileFolder(transfer=transfer.id, path=found.path))
                    transfer.done[found.path] = found.path[-1]
                else:
                    await self._send_one(transfer, found)
        except _Withdrawn:
            return
        self._ports.say(FileOver(transfer=transfer.id))
        transfer.stage, transfer.current = Stage.OVER, ""
        self._tell()

    async def _send_one(self, transfer: Transfer, found: Found) -> None:
        transfer.current = "/".join(found.path)
        problem = await self._attempt(transfer, found)
        if problem is FileProblem.DAMAGED:
            problem = await self._attempt(transfer, found)
        if problem is not None:
            transfer.failed[found.path] = problem
            self._report_found(found, FileResult.FAILED, problem)
        self._tell()

    async def _attempt(self, transfer: Transfer, found: Found) -> FileProblem | None:
        """Send a file; why not, if it does not come across."""
        self._numbers += 1
        flight = self._flight = _Flight(self._numbers, found)
        before = transfer.progress.done
        file = OutgoingFile(found)
        try:
            begin = FileBegin(
                transfer=transfer.id,
                stream=flight.number,
                path=found.path,
                size_bytes=found.size,
                key=found.key,
            )
            self._say_begin(begin)
            sha256 = await self._fly(transfer, flight, file)
        except FileTrouble as trouble:
            self._ports.say(FileDropped(stream=flight.number, problem=trouble.problem))
            transfer.progress.reached(before, self._ports.clock())
            return trouble.problem
        except BaseException:
            transfer.progress.reached(before, self._ports.clock())
            transfer.progress.rests()
            if transfer.finished and transfer.problem is not None:
                self._report_found(found, FileResult.CANCELLED, transfer.problem)
            raise
        finally:
            if self._flight is flight:
                self._flight = None
            self._ports.disk.then(file.close)
        assert flight.over is not None  # noqa: S101 - it flies until it is over
        if isinstance(flight.over, FileFailed):
            transfer.progress.reached(before, self._ports.clock())
            return flight.over.problem
        transfer.progress.reached(before + found.size, self._ports.clock())
        transfer.done[found.path] = flight.over.name
        self._report(found.path[-1], found.size, FileResult.DONE, sha256=sha256)
        return None

    def _say_begin(self, begin: FileBegin) -> None:
        if len(begin.model_dump_json().encode()) > MAX_CHANNEL_MESSAGE_BYTES:
            raise FileTrouble(FileProblem.NOT_READABLE)
        self._ports.say(begin)

    async def _fly(self, transfer: Transfer, flight: _Flight, file: OutgoingFile) -> str | None:
        """Send all that the console needs until it says that it is over: the hash, if it came so
        far."""
        sha256: str | None = None
        while True:
            await self._until(lambda: flight.turned, transfer)
            if flight.over is not None or (offset := flight.ready) is None:
                return sha256
            transfer.progress.moved(flight.begin_at(offset), self._ports.clock())
            await self._ports.disk.do(file.open_at, offset)
            while not flight.turned:
                data = await self._ports.disk.do(file.read, READ_BYTES)
                if not data:
                    sha256 = await self._ports.disk.do(file.finish)
                    await self._until(lambda: self._may(transfer))
                    self._ports.say(FileEnd(stream=flight.number, sha256=sha256))
                    break
                await self._send_pieces(transfer, flight, data)

    async def _send_pieces(self, transfer: Transfer, flight: _Flight, data: bytes) -> None:
        view = memoryview(data)
        for at in range(0, len(data), CHUNK_BYTES):
            piece = view[at : at + CHUNK_BYTES]

            def may_leave(size: int = len(piece)) -> bool:
                return flight.turned or (flight.window.room >= size and self._may(transfer))

            await self._until(may_leave, transfer)
            if flight.turned:
                return
            chunk = pack_chunk(flight.number, flight.start + flight.sent, piece)
            if not self._ports.send_chunk(chunk):
                return  # the connection is going: `run` is cancelled soon
            flight.sent += len(piece)
            flight.window.reserve(len(piece))
            flight.window.sent(flight.sent, self._ports.clock())
            transfer.progress.moved(len(piece), self._ports.clock())
            self._ports.changed()

    def _may(self, transfer: Transfer) -> bool:
        """Whether it may go on at this moment."""
        if transfer.finished:
            raise _Withdrawn
        return not transfer.paused and self._refusal() is None

    async def _until(
        self, condition: Callable[[], T | None], transfer: Transfer | None = None
    ) -> T:
        """Wait for it: any news may bring it. Raises _Withdrawn when the transfer ends."""
        while not (found := condition()):
            if transfer is not None and transfer.finished:
                raise _Withdrawn
            self._news.clear()
            await self._news.wait()
        return found

    # ----

    def _end(self, transfer: Transfer, problem: FileProblem) -> None:
        if transfer.stage is Stage.OFFERED:
            files = self._chosen[transfer.id].files
            left = [one for one in files if one.path not in transfer.done]
            for found in left[:MOST_REPORTED]:
                self._report_found(found, FileResult.FAILED, problem)
        transfer.end(problem)

    def _tell(self) -> None:
        self._news.set()
        super()._tell()

    def _report_found(self, found: Found, result: FileResult, problem: FileProblem) -> None:
        self._report(found.path[-1], found.size, result, problem)
