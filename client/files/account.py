"""Tells the broker, for the audit log, what became of each file; never what is in it.

The broker takes only so many messages a second: one message tells of many files. What waits for a
broker that is away may be dropped there; these may not, so they wait here.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from broker.protocol.files import MAX_REPORTS, FileReport, FilesReported

TOLD_AFTER_S: Final = 0.5
"""Reports of so long are told together."""


class FileAccount:
    """Reports in the order in which things happened. Used in the engine's loop."""

    def __init__(
        self, send: Callable[[FilesReported], None], is_attached: Callable[[], bool]
    ) -> None:
        self._send = send
        self._is_attached = is_attached
        self._owed: list[FileReport] = []

    def add(self, report: FileReport) -> None:
        """Tell this soon."""
        if not self._owed:
            self._later()
        self._owed.append(report)

    def flush(self) -> None:
        """Tell everything that was not told yet: the session is about to be over."""
        owed, self._owed = self._owed, []
        for at in range(0, len(owed), MAX_REPORTS):
            self._send(FilesReported(files=tuple(owed[at : at + MAX_REPORTS])))

    def _later(self) -> None:
        asyncio.get_running_loop().call_later(TOLD_AFTER_S, self._due)

    def _due(self) -> None:
        if self._is_attached():
            self.flush()
        elif self._owed:
            self._later()
