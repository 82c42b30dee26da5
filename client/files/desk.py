"""The files of one session: what comes, what goes, and what the end user is asked about them.

It outlives the connection: whoever comes back goes on where it was.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog

from broker.protocol.files import (
    ClientFileMessage,
    ConsoleFileMessage,
    FileAgain,
    FileAnswer,
    FileAsk,
    FileAskAnswer,
    FileBegin,
    FileCancel,
    FileDirection,
    FileDone,
    FileDropped,
    FileEnd,
    FileFailed,
    FileFolder,
    FileGot,
    FileOffer,
    FileOver,
    FilePause,
    FilePolicy,
    FileProblem,
    FileReady,
    FileRelay,
    FileRelayOver,
    FileReport,
    FileRoad,
    FileUnderWay,
    unpack_chunk,
)
from broker.protocol.relay import RelayOffered, RelayRefusal, RelayRefused
from client.channels.budget import Budget
from client.files import tree
from client.files.ports import Disk, Ports
from client.files.problems import FileTrouble
from client.files.receiver import Receiver
from client.files.relays import NO_RELAYS, RelayEnd, RelayNews, RelayPorts
from client.files.sender import Sender
from client.files.transfer import ANSWER_S, Stage, TransferView

log = structlog.get_logger()

NEWS_INTERVAL_S: Final = 0.2
"""What is shown changes at most so often, however many pieces come."""
ASKS_AT_ONCE: Final = 5
SECONDS_AN_ASK: Final = 20.0
"""Offers and wishes beyond these are refused before the end user sees them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The technician asks for files; the end user has not answered yet."""

    id: str
    reason: str
    answer_by: float
    """In monotonic seconds."""


@dataclass(frozen=True, slots=True)
class FilesView:
    """Everything that is shown of files, at one moment."""

    transfers: tuple[TransferView, ...] = ()
    wish: Wish | None = None
    trouble: FileProblem | None = None
    """Why what the end user chose last could not be offered."""
    no_relay: RelayRefusal | None = None
    """Why what goes could not go through the broker."""
    max_file_bytes: int | None = None
    """Of one file, if an admin limits it."""


class Road(Protocol):
    """The channel `files` of one peer."""

    def say(self, message: ClientFileMessage) -> bool:
        """Send a message; False when it is not open."""

    def send_chunk(self, chunk: bytes) -> bool:
        """Send a piece of a file."""


class FileDesk:
    """Called in the engine's loop. `refusal` says why files may not go that way now."""

    def __init__(
        self,
        refusal: Callable[[FileDirection], FileProblem | None],
        report: Callable[[FileReport], None],
        shown: Callable[[FilesView], None],
        clock: Callable[[], float],
        *,
        policy: Callable[[], FilePolicy] = FilePolicy,
        hands: Callable[[], bool] = lambda: False,
        goes: Callable[[FileDirection, FileUnderWay | None], None] = lambda *_: None,
        relays: RelayPorts | None = None,
    ) -> None:
        self._refusal = refusal
        self._policy = policy
        self._shown = shown
        self._clock = clock
        self._disks = (Disk(), Disk())
        self._road: Road | None = None
        self._work: list[asyncio.Task[None]] = []
        self._looking: asyncio.Task[None] | None = None
        self._wish: Wish | None = None
        self._trouble: FileProblem | None = None
        self._asks = Budget(1 / SECONDS_AN_ASK, ASKS_AT_ONCE, clock)
        self._news: asyncio.TimerHandle | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        ports = [
            Ports(
                disk,
                clock,
                refusal,
                self._say,
                self._send_chunk,
                self._changed,
                self._policy,
                report,
                hands,
                goes,
            )
            for disk in self._disks
        ]
        self._receiver = Receiver(ports[0])
        self._relay_in = RelayEnd(relays or NO_RELAYS, self._news_of_relay_in())
        self._relay_out = RelayEnd(relays or NO_RELAYS, self._news_of_relay_out())
        self._sender = Sender(ports[1], self._relay_out)

    # ---- the connection

    def attach(self, road: Road) -> None:
        """Work over this channel from now on."""
        self.detach()
        self._road = road
        runs = (self._receiver.run, self._sender.run)
        self._work = [asyncio.get_running_loop().create_task(_watched(run)) for run in runs]

    def detach(self, road: Road | None = None) -> None:
        """The channel is gone (or all are): everything waits for the next."""
        if road is not None and road is not self._road:
            return
        self._road = None
        self._relay_in.drop()
        self._relay_out.drop()
        work, self._work = self._work, []
        for task in work:  # each itself, so that none takes another step
            task.cancel()
        if work:
            self._receiver.lost()
        self._end_wish(None)

    def close(self) -> None:
        """The session is over."""
        self.detach()
        for direction in (self._receiver, self._sender):
            for transfer in direction.transfers:
                direction.cancel(transfer.id, FileProblem.CANCELLED, here=False)
        for timer in self._timers.values():
            timer.cancel()

    # ---- from the technician

    def hear(self, message: ConsoleFileMessage) -> None:
        """Carry out one message."""
        match message:
            case FileOffer():
                self._offered(message)
            case FileRelay():
                self._invited(message)
            case FileRelayOver():
                self._relay_in.ended(message)
                self._relay_out.ended(message)
            case FileAgain():
                self._relay_in.drop()  # what comes from now on takes the other road
                self._receiver.hear(message)
            case FileFolder() | FileBegin() | FileEnd() | FileDropped() | FileOver():
                self._receiver.hear(message)
            case FileAnswer(transfer=transfer, problem=problem):
                self._sender.answered(transfer, problem)
            case FileReady() | FileGot() | FileDone() | FileFailed():
                self._sender.hear(message)
            case FilePause(transfer=transfer, paused=paused):
                self._receiver.pause(transfer, paused, here=False)
                self._sender.pause(transfer, paused, here=False)
            case FileCancel(transfer=transfer, problem=problem):
                self._receiver.cancel(transfer, problem, here=False)
                self._sender.cancel(transfer, problem, here=False)
            case FileAsk():
                self._asked(message)

    def chunk(self, stream: int, offset: int, data: memoryview) -> None:
        """Take a piece of a file."""
        self._receiver.chunk(stream, offset, data)

    def relay_answered(self, answer: RelayOffered | RelayRefused) -> None:
        """Take the broker's word on a relay that either side asked for."""
        match answer:
            case RelayOffered(relay_id=relay_id):
                mine = self._relay_out.is_asking_for(relay_id)
                (self._relay_out if mine else self._relay_in).offered(answer)
            case RelayRefused():
                self._relay_out.refused(answer)

    def _invited(self, message: FileRelay) -> None:
        """Come to the console's relay, if it has something to send that was accepted."""
        live = any(one.stage in (Stage.WAITING, Stage.RUNNING) for one in self._receiver.transfers)
        if live and self._policy().relay and self._refusal(FileDirection.SEND) is None:
            self._relay_in.invited(message)
        else:
            self._relay_in.decline(message)

    def _relayed(self, message: bytes) -> None:
        try:
            piece = unpack_chunk(message)
        except ValueError:
            self._relay_in.lost()
        else:
            self._receiver.chunk(*piece, FileRoad.RELAY)

    def _news_of_relay_in(self) -> RelayNews:
        return RelayNews(self._say, self._changed, self._changed, self._relayed)

    def _news_of_relay_out(self) -> RelayNews:
        return RelayNews(
            self._say,
            self._relay_opened,
            self._relay_lost,
            lambda _: self._relay_out.lost(),  # a receiver has nothing to say there
        )

    def _relay_opened(self) -> None:
        self._sender.relay_opened()

    def _relay_lost(self) -> None:
        self._sender.relay_lost()

    def _offered(self, offer: FileOffer) -> None:
        known = any(one.id == offer.transfer for one in self._receiver.transfers)
        if not known and not self._asks.take():
            self._say(FileAnswer(transfer=offer.transfer, problem=FileProblem.TOO_MANY))
            return
        self._receiver.hear(offer)
        if not known:
            self._after(ANSWER_S, offer.transfer, self._no_answer)

    def _no_answer(self, transfer: str) -> None:
        self._receiver.answer(transfer, None, FileProblem.TIMED_OUT)

    def _asked(self, ask: FileAsk) -> None:
        problem = self._refusal(FileDirection.RECEIVE)
        if problem is None and (self._wish is not None or not self._asks.take()):
            problem = FileProblem.TOO_MANY
        if problem is not None:
            self._say(FileAskAnswer(id=ask.id, problem=problem))
            return
        self._wish = Wish(ask.id, ask.reason, self._clock() + ANSWER_S)
        self._after(ANSWER_S, ask.id, self._no_files)
        self._changed()

    def _no_files(self, wish: str) -> None:
        if self._wish is not None and self._wish.id == wish:
            self._end_wish(FileProblem.TIMED_OUT)

    # ---- from the end user

    def accept(self, transfer: str, folder: Path) -> None:
        """Take what is offered into this folder."""
        self._receiver.answer(transfer, folder, FileProblem.CANCELLED)

    def decline(self, transfer: str) -> None:
        """Do not."""
        self._receiver.answer(transfer, None, FileProblem.DECLINED)

    def decline_wish(self) -> None:
        """Do not choose any files."""
        self._end_wish(FileProblem.DECLINED)

    def send(self, places: Sequence[Path]) -> None:
        """Offer these files and folders to the technician; an open wish is answered by that."""
        self._looking = asyncio.get_running_loop().create_task(self._look(places))

    async def _look(self, places: Sequence[Path]) -> None:
        self._trouble = self._refusal(FileDirection.RECEIVE)
        if self._trouble is None:
            try:
                chosen = await self._disks[1].do(tree.find, places)
                self._sender.send(self._wish.id if self._wish else str(uuid.uuid4()), chosen)
                self._wish = None
            except FileTrouble as trouble:
                self._trouble = trouble.problem
        self._changed()

    def pause(self, transfer: str, paused: bool) -> None:
        """Hold a transfer, or let it go on."""
        self._receiver.pause(transfer, paused, here=True)
        self._sender.pause(transfer, paused, here=True)

    def cancel(self, transfer: str) -> None:
        """Give a transfer up."""
        self._receiver.cancel(transfer, FileProblem.CANCELLED, here=True)
        self._sender.cancel(transfer, FileProblem.CANCELLED, here=True)

    def consent_changed(self) -> None:
        """Look at the rights anew."""
        self._receiver.consent_changed()
        self._sender.consent_changed()
        if self._refusal(FileDirection.RECEIVE) is FileProblem.NOT_GRANTED:
            self._end_wish(FileProblem.NOT_GRANTED)

    # ----

    @property
    def view(self) -> FilesView:
        """What is shown now: the newest first."""
        now = self._clock()
        transfers = (*self._receiver.transfers, *self._sender.transfers)
        newest = sorted(transfers, key=lambda one: one.since, reverse=True)
        shown = tuple(one.shown(now) for one in newest)
        most = self._policy().max_file_bytes
        return FilesView(shown, self._wish, self._trouble, self._relay_out.refusal, most)

    def _end_wish(self, problem: FileProblem | None) -> None:
        wish, self._wish = self._wish, None
        if wish is not None:
            if problem is not None:
                self._say(FileAskAnswer(id=wish.id, problem=problem))
            self._changed()

    def _say(self, message: ClientFileMessage) -> bool:
        return self._road is not None and self._road.say(message)

    def _send_chunk(self, chunk: bytes) -> bool:
        return self._road is not None and self._road.send_chunk(chunk)

    def _changed(self) -> None:
        if self._news is None:
            self._news = asyncio.get_running_loop().call_later(NEWS_INTERVAL_S, self._tell)

    def _tell(self) -> None:
        self._news = None
        if all(one.finished for one in self._receiver.transfers):
            self._relay_in.drop()
        view = self.view
        self._shown(view)
        if any(one.stage is Stage.RUNNING for one in view.transfers):
            self._changed()

    def _after(self, seconds: float, key: str, function: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        self._timers[key] = loop.call_later(seconds, function, key)


async def _watched(run: Callable[[], Awaitable[None]]) -> None:
    """Run it; one that is cancelled before its first step has nothing that was begun."""
    try:
        await run()
    except Exception as error:  # noqa: BLE001 - logged; the session outlives its files
        log.warning("files_failed", reason=type(error).__name__)
