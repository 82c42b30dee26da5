"""Takes files that the technician sends, as far as the end user accepted them.

Messages and chunks are dealt with in the order in which they came. What the end user does not
allow at the moment it would be written is not written.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from broker.protocol.files import (
    FileAgain,
    FileAnswer,
    FileBegin,
    FileDirection,
    FileDone,
    FileDropped,
    FileEnd,
    FileFailed,
    FileFolder,
    FileGot,
    FileOffer,
    FileOver,
    FileProblem,
    FileReady,
    FileResult,
    FileRoad,
)
from client.files.incoming import IncomingFile, make_folders, sweep
from client.files.names import safe_path
from client.files.ports import Ports
from client.files.problems import FileTrouble, writing_problem
from client.files.progress import Progress
from client.files.transfer import Stage, Transfer
from client.files.transfers import Transfers

SEND: Final = FileDirection.SEND
MOST_TRANSFERS: Final = 20
"""Offers and transfers that are not over, at a time."""
MOST_WAITING: Final = 16 * 1024 * 1024
"""Bytes that may wait for the disk: a sender that keeps to the acknowledgements has far fewer."""

Message = FileOffer | FileFolder | FileBegin | FileAgain | FileEnd | FileDropped | FileOver
T = TypeVar("T")
_Chunk = tuple[int, int, memoryview]


@dataclass(slots=True)
class _Stream:
    """The file on its way."""

    begin: FileBegin
    transfer: Transfer
    path: tuple[str, ...]
    file: IncomingFile
    resumed: bool = False
    counted: int = 0
    """Bytes of it that the transfer's progress knows of."""
    road: FileRoad = FileRoad.DIRECT
    """`relay` if any of it came there."""
    catching_up: bool = False
    """What was refused is on its way again: chunks behind it do not count."""


class Receiver(Transfers):
    """The technician's transfers of one session. `run` while there is a channel."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(ports, SEND)
        self._inbox: deque[Message | _Chunk] = deque()
        self._came = asyncio.Event()
        self._waiting = 0
        self._stream: _Stream | None = None
        self._afresh: set[tuple[str, tuple[str, ...]]] = set()
        """Files whose beginning, found on the disk, was another's."""
        self._swept: set[Path] = set()

    # ---- from the channel

    def hear(self, one: Message | _Chunk) -> None:
        """Take a message, after all that came before it."""
        self._inbox.append(one)
        self._came.set()

    def chunk(
        self, stream: int, offset: int, data: memoryview, road: FileRoad = FileRoad.DIRECT
    ) -> None:
        """Take a piece of a file, by either road."""
        if self._stream is not None and self._stream.begin.stream == stream:
            self._stream.transfer.road = road
            if road is FileRoad.RELAY:
                self._stream.road = road
        if self._waiting + len(data) <= MOST_WAITING:
            self._waiting += len(data)
            self.hear((stream, offset, data))
        elif self._stream is not None:
            self._failed(self._stream, FileProblem.DAMAGED)

    async def run(self) -> None:
        """Deal with what comes; cancel it when the connection is gone."""
        while True:
            while self._inbox:
                await self._take(self._inbox.popleft())
            self._came.clear()
            await self._came.wait()

    def lost(self) -> None:
        """The connection is gone; what has come of a file is written, and need not come again."""
        if self._stream is not None and not self._stream.catching_up and self._refusal() is None:
            number = self._stream.begin.stream
            chunks = (one for one in self._inbox if isinstance(one, tuple))
            came = [(offset, data) for stream, offset, data in chunks if stream == number]
            self._ports.disk.then(_write_last, self._stream.file, came)
        self._inbox.clear()
        self._waiting = 0
        self._put_aside()

    async def _take(self, one: Message | _Chunk) -> None:
        match one:
            case FileOffer():
                self._offered(one)
            case FileFolder():
                await self._folder(one)
            case FileBegin():
                await self._begin(one)
            case FileAgain():
                self._again(one)
            case FileEnd():
                await self._finish(one)
            case FileDropped():
                self._dropped(one)
            case FileOver():
                self._over(one)
            case (number, offset, data):
                await self._write(number, [(offset, data), *self._more_of(number)])

    def _more_of(self, number: int) -> list[tuple[int, memoryview]]:
        """Take what else has come of this file: one visit to the disk for all of it."""
        more: list[tuple[int, memoryview]] = []
        while self._inbox and isinstance(chunk := self._inbox[0], tuple) and chunk[0] == number:
            self._inbox.popleft()
            more.append(chunk[1:])
        return more

    # ---- transfers

    def _offered(self, offer: FileOffer) -> None:
        known = self._transfers.get(offer.transfer)
        if known is not None:
            self._offered_again(known, offer)
            return
        problem = self._refusal() or self._over_policy(offer)
        if sum(not one.finished for one in self.transfers) >= MOST_TRANSFERS:
            problem = FileProblem.TOO_MANY
        if problem is not None:
            self._say_answer(offer.transfer, problem)
            self._report_offer(offer, problem)
            return
        self._transfers[offer.transfer] = Transfer(
            SEND, offer, Progress(offer.size_bytes), self._ports.clock()
        )
        self._tell()

    def _over_policy(self, offer: FileOffer) -> FileProblem | None:
        """Say if it is more than an admin lets through; each file is looked at again."""
        policy = self._ports.policy()
        if offer.files + offer.folders > policy.max_files:
            return FileProblem.TOO_MANY
        fits = all(one.folder or policy.takes(one.size_bytes) for one in offer.items)
        return None if fits else FileProblem.OVER_LIMIT

    def _offered_again(self, known: Transfer, offer: FileOffer) -> None:
        """After a reconnect. What was accepted was these things, and nothing else."""
        if offer != known.offer or known.finished:
            self._say_answer(offer.transfer, known.problem or FileProblem.DAMAGED)
        elif known.stage is not Stage.OFFERED:
            self._say_answer(offer.transfer, None)
            if known.paused_here:
                self._say_pause(known, True)

    def answer(self, transfer_id: str, folder: Path | None, problem: FileProblem) -> None:
        """Let the end user accept an offer, into this folder; or not, for this reason."""
        transfer = self._transfers.get(transfer_id)
        if transfer is None or transfer.stage is not Stage.OFFERED:
            return
        refusal = problem if folder is None else self._refusal()
        if folder is not None and refusal is None:
            transfer.folder, transfer.stage = folder, Stage.WAITING
            if folder not in self._swept:
                self._swept.add(folder)
                self._ports.disk.then(sweep, folder)
        else:
            transfer.end(refusal or problem)
            self._report_offer(transfer.offer, transfer.problem or problem)
        self._say_answer(transfer_id, transfer.problem)
        self._tell()

    def consent_changed(self) -> None:
        """Look at the rights anew; what was refused meanwhile is asked for."""
        super().consent_changed()
        stream = self._stream
        if stream is not None and stream.catching_up and self._refusal() is None:
            self._ports.say(FileReady(stream=stream.begin.stream, offset=stream.file.offset))

    def _end(self, transfer: Transfer, problem: FileProblem) -> None:
        self._withdrawn(transfer, problem)
        if self._stream is not None and self._stream.transfer is transfer:
            self._let_go()
        elif transfer.stage is Stage.OFFERED:
            self._report_offer(transfer.offer, problem)
        transfer.end(problem)

    # ---- files

    async def _folder(self, message: FileFolder) -> None:
        transfer = self._running(message.transfer)
        if transfer is None or transfer.folder is None:
            return
        if not transfer.agreed.takes_folder(message.path):
            return
        try:
            await self._ports.disk.do(_make_below, transfer.folder, safe_path(message.path))
        except OSError as error:
            transfer.failed[message.path] = writing_problem(error)
        else:
            transfer.done[message.path] = message.path[-1]

    async def _begin(self, begin: FileBegin) -> None:
        self._put_aside()
        transfer = self._running(begin.transfer)
        if transfer is None or transfer.folder is None:
            self._fail(begin.stream, FileProblem.CANCELLED)
            return
        if begin.path in transfer.done:
            self._ports.say(FileDone(stream=begin.stream, name=transfer.done[begin.path]))
            return
        fits = transfer.agreed.takes_file(begin.path, begin.size_bytes)
        if not fits or transfer.progress.done + begin.size_bytes > transfer.offer.size_bytes:
            self._fail(begin.stream, FileProblem.TOO_LARGE)
            return
        if not self._ports.policy().takes(begin.size_bytes):
            transfer.failed[begin.path] = FileProblem.OVER_LIMIT
            name, size = safe_path(begin.path)[-1], begin.size_bytes
            self._report(name, size, FileResult.FAILED, FileProblem.OVER_LIMIT)
            self._fail(begin.stream, FileProblem.OVER_LIMIT)
            return
        path = safe_path(begin.path)
        file = IncomingFile(transfer.folder, path, begin.size_bytes, begin.key)
        stream = _Stream(begin, transfer, path, file)
        self._stream = stream
        self._goes(transfer, path[-1], begin.size_bytes)
        transfer.current = "/".join(path)
        fresh = (transfer.id, begin.path) in self._afresh
        offset = await self._try(stream, partial(file.open, fresh=fresh))
        if offset is not None:
            stream.resumed, stream.counted = offset > 0, offset
            transfer.progress.moved(offset, self._ports.clock())
            transfer.progress.rests()
            self._ports.say(FileReady(stream=begin.stream, offset=offset))
        self._tell()

    async def _write(self, number: int, pieces: list[tuple[int, memoryview]]) -> None:
        self._waiting -= sum(len(data) for _, data in pieces)
        stream = self._stream
        if stream is None or stream.begin.stream != number:
            return
        if self._refusal() is not None:
            stream.catching_up = True
            return
        if stream.catching_up:
            while pieces and pieces[0][0] != stream.file.offset:
                pieces.pop(0)
            if not pieces:
                return
            stream.catching_up = False
        written = await self._try(stream, partial(stream.file.write_all, pieces))
        if written is not None:
            stream.counted += written
            stream.transfer.progress.moved(written, self._ports.clock())
            self._ports.say(FileGot(stream=number, bytes=stream.file.offset))
            self._tell()

    def _again(self, message: FileAgain) -> None:
        """Say where to go on: the relay is lost, and all that came over it has been written."""
        stream = self._stream
        if stream is None or stream.begin.stream != message.stream:
            return
        if self._refusal() is not None:
            stream.catching_up = True
        else:
            self._ports.say(FileReady(stream=message.stream, offset=stream.file.offset))

    async def _finish(self, end: FileEnd) -> None:
        stream = self._stream
        if stream is None or stream.begin.stream != end.stream or stream.catching_up:
            return
        if self._refusal() is not None:
            stream.catching_up = True
            return
        whole = await self._try(stream, partial(stream.file.finish, end.sha256))
        if whole is None or self._stream is not stream:
            return
        self._stream = None
        self._arrived()
        self._ports.disk.then(stream.file.close)
        transfer, name = stream.transfer, whole.name
        transfer.done[stream.begin.path] = name
        transfer.failed.pop(stream.begin.path, None)
        self._ports.say(FileDone(stream=end.stream, name=name))
        size = stream.begin.size_bytes
        self._report(name, size, FileResult.DONE, sha256=end.sha256, road=stream.road)
        self._tell()

    def _dropped(self, message: FileDropped) -> None:
        """The sender cannot go on with a file; a part of it stays for another time."""
        stream = self._stream
        if stream is not None and stream.begin.stream == message.stream:
            stream.transfer.failed[stream.begin.path] = message.problem
            self._report_failure(stream, message.problem)
            self._let_go()
            self._tell()

    def _over(self, message: FileOver) -> None:
        transfer = self._running(message.transfer)
        if transfer is not None:
            self._let_go()
            known = {*transfer.done, *transfer.failed}
            transfer.missing = transfer.agreed.missing(known)
            self._withdrawn(transfer, FileProblem.CANCELLED)
            if transfer.missing and not known:
                transfer.end(FileProblem.DAMAGED)
            else:
                transfer.stage, transfer.current = Stage.OVER, ""
            self._tell()

    # ----

    def _running(self, transfer_id: str) -> Transfer | None:
        """Give an accepted transfer that goes on; it is under way from now on."""
        transfer = self._transfers.get(transfer_id)
        if transfer is None or transfer.stage not in (Stage.WAITING, Stage.RUNNING):
            return None
        transfer.stage = Stage.RUNNING
        return transfer

    async def _try(self, stream: _Stream, function: Callable[[], T]) -> T | None:
        """Do something with a file on the disk; None when it failed, which is told."""
        try:
            return await self._ports.disk.do(function)
        except FileTrouble as trouble:
            self._failed(stream, trouble.problem)
            return None
        except OSError as error:
            self._failed(stream, writing_problem(error))
            return None

    def _failed(self, stream: _Stream, problem: FileProblem) -> None:
        if self._stream is not stream:
            return
        self._fail(stream.begin.stream, problem)
        if problem is FileProblem.DAMAGED and stream.resumed:
            self._afresh.add((stream.transfer.id, stream.begin.path))
        else:
            stream.transfer.failed[stream.begin.path] = problem
            self._report_failure(stream, problem)
        self._let_go()
        self._tell()

    def _fail(self, number: int, problem: FileProblem) -> None:
        self._ports.say(FileFailed(stream=number, problem=problem))

    def _put_aside(self) -> None:
        """Let go of the file on its way; it goes on there when it comes again."""
        stream = self._stream
        if stream is not None:
            self._let_go()
            stream.transfer.stage, stream.transfer.kept = Stage.WAITING, stream.counted

    def _let_go(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            self._ports.disk.then(stream.file.close)
            stream.transfer.progress.moved(-stream.counted, self._ports.clock())
            stream.transfer.progress.rests()

    def _say_answer(self, transfer_id: str, problem: FileProblem | None) -> None:
        self._ports.say(FileAnswer(transfer=transfer_id, problem=problem))

    def _report_failure(self, stream: _Stream, problem: FileProblem) -> None:
        self._arrived()
        self._report(stream.path[-1], stream.begin.size_bytes, FileResult.FAILED, problem)

    def _report_offer(self, offer: FileOffer, problem: FileProblem) -> None:
        """Tell what was offered and did not come, as it was named."""
        for item in offer.items:
            self._report(item.name, item.size_bytes, FileResult.FAILED, problem)


def _make_below(folder: Path, path: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    make_folders(folder, path)


def _write_last(file: IncomingFile, pieces: list[tuple[int, memoryview]]) -> None:
    """Write what follows on of these; what does not is asked for again by whoever comes back."""
    with suppress(FileTrouble):
        file.write_all(pieces)
