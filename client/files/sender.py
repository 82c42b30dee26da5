"""Sends the files that the end user chose, one after the other.

Every piece is sent only if the end user allows it at that moment, whichever road it takes. A file
that is cut off by a lost connection goes on from where the console has it.
"""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

from broker.protocol.files import (
    RELAY_CHUNK_BYTES,
    RELAY_FROM_BYTES,
    FileAgain,
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
    FileRoad,
    pack_chunk,
)
from broker.protocol.vocabulary import MAX_CHANNEL_MESSAGE_BYTES
from client.files.choice import RoadChoice
from client.files.flight import Flight
from client.files.outgoing import OutgoingFile
from client.files.ports import Ports
from client.files.problems import FileTrouble
from client.files.progress import Progress
from client.files.relays import RelayEnd
from client.files.transfer import Stage, Transfer
from client.files.transfers import Transfers
from client.files.tree import Chosen, Found
from client.relay.pipe import RelayLost

RECEIVE: Final = FileDirection.RECEIVE
READ_BYTES: Final = 4 * RELAY_CHUNK_BYTES
"""What one visit to the disk brings."""
RELAY_SILENT_S: Final = 5.0
"""When nothing of what went over the relay arrives for so long, it is given up."""

MOST_REPORTED: Final = 20
"""So many files of an offer that was not taken are named to the broker."""
T = TypeVar("T")


class _Withdrawn(Exception):
    """The transfer came to its end while a file was on its way."""


class _PutAside(Exception):
    """Somebody holds the transfer, and another one waits for its turn."""


class Sender(Transfers):
    """The end user's transfers of one session. `run` while there is a channel."""

    def __init__(self, ports: Ports, relay: RelayEnd) -> None:
        super().__init__(ports, RECEIVE)
        self._relay = relay
        self._chosen: dict[str, Chosen] = {}
        self._flight: Flight | None = None
        self._choice = RoadChoice()
        """Of the transfer under way."""
        self._numbers = 0
        self._news = asyncio.Event()

    def send(self, transfer_id: str, chosen: Chosen) -> None:
        """Offer what the end user chose. Raises FileTrouble when there is nothing in it."""
        self._check(chosen)
        offer = chosen.offer(transfer_id)
        progress, now = Progress(offer.size_bytes), self._ports.clock()
        transfer = Transfer(RECEIVE, offer, progress, now, skipped=chosen.skipped)
        self._transfers[transfer_id], self._chosen[transfer_id] = transfer, chosen
        self._ports.say(offer)
        self._ports.changed()

    def _check(self, chosen: Chosen) -> None:
        policy = self._ports.policy()
        if len(chosen.found) > policy.max_files:
            raise FileTrouble(FileProblem.TOO_MANY)
        if not all(policy.takes(one.size) for one in chosen.files):
            raise FileTrouble(FileProblem.OVER_LIMIT)

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

    def relay_opened(self) -> None:
        """There is a second road."""
        self._choice.relay_opened()
        self._news.set()

    def relay_lost(self) -> None:
        """There is none, or none any more; what was under way there has to be sent again."""
        self._choice.relay_lost()
        flight = self._flight
        if flight is not None and flight.road is FileRoad.RELAY and not flight.lost:
            flight.lost = True
            self._ports.say(FileAgain(stream=flight.number))
        self._tell()

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
        transfer.stage, transfer.road = Stage.RUNNING, FileRoad.DIRECT
        self._choice = RoadChoice()
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
        except _PutAside:
            transfer.stage = Stage.WAITING
            return
        finally:
            self._relay.drop()
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
        flight = self._flight = Flight(self._numbers, found, self._choice)
        if found.size >= RELAY_FROM_BYTES and not self._choice.settled:
            self._want_relay()
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
            self._goes(transfer, found.path[-1], found.size)
            sha256 = await self._fly(transfer, flight, file)
        except FileTrouble as trouble:
            self._arrived()
            self._ports.say(FileDropped(stream=flight.number, problem=trouble.problem))
            transfer.progress.reached(before, self._ports.clock())
            return trouble.problem
        except BaseException:
            if not transfer.finished:
                transfer.kept = transfer.progress.done - before
            transfer.progress.reached(before, self._ports.clock())
            transfer.progress.rests()
            raise
        finally:
            if self._flight is flight:
                self._flight = None
            self._ports.disk.then(file.close)
        assert flight.over is not None  # noqa: S101 - it flies until it is over
        self._arrived()
        if isinstance(flight.over, FileFailed):
            transfer.progress.reached(before, self._ports.clock())
            return flight.over.problem
        road = FileRoad.RELAY if flight.relayed else FileRoad.DIRECT
        transfer.progress.reached(before + found.size, self._ports.clock())
        transfer.done[found.path] = flight.over.name
        self._report(found.path[-1], found.size, FileResult.DONE, sha256=sha256, road=road)
        return None

    def _want_relay(self) -> None:
        if self._ports.policy().relay:
            self._relay.want()

    def _say_begin(self, begin: FileBegin) -> None:
        if len(begin.model_dump_json().encode()) > MAX_CHANNEL_MESSAGE_BYTES:
            raise FileTrouble(FileProblem.NOT_READABLE)
        self._ports.say(begin)

    async def _fly(self, transfer: Transfer, flight: Flight, file: OutgoingFile) -> str | None:
        """Send all that the console needs until it says that it is over: the hash, if it came so
        far."""
        sha256: str | None = None
        while True:
            await self._until(lambda: flight.turned, transfer)
            if flight.over is not None or (offset := flight.ready) is None:
                return sha256
            transfer.progress.moved(flight.begin_at(offset), self._ports.clock())
            transfer.road = flight.road
            await self._ports.disk.do(file.open_at, offset)
            while not flight.turned:
                data = await self._ports.disk.do(file.read, READ_BYTES)
                if not data:
                    sha256 = await self._ports.disk.do(file.finish)
                    await self._land(transfer, flight)
                    if flight.turned:
                        break
                    await self._until(lambda: self._may(transfer))
                    self._ports.say(FileEnd(stream=flight.number, sha256=sha256))
                    break
                await self._send_pieces(transfer, flight, data)

    async def _send_pieces(self, transfer: Transfer, flight: Flight, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            if self._choice.is_due(self._ports.clock()):
                await self._change_roads(transfer, flight)
            piece = rest[: flight.chunk_bytes]
            size = len(piece)
            await self._room(transfer, flight, size)
            if flight.turned or not await self._send_piece(flight, piece):
                return
            rest = rest[size:]
            transfer.progress.moved(size, self._ports.clock())
            self._ports.changed()

    async def _send_piece(self, flight: Flight, piece: memoryview) -> bool:
        """Send it by the road that was chosen; False when the connection is going."""
        chunk = pack_chunk(flight.number, flight.sent, piece)
        flight.left(len(piece), self._ports.clock())
        if flight.road is FileRoad.DIRECT:
            return self._ports.send_chunk(chunk)  # if not, `run` is cancelled soon
        try:
            await self._relay.send(chunk)
        except RelayLost:
            self._relay.lost()
        return True

    async def _room(self, transfer: Transfer, flight: Flight, size: int) -> None:
        """Wait until so much may leave, or the console wants it otherwise."""
        await self._heard(
            transfer,
            flight,
            lambda: flight.turned or (self._has_room(flight, size) and self._may(transfer)),
        )

    def _has_room(self, flight: Flight, size: int) -> bool:
        """Whether so much may leave.

        Over the relay, which takes all it is given of the line and the processors, one chunk at a
        time while a key press may want some of them.
        """
        if flight.road is FileRoad.RELAY and self._ports.hands():
            return flight.landed and not flight.lost
        return flight.room >= size

    async def _land(self, transfer: Transfer, flight: Flight) -> None:
        """Wait until the console has all that left over the relay: its `end` goes elsewhere."""
        if flight.road is FileRoad.RELAY:
            await self._heard(
                transfer,
                flight,
                lambda: flight.turned or (flight.landed and not flight.lost),
            )

    async def _change_roads(self, transfer: Transfer, flight: Flight) -> None:
        """Take the other road as soon as nothing is under way on this one."""
        await self._heard(transfer, flight, lambda: flight.turned or flight.landed)
        if flight.turned or flight.lost or not self._choice.is_due(self._ports.clock()):
            return
        self._choice.change()
        flight.take_road()
        transfer.road = flight.road
        if self._choice.settled:
            self._relay.drop()
        self._ports.changed()

    async def _heard(
        self, transfer: Transfer, flight: Flight, condition: Callable[[], bool]
    ) -> None:
        """Wait for it; a relay on which nothing arrives any more is given up meanwhile."""
        while not condition():
            got = flight.got
            try:
                async with asyncio.timeout(RELAY_SILENT_S):
                    await self._until(condition, transfer)
            except TimeoutError:
                silent = flight.road is FileRoad.RELAY and flight.got == got
                if silent and not flight.landed and self._may(transfer):
                    self._relay.lost()

    def _may(self, transfer: Transfer) -> bool:
        """Whether it may go on at this moment."""
        self._stays(transfer)
        may = not transfer.paused and self._refusal() is None
        if not may:
            self._choice.rests()
        return may

    def _stays(self, transfer: Transfer) -> None:
        """Raise _Withdrawn when the transfer ended, _PutAside when it lets another one pass."""
        if transfer.finished:
            raise _Withdrawn
        if transfer.held_by_one and self._next() is not None:
            raise _PutAside

    async def _until(
        self, condition: Callable[[], T | None], transfer: Transfer | None = None
    ) -> T:
        """Wait for it: any news may bring it. Raises what `_stays` does."""
        while not (found := condition()):
            if transfer is not None:
                self._stays(transfer)
            self._news.clear()
            await self._news.wait()
        return found

    # ----

    def _end(self, transfer: Transfer, problem: FileProblem) -> None:
        self._withdrawn(transfer, problem)
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
