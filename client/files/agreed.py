"""What the end user was shown with an offer, and how much of it has come: nothing else is taken."""

from collections import Counter

from broker.protocol.files import MAX_ITEMS, FileItem, FileOffer
from client.files.tree import shortened

Path = tuple[str, ...]
_UNNAMED = ""
"""Stands for all things that an offer of too many counts without naming them."""


class Agreed:
    """One accepted offer. Each file and folder that is taken is counted against what was shown."""

    def __init__(self, offer: FileOffer) -> None:
        self._offer = offer
        self._named: dict[str, list[FileItem]] = {}
        for item in offer.items:
            self._named.setdefault(item.name, []).append(item)
        self._files: dict[Path, int] = {}
        self._folders: set[Path] = set()
        self._counts: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def takes_file(self, path: Path, size: int) -> bool:
        """Take a file of so many bytes, if it was shown; the same one again is no other."""
        self._forget(path)
        group = self._group(path)
        if len(self._files) >= self._offer.files or not self._fits(group, path, size):
            return False
        self._files[path] = size
        self._counts[group] += 1
        self._bytes[group] += size
        return True

    def takes_folder(self, path: Path) -> bool:
        """Take a folder, if it was shown or lies in one that was."""
        if path not in self._folders and len(self._folders) >= self._offer.folders:
            return False
        named = self._named.get(shortened(path[0]))
        shown = any(item.folder for item in named) if named else self._names_not_all
        if shown:
            self._folders.add(path)
        return shown

    def missing(self, known: set[Path]) -> int:
        """Count the files of which nothing was ever said, besides these."""
        return max(0, self._offer.files - len(known - self._folders))

    @property
    def _names_not_all(self) -> bool:
        return len(self._offer.items) == MAX_ITEMS

    def _group(self, path: Path) -> str:
        name = shortened(path[0])
        return name if name in self._named else _UNNAMED

    def _fits(self, group: str, path: Path, size: int) -> bool:
        count, total = self._counts[group] + 1, self._bytes[group] + size
        if group == _UNNAMED:
            named = self._offer.items
            files = self._offer.files - sum(one.files if one.folder else 1 for one in named)
            rest = self._offer.size_bytes - sum(one.size_bytes for one in named)
            return self._names_not_all and count <= files and total <= rest
        if len(path) == 1:
            return any(not one.folder and size <= one.size_bytes for one in self._named[group])
        folders = [one for one in self._named[group] if one.folder]
        fits = count <= sum(one.files for one in folders)
        return fits and total <= sum(one.size_bytes for one in folders)

    def _forget(self, path: Path) -> None:
        if (size := self._files.pop(path, None)) is not None:
            group = self._group(path)
            self._counts[group] -= 1
            self._bytes[group] -= size
