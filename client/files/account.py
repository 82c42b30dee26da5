"""Tells the broker, for the audit log, what became of each file; never what is in it.

The broker takes only so many messages a second: one message tells of many files. What waits for a
broker that is away may be dropped there; these may not, so they wait here. What is under way is
told, too, since this program may not be there any more to say what became of it.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from broker.protocol.files import (
    MAX_REPORTS,
    FileDirection,
    FileReport,
    FilesReported,
    FileUnderWay,
)

TOLD_AFTER_S: Final = 0.5
"""Reports of so long are told together."""
REPEATED_AFTER_S: Final = 10.0
"""What is under way is told again: a broker that was restarted has forgotten it."""


class FileAccount:
    """Reports in the order in which things happened. Used in the engine's loop."""

    def __init__(
        self, send: Callable[[FilesReported], None], is_attached: Callable[[], bool]
    ) -> None:
        self._send = send
        self._is_attached = is_attached
        self._owed: list[FileReport] = []
        self._under_way: dict[FileDirection, FileUnderWay] = {}
        self._told: tuple[FileUnderWay, ...] = ()
        self._timer: asyncio.TimerHandle | None = None
        self._is_soon = False

    def add(self, report: FileReport) -> None:
        """Tell this soon."""
        self._owed.append(report)
        self._soon()

    def goes(self, direction: FileDirection, file: FileUnderWay | None) -> None:
        """This is under way now, or nothing is."""
        if file is None:
            self._under_way.pop(direction, None)
        else:
            self._under_way[direction] = file
        self._soon()

    def flush(self) -> None:
        """Tell everything that was not told yet: the session is about to be over."""
        under_way = tuple(self._under_way.values())
        if not self._owed and under_way == self._told:
            return
        self._tell(under_way)

    def close(self) -> None:
        """Tell nothing any more: what was not told is of a session that is over."""
        if self._timer is not None:
            self._timer.cancel()

    # ----

    def _tell(self, under_way: tuple[FileUnderWay, ...]) -> None:
        owed, self._owed, self._told = self._owed, [], under_way
        for at in range(0, max(1, len(owed)), MAX_REPORTS):
            reports = tuple(owed[at : at + MAX_REPORTS])
            self._send(FilesReported(files=reports, under_way=under_way))

    def _soon(self) -> None:
        if not self._is_soon:
            self._later(TOLD_AFTER_S, self._due)
            self._is_soon = True

    def _later(self, seconds: float, function: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, function)

    def _due(self) -> None:
        self._is_soon = False
        if self._is_attached():
            self.flush()
            if self._under_way:
                self._later(REPEATED_AFTER_S, self._again)
        else:
            self._soon()

    def _again(self) -> None:
        if self._is_attached() and self._under_way:
            self._tell(tuple(self._under_way.values()))
        self._later(REPEATED_AFTER_S, self._again)
