"""What the end user chose to send: the files and folders in it, and the offer that names them."""

import hashlib
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.protocol.files import (
    MAX_DEPTH,
    MAX_FILES,
    MAX_ITEM_LENGTH,
    MAX_ITEMS,
    MAX_SEGMENT_LENGTH,
    FileItem,
    FileOffer,
    FileProblem,
)
from client.files.problems import FileTrouble


@dataclass(frozen=True, slots=True)
class Found:
    """A file or a folder below what was chosen."""

    source: Path
    path: tuple[str, ...]
    """Its place in the transfer."""
    size: int = 0
    """Bytes."""
    modified_ns: int = 0
    folder: bool = False

    @property
    def key(self) -> str:
        """The same as long as this file is not changed (SHA-256, hex)."""
        text = "\0".join((*self.path, str(self.size), str(self.modified_ns)))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Everything that was found."""

    found: tuple[Found, ...]
    skipped: int = 0
    """Links, devices, and what cannot be read or named: these are not sent."""

    @property
    def files(self) -> tuple[Found, ...]:
        """Without the folders."""
        return tuple(one for one in self.found if not one.folder)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(one.size for one in self.found)

    def offer(self, transfer: str) -> FileOffer:
        """Name what is in it, or the first of it. Raises FileTrouble when there is nothing."""
        if not self.found:
            raise FileTrouble(FileProblem.NOT_READABLE)
        files = len(self.files)
        return FileOffer(
            transfer=transfer,
            items=tuple(self._items())[:MAX_ITEMS],
            files=files,
            folders=len(self.found) - files,
            size_bytes=self.size,
        )

    def _items(self) -> Iterator[FileItem]:
        tops: dict[str, list[Found]] = {}
        for one in self.found:
            tops.setdefault(one.path[0], []).append(one)
        for name, below in tops.items():
            files = [one for one in below if not one.folder]
            yield FileItem(
                name=shortened(name),
                folder=below[0].folder,
                files=len(files),
                size_bytes=sum(one.size for one in files),
            )


def find(chosen: Iterable[Path]) -> Chosen:
    """Look at what was chosen; blocks. Raises FileTrouble when it is too much."""
    found: list[Found] = []
    skipped = 0
    for top in chosen:
        for one in _below(top, (top.name,)):
            if one is None:
                skipped += 1
            else:
                found.append(one)
            if len(found) > MAX_FILES:
                raise FileTrouble(FileProblem.TOO_MANY)
    return Chosen(tuple(found), skipped)


def shortened(name: str) -> str:
    """Cut a name in its middle until it fits an offer."""
    name = name.encode("utf-8", "replace").decode()
    half = (MAX_ITEM_LENGTH - 1) // 2
    return name if len(name) <= MAX_ITEM_LENGTH else f"{name[:half]}…{name[-half:]}"


def _below(place: Path, path: tuple[str, ...]) -> Iterator[Found | None]:
    try:
        info = place.lstat()
    except OSError:
        yield None
        return
    if not _fits(path):
        yield None
    elif stat.S_ISREG(info.st_mode):
        yield Found(place, path, info.st_size, info.st_mtime_ns)
    elif stat.S_ISDIR(info.st_mode):
        yield Found(place, path, folder=True)
        for name in _entries(place):
            yield from _below(place / name, (*path, name))
    else:
        yield None


def _entries(folder: Path) -> Sequence[str]:
    try:
        return sorted(one.name for one in folder.iterdir())
    except OSError:
        return ()


def _fits(path: tuple[str, ...]) -> bool:
    """Whether the protocol can say it: names that are no Unicode have no way across."""
    if len(path) > MAX_DEPTH or not all(0 < len(part) <= MAX_SEGMENT_LENGTH for part in path):
        return False
    return all(_is_unicode(part) for part in path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
