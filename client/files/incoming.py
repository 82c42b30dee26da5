"""One file that comes in: written under a name of its own, checked whole, and only then named.

All of it blocks; it is called in the files' thread. What was cut off stays on the disk under its
key, so that the same file goes on from there, after a reconnect or another start of the program.
Nothing is ever overwritten, opened, unpacked or written through a link.
"""

import hashlib
import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final

from broker.protocol.files import FileProblem
from client.files.names import numbered
from client.files.problems import FileTrouble, writing_problem

PART_SUFFIX: Final = ".handrail-part"
KEPT_FOR_S: Final = 7 * 24 * 3600
"""A part that nobody went on with for so long is deleted when the next transfer comes."""
_BLOCK: Final = 1024 * 1024
SPARE_BYTES: Final = 64 * 1024 * 1024
"""A disk is full before its last byte: the end user's other programs need some."""
_MODE: Final = 0o600
_FLAGS: Final = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class IncomingFile:
    """A file below `folder`, at `path` (safe names), of `size` bytes."""

    def __init__(self, folder: Path, path: Sequence[str], size: int, key: str) -> None:
        self._folder = folder
        self._path = tuple(path)
        self._size = size
        self._part = folder / f".{key[:40]}{PART_SUFFIX}"
        self._file: int | None = None
        self._hash = hashlib.sha256()
        self._whole: Path | None = None
        self.offset = 0
        """So many bytes are there."""

    def open(self, *, fresh: bool = False) -> int:
        """Find out how much is there already, unless the sender begins anew. Raises FileTrouble.

        A whole file under this name may be the one: then only its hash has to come.
        """
        self._whole = None
        whole = self._folder.joinpath(*self._path)
        if fresh:
            self.discard()
        elif self._size and _is_file_of(whole, self._size):
            self._whole, self._hash, self.offset = whole, _hash_of(whole), self._size
            return self.offset
        self._begin()
        return self.offset

    def write(self, offset: int, data: bytes | memoryview) -> None:
        """Take the next bytes. Raises FileTrouble: what does not follow on is damaged."""
        if offset != self.offset or offset + len(data) > self._size or self._file is None:
            raise FileTrouble(FileProblem.DAMAGED)
        try:
            _write_all(self._file, data)
        except OSError as error:
            raise FileTrouble(writing_problem(error)) from error
        self._hash.update(data)
        self.offset += len(data)

    def write_all(self, pieces: Iterable[tuple[int, memoryview]]) -> int:
        """Take these, each with its offset: how many bytes they were. Raises FileTrouble."""
        before = self.offset
        for offset, data in pieces:
            self.write(offset, data)
        return self.offset - before

    def finish(self, sha256: str) -> Path:
        """Give the file its name, if it is whole. Raises FileTrouble; a damaged part is deleted."""
        if self.offset != self._size or self._hash.hexdigest() != sha256:
            self.discard()
            raise FileTrouble(FileProblem.DAMAGED)
        if self._whole is not None:
            return self._whole
        assert self._file is not None  # noqa: S101 - it is open unless the whole was there
        try:
            os.fsync(self._file)
            self._shut()
            return self._name()
        except OSError as error:
            raise FileTrouble(writing_problem(error)) from error

    def close(self) -> None:
        """Let go of it; a part that has something in it stays for another time."""
        if self._file is not None and self.offset == 0:
            self.discard()
        self._shut()

    def discard(self) -> None:
        """Delete the part."""
        self._shut()
        with suppress(OSError):
            self._part.unlink()

    # ----

    def _shut(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _begin(self) -> None:
        self._hash = hashlib.sha256()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._part, _FLAGS, _MODE)
            self._take_up(self._file)
        except OSError as error:
            self.close()
            raise FileTrouble(writing_problem(error)) from error
        if shutil.disk_usage(self._folder).free < self._size - self.offset + SPARE_BYTES:
            self.close()
            raise FileTrouble(FileProblem.DISK_FULL)

    def _take_up(self, file: int) -> None:
        """Go on behind what is there; more than the file has cannot be a part of it."""
        info = os.fstat(file)
        if not stat.S_ISREG(info.st_mode) or info.st_size > self._size:
            os.ftruncate(file, 0)
        os.lseek(file, 0, os.SEEK_SET)
        self.offset = 0
        while block := os.read(file, _BLOCK):
            self._hash.update(block)
            self.offset += len(block)

    def _name(self) -> Path:
        parent = make_folders(self._folder, self._path[:-1])
        for candidate in _candidates(parent, self._path[-1]):
            if _move(self._part, candidate):
                return candidate
        raise AssertionError("unreachable: there is always another name")


def make_folders(folder: Path, path: Sequence[str]) -> Path:
    """Make the folders of a path, none of them through a link. Raises OSError."""
    for name in path:
        folder = folder / name
        with suppress(FileExistsError):
            folder.mkdir()
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise NotADirectoryError(folder)
    return folder


def sweep(folder: Path) -> None:
    """Delete parts that nobody went on with."""
    for part in folder.glob(f".*{PART_SUFFIX}"):
        with suppress(OSError):
            if time.time() - part.lstat().st_mtime > KEPT_FOR_S:
                part.unlink()


def _candidates(parent: Path, name: str) -> Iterator[Path]:
    yield parent / name
    for number in count(2):
        yield parent / numbered(name, number)


def _move(part: Path, to: Path) -> bool:
    """Give a part its name unless something has it: a link cannot take another's place."""
    try:
        os.link(part, to, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError:  # a disk without links (FAT): the moment in between is not ours to close
        if os.path.lexists(to):
            return False
        part.rename(to)
        return True
    part.unlink()
    return True


def _is_file_of(path: Path, size: int) -> bool:
    try:
        info = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(info.st_mode) and info.st_size == size


def _write_all(file: int, data: bytes | memoryview) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _hash_of(path: Path) -> "hashlib._Hash":
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest
