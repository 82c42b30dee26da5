"""One file that goes out, read once from its beginning, or from where the other side has it.

All of it blocks; it is called in the files' thread.
"""

import hashlib
import os
import stat
from typing import Final

from broker.protocol.files import FileProblem
from client.files.problems import FileTrouble
from client.files.tree import Found

_BLOCK: Final = 1024 * 1024
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NOT_WAITING: Final = getattr(os, "O_NONBLOCK", 0)
"""Without it, a pipe that took the file's place would be waited for."""


class OutgoingFile:
    """What was found when the end user chose it."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._file: int | None = None
        self._hash = hashlib.sha256()
        self.offset = 0
        """So many bytes were read."""

    def open_at(self, offset: int) -> None:
        """Begin there; what comes before is read for the hash. Raises FileTrouble."""
        self.close()
        self._hash, self.offset = hashlib.sha256(), 0
        try:
            self._file = os.open(self._found.source, _FLAGS | _NOT_WAITING)
        except OSError as error:
            raise FileTrouble(FileProblem.NOT_READABLE) from error
        self._check()
        while self.offset < offset:
            if not self.read(min(_BLOCK, offset - self.offset)):
                raise FileTrouble(FileProblem.CHANGED)

    def read(self, size: int) -> bytes:
        """Give the next bytes, at most this many; none at the end. Raises FileTrouble."""
        assert self._file is not None  # noqa: S101 - opened before it is read
        size = min(size, self._found.size - self.offset)
        try:
            data = os.read(self._file, size) if size else b""
        except OSError as error:
            raise FileTrouble(FileProblem.NOT_READABLE) from error
        if size and not data:
            raise FileTrouble(FileProblem.CHANGED)
        self._hash.update(data)
        self.offset += len(data)
        return data

    def finish(self) -> str:
        """Give the hash of the whole (hex), if the file stayed as it was. Raises FileTrouble."""
        self._check()
        self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Let go of it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _check(self) -> None:
        assert self._file is not None  # noqa: S101 - opened before it is checked
        info = os.fstat(self._file)
        same = (info.st_size, info.st_mtime_ns) == (self._found.size, self._found.modified_ns)
        if not same or not stat.S_ISREG(info.st_mode):
            self.close()
            raise FileTrouble(FileProblem.CHANGED)
