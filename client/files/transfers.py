"""What both directions have in common: the transfers of a session, held, given up and told of."""

from abc import ABC, abstractmethod

from broker.protocol.files import (
    FileCancel,
    FileDirection,
    FilePause,
    FileProblem,
    FileReport,
    FileResult,
    FileRoad,
    FileUnderWay,
)
from client.files.ports import Ports
from client.files.transfer import Transfer


class Transfers(ABC):
    """All transfers of one direction, oldest first."""

    def __init__(self, ports: Ports, direction: FileDirection) -> None:
        self._ports = ports
        self._direction = direction
        self._transfers: dict[str, Transfer] = {}
        self._going: tuple[Transfer, FileUnderWay] | None = None
        """What is under way; a lost connection changes nothing of that."""

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """All of the session, oldest first."""
        return tuple(self._transfers.values())

    def pause(self, transfer_id: str, paused: bool, *, here: bool) -> None:
        """Hold a transfer, or let it go on, as one of the two wants."""
        transfer = self._live(transfer_id)
        if transfer is None:
            return
        if here:
            transfer.paused_here = paused
            self._say_pause(transfer, paused)
        else:
            transfer.paused_there = paused
        transfer.progress.rests()
        self._tell()

    def cancel(self, transfer_id: str, problem: FileProblem, *, here: bool) -> None:
        """Give a transfer up; what is whole stays."""
        transfer = self._live(transfer_id)
        if transfer is None:
            return
        if here:
            self._ports.say(FileCancel(transfer=transfer_id, problem=problem))
        self._end(transfer, problem)
        self._tell()

    def consent_changed(self) -> None:
        """Stop what is not allowed any more, hold what is paused, and go on when it is not."""
        refusal = self._refusal()
        for transfer in self.transfers:
            if transfer.finished:
                continue
            if refusal is FileProblem.NOT_GRANTED:
                self.cancel(transfer.id, refusal, here=True)
            elif transfer.held != (refusal is not None):
                transfer.held = refusal is not None
                transfer.progress.rests()
                self._say_pause(transfer, transfer.held)
        self._tell()

    @abstractmethod
    def _end(self, transfer: Transfer, problem: FileProblem) -> None:
        """Let go of a transfer that is given up, and report what did not come across."""

    def _tell(self) -> None:
        """Something changed that is shown."""
        self._ports.changed()

    def _live(self, transfer_id: str) -> Transfer | None:
        transfer = self._transfers.get(transfer_id)
        return None if transfer is None or transfer.finished else transfer

    def _refusal(self) -> FileProblem | None:
        """Say why files may not go this way now."""
        return self._ports.refusal(self._direction)

    def _say_pause(self, transfer: Transfer, paused: bool) -> None:
        self._ports.say(FilePause(transfer=transfer.id, paused=paused))

    def _goes(self, transfer: Transfer, name: str, size: int) -> None:
        """A file of this transfer is under way until `_arrived`, or until another is."""
        if self._going is not None and self._going[0] is not transfer:
            before, put_aside = self._going
            before.aside = put_aside
        transfer.aside, transfer.kept = None, 0
        file = FileUnderWay(direction=self._direction, name=name, size_bytes=size)
        self._going = transfer, file
        self._ports.goes(self._direction, file)

    def _arrived(self) -> None:
        """It is not any more, whatever became of it."""
        self._going = None
        self._ports.goes(self._direction, None)

    def _withdrawn(self, transfer: Transfer, problem: FileProblem) -> None:
        """Report this transfer's file that is under way or was put aside as given up."""
        file, transfer.aside = transfer.aside, None
        if self._going is not None and self._going[0] is transfer:
            file = self._going[1]
            self._arrived()
        if file is not None:
            self._report(file.name, file.size_bytes, FileResult.CANCELLED, problem)

    def _report(
        self,
        name: str,
        size: int,
        result: FileResult,
        problem: FileProblem | None = None,
        *,
        sha256: str | None = None,
        road: FileRoad | None = None,
    ) -> None:
        """Tell the broker what became of a file."""
        report = FileReport(
            direction=self._direction,
            name=name,
            size_bytes=size,
            result=result,
            problem=problem,
            sha256=sha256,
            road=road,
        )
        self._ports.report(report)
