"""One transfer as its sender or receiver keeps it, and as the end user is shown it."""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

from broker.protocol.files import (
    FileDirection,
    FileOffer,
    FileProblem,
    FileRoad,
    FileUnderWay,
)
from client.files.agreed import Agreed
from client.files.progress import Progress

ANSWER_S: Final = 120.0
"""How long the end user may think about an offer or a wish."""
MOST_PROBLEMS: Final = 50
"""So many files are named that did not come across; the others are counted."""


class Stage(StrEnum):
    """Where a transfer is."""

    OFFERED = "offered"
    """The receiver has not answered."""
    WAITING = "waiting"
    """Accepted; another one is on its way, or there is no connection."""
    RUNNING = "running"
    OVER = "over"
    """Everything was tried; `failed` says what did not come across."""
    ENDED = "ended"
    """Given up; `problem` says why."""

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self in (Stage.OVER, Stage.ENDED)


@dataclass(slots=True)
class Transfer:
    """What is known of a transfer. Times are monotonic seconds."""

    direction: FileDirection
    offer: FileOffer
    progress: Progress
    since: float
    stage: Stage = Stage.OFFERED
    folder: Path | None = None
    """Where it goes, or where it was found."""
    current: str = ""
    """The file on its way."""
    road: FileRoad = FileRoad.DIRECT
    """What comes or goes now takes this one."""
    paused_here: bool = False
    paused_there: bool = False
    held: bool = False
    """The end user paused the session."""
    problem: FileProblem | None = None
    aside: FileUnderWay | None = None
    """The file that another transfer's came in between of."""
    kept: int = 0
    """Bytes of a file that are there, and that it goes on from when its turn comes again."""
    done: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Files that came across: the sender's path → the name they have now."""
    failed: dict[tuple[str, ...], FileProblem] = field(default_factory=dict)
    skipped: int = 0
    missing: int = 0
    """Files of the offer of which the sender said nothing."""
    agreed: Agreed = field(init=False)

    def __post_init__(self) -> None:
        """Nothing of it has come yet."""
        self.agreed = Agreed(self.offer)

    @property
    def id(self) -> str:
        """Its id on the wire."""
        return self.offer.transfer

    @property
    def paused(self) -> bool:
        """Whether it has to wait."""
        return self.held_by_one or self.held

    @property
    def held_by_one(self) -> bool:
        """Whether one of the two wants it to wait, and not all that the session has."""
        return self.paused_here or self.paused_there

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.stage.finished

    def end(self, problem: FileProblem) -> None:
        """Give it up."""
        self.stage, self.problem, self.current = Stage.ENDED, problem, ""
        self.kept = 0

    def shown(self, now: float) -> "TransferView":
        """What the end user is shown of it."""
        return TransferView(
            id=self.id,
            since=self.since,
            direction=self.direction,
            offer=self.offer,
            stage=self.stage,
            folder=self.folder,
            current=self.current,
            road=self.road,
            paused_here=self.paused_here,
            paused_there=self.paused_there,
            held=self.held,
            problem=self.problem,
            done=len(self.done),
            done_bytes=self.progress.done + self.kept,
            renamed=self._renamed(),
            failed=tuple(self.failed.items())[:MOST_PROBLEMS],
            failures=len(self.failed) + self.missing,
            skipped=self.skipped,
            speed=self.progress.speed(now),
            left_s=self.progress.left_s(now),
        )

    def _renamed(self) -> tuple[tuple[str, str], ...]:
        if self.direction is not FileDirection.SEND:
            return ()
        files = ((path[-1], name) for path, name in self.done.items() if path[-1] != name)
        return tuple(islice(files, MOST_PROBLEMS))


@dataclass(frozen=True, slots=True)
class TransferView:
    """A transfer at one moment; it may be read in any thread."""

    id: str
    direction: FileDirection
    offer: FileOffer
    stage: Stage
    since: float = 0.0
    folder: Path | None = None
    current: str = ""
    road: FileRoad = FileRoad.DIRECT
    paused_here: bool = False
    paused_there: bool = False
    held: bool = False
    problem: FileProblem | None = None
    done: int = 0
    done_bytes: int = 0
    renamed: tuple[tuple[str, str], ...] = ()
    """Files that came under another name than the sender's: that one, and theirs here."""
    failed: tuple[tuple[tuple[str, ...], FileProblem], ...] = ()
    failures: int = 0
    skipped: int = 0
    speed: float = 0.0
    """Bytes per second; 0: not known."""
    left_s: float | None = None

    @property
    def answer_by(self) -> float:
        """When an offer to the end user is over, in monotonic seconds."""
        return self.since + ANSWER_S

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.stage.finished
